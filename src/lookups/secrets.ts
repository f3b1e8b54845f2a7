import type { NextQuestion, Sentence } from '../model/answer.ts'
import type { Totals } from '../model/observation.ts'
import { formatTime } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { answerCalls } from './calls-answer.ts'
import type { Graph, Lookup } from './lookup.ts'
import { countedHours, isWide } from './match.ts'
import { type How, knownSecrets, type SecretRow, secretRows } from './secret-reads.ts'
import { count, noCalls, outcomeCell, sumOf } from './wording.ts'

const HOW_WORDS: Record<How, string> = {
  read: 'read by name',
  listed: 'listed',
  written: 'written',
  deleted: 'deleted',
  other: 'tried',
}

/** Which secrets a subject or an address reached, or who reached a secret: what must be rotated. */
export const secrets: Lookup = {
  name: 'secrets',
  label: 'Secrets accessed',
  question: 'what must be rotated',
  about: ['subject', 'ip', 'secret'],
  defaultKind: 'subject',
  fields: {
    secret: 'namespace/name; namespace/* for a list, which names none; */* for a list of all namespaces',
    how: 'read, listed, written, deleted or other; a secret known in a listed namespace is listed too',
    exposed: 'true when its value was shown or set: the secret must be rotated',
    subject: 'who called; null when nobody was authenticated',
    success: 'requests answered with a status below 400',
    failure: 'requests that failed otherwise, or without a status',
    unauthorized: 'requests answered with 401',
    forbidden: 'requests answered with 403',
    firstSeen: 'first request of the row',
    lastSeen: 'last request of the row',
  },
  async ask(graph, question) {
    let calls: readonly SecretRow[] = []
    return answerCalls(graph, question, {
      lookup: 'secrets',
      side: 'subject',
      async totals(match) {
        calls = await secretRows(graph, question, match.scopes, countedHours(question))
        return addUp(calls)
      },
      async read({ match, totals }, window, coverage) {
        // A list shows the secret asked about too, but the other secrets in it are not what was asked.
        const named = question.entity.kind === 'secret' ? [] : await listedByName(graph, calls)
        const rows = [...calls, ...named]
        const exposed = rows.filter(isExposed)
        const shown = rows.slice(0, question.limit)
        const who: Sentence = isWide(question.entity)
          ? [
              count(
                match.matched,
                question.entity.kind === 'ip' ? 'address' : question.entity.kind,
                question.entity.kind === 'ip' ? 'addresses' : `${question.entity.kind}s`,
              ),
              ' matching ',
              { code: question.entity.key },
            ]
          : [{ code: question.entity.key }]
        const span = rangeWords(window, question.now)
        return {
          rows: shown.map((row) => ({
            secret: nameOf(row),
            how: row.how,
            exposed: isExposed(row),
            subject: row.subject,
            success: row.success,
            failure: row.failure,
            unauthorized: row.unauthorized,
            forbidden: row.forbidden,
            firstSeen: formatTime(row.firstSeen),
            lastSeen: formatTime(row.lastSeen),
          })),
          total: rows.length,
          table:
            shown.length === 0
              ? null
              : {
                  head:
                    question.entity.kind === 'subject'
                      ? ['Secret', 'How', 'ok/fail/401/403 ▼', 'Last seen']
                      : ['Secret', 'Subject', 'How', 'ok/fail/401/403 ▼'],
                  rows: shown.map((row) =>
                    question.entity.kind === 'subject'
                      ? [
                          nameOf(row),
                          HOW_WORDS[row.how],
                          outcomeCell(row),
                          clockWords(row.lastSeen, question.now),
                        ]
                      : [
                          nameOf(row),
                          row.subject ?? 'nobody logged in',
                          HOW_WORDS[row.how],
                          outcomeCell(row),
                        ],
                  ),
                },
          sentence:
            sentenceOf(question.entity.kind === 'secret', who, rows, exposed, totals, span) ??
            noSecretCalls(who, noCalls(who, window, coverage, question.now), coverage.length, span),
          notes: [],
          next: nextOf(question.entity, exposed),
          alarming: exposed.length > 0,
        }
      },
    })
  },
}

/** Every secret known in a listed namespace counts as shown by that list, unless it has a row of its own. */
async function listedByName(graph: Graph, calls: readonly SecretRow[]): Promise<readonly SecretRow[]> {
  const own = new Set(calls.filter(isExposed).map((row) => `${row.scope} ${nameOf(row)}`))
  const added: SecretRow[] = []
  for (const list of calls.filter((row) => row.how === 'listed' && row.success > 0)) {
    for (const secret of await knownSecrets(graph, list.scope, list.namespace)) {
      if (own.has(`${list.scope} ${secret}`)) continue
      own.add(`${list.scope} ${secret}`)
      const [namespace, name] = splitOnce(secret)
      added.push({ ...list, namespace, name })
    }
  }
  return added
}

