import type { Answer, Sentence } from '../model/answer.ts'
import { formatTime, parseTime } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { clusterFacts, type Fact } from './cluster-facts.ts'
import type { Lookup, Question } from './lookup.ts'
import { answerStanding, takenOf, withAccounts } from './standing.ts'
import { placeWords } from './wording.ts'

/** When a cluster was made, by whom, which role it has, how it is reached and who keeps it. */
export const cluster: Lookup = {
  name: 'cluster',
  label: 'Cluster',
  question: 'when and by whom was it made, and who keeps it',
  about: ['cluster'],
  defaultKind: 'cluster',
  fields: {
    fact: 'what is told: Created, Created by, Role, …',
    value: 'as it was read',
    source: 'eks: as it was described; cloudtrail: as the call that made it tells',
    at: 'when it was read, or when the call was made',
    scope: 'account/region/cluster',
  },
  ask: (graph, question): Promise<Answer> =>
    answerStanding(graph, question, 'cluster', withAccounts, async ({ match }) => {
      const facts = await clusterFacts(graph, match)
      const shown = facts.slice(0, question.limit)
      const taken = takenOf(facts.filter(({ source }) => source === 'eks').map(({ at }) => at))
      const { entity } = question
      return {
        rows: shown.map(({ scope, at, ...row }) => ({
          ...row,
          at: formatTime(at),
          scope: match.scopes.get(scope) ?? '',
        })),
        total: facts.length,
        table:
          facts.length === 0
            ? null
            : {
                head: ['Fact', 'Value', 'As of'],
                rows: shown.map((fact) => [
                  fact.fact,
                  shownValue(fact, question),
                  clockWords(fact.at, question.now),
                ]),
              },
        sentence: toldOf(placeWords(match), facts, question),
        warnings: taken === null ? [UNREAD] : [],
        notes:
          taken === null
            ? []
            : [[`Described ${rangeWords(taken, question.now)}; it may have changed since.`]],
        next: [
          { lookup: 'containers', entity },
          { lookup: 'activity', entity },
          { lookup: 'newly', entity },
        ],
        alarming: false,
        taken,
      }
    }),
}

const UNREAD: Sentence = [
  'This cluster was never described: take in what ',
  { code: 'aws eks describe-cluster' },
  ' and ',
  { code: 'describe-access-entry' },
  ' print.',
]

function toldOf(who: Sentence, facts: readonly Fact[], { now }: Question): Sentence {
  const valueOf = (name: string): string | undefined => facts.find(({ fact }) => fact === name)?.value
  const created = parseTime(valueOf('Created') ?? '')
  const [by, role] = [valueOf('Created by'), valueOf('Role')]
  if (created === null && by === undefined && role === undefined)
    return [...who, ': nothing is known of how it was made.']
  return [
    ...who,
    created === null ? ': made at a time that is not known' : `: made ${clockWords(created, now)}`,
    ...(by === undefined ? [', by whom is not known'] : [' by ', { code: by }]),
    ...(role === undefined ? [] : ['; its role is ', { code: role }]),
    '.',
  ]
}

function shownValue({ fact, value }: Fact, { now }: Question): string {
  const at = fact === 'Created' ? parseTime(value) : null
  return at === null ? value : clockWords(at, now)
}
