import type { App, SlashCommand } from '@slack/bolt'
import { help } from '../../blocks/help.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { lookupNamed } from '../lookups/index.ts'
import type { Lookup } from '../lookups/lookup.ts'
import { parseLookup, parseQuestion } from '../lookups/parse-question.ts'
import { type AskPorts, admit } from './admit.ts'
import { answerFor, messageOf } from './answers.ts'
import type { COMMANDS } from './commands.ts'
import { shareOffer } from './share.ts'
import { tell } from './tell.ts'

interface Asker {
  readonly person: string
  readonly channel: string
}

/** Answers `/ip`, `/subject` and `/firebreak LOOKUP ENTITY`, visible only to the person who typed. */
export function askCommands(app: App, ports: AskPorts): void {
  const listen = (
    name: (typeof COMMANDS)[number],
    answer: (typed: string, where: Asker) => Promise<Message>,
  ): void => {
    app.command(name, async ({ ack, command }) => {
      await ack()
      const asker = { person: command.user_id, channel: command.channel_id }
      const ear = { responseUrl: command.response_url, chat: ports.chat, threadTs: null, ...asker }
      const who = { id: command.user_id, team: teamOf(command) }
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
    return messageOf(await answerFor(ports.graph, asked, { person, at }, offer))
  }
  listen('/ip', (typed, asker) => ask(lookupNamed('ip'), typed, asker))
  listen('/subject', (typed, asker) => ask(lookupNamed('subject'), typed, asker))
  listen('/firebreak', async (typed, asker) => {
    const [, word = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(typed) ?? []
    if (word === '' || word.toLowerCase() === 'help') return help()
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
