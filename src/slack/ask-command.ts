import type { App, SlashCommand } from '@slack/bolt'
import { help } from '../../blocks/help.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { lookupNamed } from '../lookups/index.ts'
import type { Graph, Lookup } from '../lookups/lookup.ts'
import { parseLookup, parseQuestion } from '../lookups/parse-question.ts'
import type { Micros } from '../model/time.ts'
import { answerFor } from './answers.ts'
import type { COMMANDS } from './commands.ts'
import { refusalView, refusePerson } from './people.ts'
import { tell } from './tell.ts'

export interface AskCommandPorts {
  readonly graph: Graph
  readonly team: string | null
  readonly now: () => Micros
}

/** Answers `/ip`, `/subject` and `/firebreak LOOKUP ENTITY`, visible only to the person who typed. */
export function askCommands(app: App, ports: AskCommandPorts): void {
  const listen = (
    name: (typeof COMMANDS)[number],
    answer: (typed: string, person: string) => Promise<Message>,
  ): void => {
    app.command(name, async ({ ack, command, respond }) => {
      await ack()
      const refusal = refusePerson({ id: command.user_id, team: teamOf(command) }, ports.team)
      await tell(
        respond,
        refusal === null ? await answer(command.text, command.user_id) : notice(refusalView(refusal)),
      )
    })
  }
  const ask = async (lookup: Lookup, typed: string, person: string): Promise<Message> => {
    const at = ports.now()
    const question = parseQuestion(lookup, typed, at, 'slack')
    if ('refused' in question) return notice({ sentences: question.refused, context: null, buttons: [] })
    return answerFor(
      ports.graph,
      { lookup: lookup.name, entity: question.entity, incident: null, scope: null, window: question.window },
      { person, at },
    )
  }
  listen('/ip', (typed, person) => ask(lookupNamed('ip'), typed, person))
  listen('/subject', (typed, person) => ask(lookupNamed('subject'), typed, person))
  listen('/firebreak', async (typed, person) => {
    const [, word = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(typed) ?? []
    if (word === '' || word.toLowerCase() === 'help') return help()
    const lookup = parseLookup(word, 'slack')
    if ('refused' in lookup) return notice({ sentences: lookup.refused, context: null, buttons: [] })
    return ask(lookup, rest, person)
  })
}

/** Slack names the asker's own workspace only for shared channels, under this field. */
function teamOf(command: SlashCommand): string | null {
  const team: unknown = (command as { user_team_id?: unknown }).user_team_id ?? command.team_id
  return typeof team === 'string' ? team : null
}