/** The list call itself has been counted in its own row; rows of single secrets repeat its numbers. */
function addUp(calls: readonly SecretRow[]): Totals {
  const sum = { success: 0, failure: 0, unauthorized: 0, forbidden: 0 }
  for (const row of calls) {
    sum.success += row.success
    sum.failure += row.failure
    sum.unauthorized += row.unauthorized
    sum.forbidden += row.forbidden
  }
  return sum
}

function isExposed(row: SecretRow): boolean {
  return row.success > 0 && (row.how === 'read' || row.how === 'listed' || row.how === 'written')
}

function nameOf(row: SecretRow): string {
  return `${row.namespace === '' ? '*' : row.namespace}/${row.name === '' ? '*' : row.name}`
}

function splitOnce(text: string): readonly [string, string] {
  const slash = text.indexOf('/')
  return slash < 0 ? ['', text] : [text.slice(0, slash), text.slice(slash + 1)]
}

function sentenceOf(
  aboutSecret: boolean,
  who: Sentence,
  rows: readonly SecretRow[],
  exposed: readonly SecretRow[],
  totals: Totals,
  span: string,
): Sentence | null {
  if (rows.length === 0) return null
  if (exposed.length === 0) {
    return [
      ...who,
      `: ${count(sumOf(totals), 'call')} on secrets, ${span}, none of which shows a value: nothing exposed.`,
    ]
  }
  if (aboutSecret) {
    const readers = new Set(exposed.map((row) => row.subject))
    return [
      ...who,
      ` was shown to ${count(readers.size, 'subject')}, ${span}. Rotate it unless each of them is expected.`,
    ]
  }
  const names = new Set(exposed.filter((row) => row.name !== '').map(nameOf))
  const byName = new Set(exposed.filter((row) => row.name !== '' && row.how !== 'listed').map(nameOf))
  const listed = [
    ...new Set(exposed.filter((row) => row.how === 'listed' && row.name === '').map((row) => row.namespace)),
  ]
  const everywhere = listed.includes('')
  const places = everywhere ? [''] : listed
  const lists: Sentence = places
    .slice(0, 3)
    .flatMap((namespace, at) => [
      at === 0 ? '' : ', ',
      namespace === '' ? 'all namespaces' : { code: namespace },
    ])
  const more = places.length > 3 ? ` and ${count(places.length - 3, 'namespace')} more` : ''
  if (names.size === 0) {
    return [
      'Every secret in ',
      ...lists,
      `${more} is exposed by listing, ${span}; the logs do not name them. Rotate them all.`,
    ]
  }
  const verb = names.size === 1 ? 'is' : 'are'
  if (listed.length === 0) {
    return [
      `${count(names.size, 'secret')} ${verb} exposed by name to `,
      ...who,
      `, ${span}. Rotate ${names.size === 1 ? 'it' : 'them all'}.`,
    ]
  }
  const byList = names.size - byName.size
  if (byList === 0) {
    return [
      `${count(names.size, 'secret')} ${verb} exposed by name to `,
      ...who,
      ', and ',
      ...lists,
      `${more} was listed, ${span}. A list shows no names, so any other secret there counts too. Rotate them all.`,
    ]
  }
  return [
    `${count(names.size, 'known secret')} ${verb} exposed to `,
    ...who,
    `: ${byName.size.toLocaleString('en-US')} by name, ${byList.toLocaleString('en-US')} by listing `,
    ...lists,
    `${more}, ${span}. A list shows no names, so any other secret there counts too. Rotate them all.`,
  ]
}

function noSecretCalls(who: Sentence, noLogs: Sentence, logs: number, span: string): Sentence {
  return logs === 0 ? noLogs : ['No call on secrets by ', ...who, `, ${span}.`]
}

function nextOf(
  entity: Parameters<Lookup['ask']>[1]['entity'],
  exposed: readonly SecretRow[],
): readonly NextQuestion[] {
  const named = exposed.find((row) => row.name !== '')
  const questions: NextQuestion[] = []
  if (entity.kind !== 'secret' && named !== undefined) {
    questions.push({ lookup: 'secrets', entity: { kind: 'secret', key: nameOf(named) } })
  }
  if (entity.kind === 'secret') {
    const reader = exposed.find((row) => row.subject !== null)?.subject
    if (reader !== undefined && reader !== null)
      questions.push({ lookup: 'subject', entity: { kind: 'subject', key: reader } })
  }
  if (entity.kind === 'subject') questions.push({ lookup: 'subject', entity })
  if (entity.kind === 'ip') questions.push({ lookup: 'ip', entity })
  if (!isWide(entity)) questions.push({ lookup: 'seen', entity })
  return questions
}
