import type { App, SlashCommand } from '@slack/bolt'
import { help } from '../../blocks/help.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { lookupNamed } from '../lookups/index.ts'
import type { Lookup } from '../lookups/lookup.ts'
import { parseLookup, parseQuestion } from '../lookups/parse-question.ts'
import { actorOf } from './actor.ts'
import { type AskPorts, admit } from './admit.ts'
import { answerFor, messageOf } from './answers.ts'
import type { COMMANDS } from './commands.ts'
import type { ContainPorts } from './contain.ts'
import { lockCommand } from './lock-command.ts'
import { pending } from './pending.ts'
import { shareOffer } from './share.ts'
import { tell } from './tell.ts'
import { trailCommand } from './trail-command.ts'

export type CommandPorts = AskPorts &
  ContainPorts & {
    /** Channels that hear of a lock. */
    readonly lockChannels: readonly string[]
  }

interface Asker {
  readonly person: string
  readonly channel: string
  readonly team: string | null
}

/** Answers `/ip`, `/subject` and `/firebreak LOOKUP ENTITY`, visible only to the person who typed. */
export function askCommands(app: App, ports: CommandPorts): void {
  const listen = (
    name: (typeof COMMANDS)[number],
    answer: (typed: string, where: Asker) => Promise<Message>,
  ): void => {
    app.command(name, async ({ ack, command }) => {
      await ack()
      const asker = { person: command.user_id, channel: command.channel_id, team: teamOf(command) }
      const ear = { responseUrl: command.response_url, chat: ports.chat, threadTs: null, ...asker }
      const who = { id: command.user_id, team: asker.team }
      if (!(await admit(ports, who, command.trigger_id, 'command', ear))) return
      await tell(ear, await answer(command.text, asker))
    })
  }
  const ask = async (lookup: Lookup, typed: string, { person, channel }: Asker): Promise<Message> => {
    const at = ports.now()
    const question = parseQuestion(lookup, typed, at, 'slack')
    if ('refused' in question) return notice({ sentences: question.refused, context: null, buttons: [] })
    const { entity, window } = question
    const offer = await shareOffer(ports.db, question, channel)
    const asked = { lookup: lookup.name, entity, incident: null, scope: null, window }
    const answered = await answerFor(ports.graph, asked, { person, at }, offer)
    await ports.noteAsk(asked, person)
    return messageOf(answered)
  }
  const stop = async (verb: 'lock' | 'unlock', typed: string, asker: Asker): Promise<Message> => {
    const actor = await actorOf(ports, { id: asker.person, team: asker.team }, asker.channel)
    const { message, broadcast } = await lockCommand(ports, actor, verb, typed)
    // The lock holds already: a channel that cannot be told does not undo it.
    const told = await Promise.allSettled(
      broadcast === null ? [] : ports.lockChannels.map((channel) => ports.chat.post(broadcast, { channel })),
    )
    for (const one of told)
      if (one.status === 'rejected')
        ports.log.error({ err: one.reason as unknown }, `telling of ${verb} ${typed.slice(0, 100)}`)
    return message
  }
  listen('/ip', (typed, asker) => ask(lookupNamed('ip'), typed, asker))
  listen('/subject', (typed, asker) => ask(lookupNamed('subject'), typed, asker))
  listen('/firebreak', async (typed, asker) => {
    const [, word = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(typed) ?? []
    const verb = word.toLowerCase()
    if (verb === '' || verb === 'help') return help()
    if (verb === 'lock' || verb === 'unlock') return stop(verb, rest, asker)
    if (verb === 'pending') return pending(ports)
    if (verb === 'trail') {
      const who = { id: asker.person, team: asker.team }
      return trailCommand(ports, await actorOf(ports, who, asker.channel), rest)
    }
    const lookup = parseLookup(word, 'slack')
    if ('refused' in lookup) return notice({ sentences: lookup.refused, context: null, buttons: [] })
    return ask(lookup, rest, asker)
  })
}

/** Slack names the asker's own workspace only for shared channels, under this field. */
function teamOf(command: SlashCommand): string | null {
  const team: unknown = (command as { user_team_id?: unknown }).user_team_id ?? command.team_id
  return typeof team === 'string' ? team : null
}
