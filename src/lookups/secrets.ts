import type { Answer, NextQuestion, RowValue, Sentence, Table } from '../model/answer.ts'
import { exactKey } from '../model/entity.ts'
import { formatTime } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { answerCalls, type Body } from './calls-answer.ts'
import type { Graph, Lookup, Question } from './lookup.ts'
import { allScopes, countedHours, countedWindow, findMatch, isWide, scopesOf, shownKey } from './match.ts'
import { type How, isExposed, knownSecrets, type SecretRow, secretName, secretReads } from './secret-reads.ts'
import { exposureWords, listedOnlyWords, readerWords, type SecretFacts } from './secret-words.ts'
import { count, OUTCOME_FIELDS, outcomeCell, unlessUnproven } from './wording.ts'

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
    secret:
      'namespace/name; namespace/* where the record names none (a list); */* for a list of all namespaces',
    how: 'read, listed, written, deleted or other; a secret known in a listed namespace is listed too',
    exposed: 'true when its value was shown or set: the secret must be rotated',
    subject: 'who called; null when nobody was authenticated',
    ...OUTCOME_FIELDS,
    firstSeen: 'first request of the row',
    lastSeen: 'last request of the row',
  },
  async ask(graph, question) {
    const answer = await answerCalls(graph, question, {
      lookup: 'secrets',
      // Secrets of clusters.
      restsOn: ['audit'],
      async read({ match, scopes, hours }) {
        // A secret that is known in one scope may be listed in another.
        const looked = question.entity.kind === 'secret' ? scopes : match.scopes
        const reads = await secretReads(graph, match, looked, hours)
        // A list shows the secret asked about too, but the other secrets in it are not what was asked.
        const named = question.entity.kind === 'secret' ? [] : await listedByName(graph, reads.rows)
        return { reads, named }
      },
      tell({ reads, named }, { match, window, nothing }) {
        const who = whoOf(question, match.matched)
        const facts: SecretFacts = {
          who,
          rows: [...reads.rows, ...named],
          totals: reads.totals,
          span: rangeWords(window, question.now),
          more: reads.total > reads.rows.length,
        }
        const words = question.entity.kind === 'secret' ? readerWords(facts) : exposureWords(facts)
        const none: Sentence = [
          'No call on secrets by ',
          ...who,
          `, ${facts.span}. Audit logs cover all of it.`,
        ]
        const sentence = words ?? unlessUnproven(nothing(who), none)
        return bodyOf(question, facts, reads.total + named.length, sentence)
      },
    })
    return answer.entity.matched > 0 || question.entity.kind !== 'secret'
      ? answer
      : withListsOnly(graph, answer, question)
  },
}

/** A secret that nobody reached by name is unknown to the graph, and yet exposed by every list around it. */
async function withListsOnly(graph: Graph, answer: Answer, question: Question): Promise<Answer> {
  const scopes = scopesOf(await allScopes(graph), question)
  const match = await findMatch(graph, question, scopes)
  const reads = await secretReads(graph, match, scopes, countedHours(question))
  if (!reads.rows.some(isExposed)) return answer
  const window = countedWindow(question, {
    firstSeen: Math.min(...reads.rows.map((row) => row.firstSeen)),
    lastSeen: Math.max(...reads.rows.map((row) => row.lastSeen)),
  })
  if (window === null) return answer
  const facts: SecretFacts = {
    who: whoOf(question, 0),
    rows: reads.rows,
    totals: reads.totals,
    span: rangeWords(window, question.now),
    more: false,
  }
  const body = bodyOf(question, facts, reads.total, listedOnlyWords(facts))
  const touched = new Set(reads.rows.map((row) => row.scope))
  return {
    ...answer,
    ...body,
    entity: {
      ...answer.entity,
      scopes: [...scopes].filter(([id]) => touched.has(id)).map(([, name]) => name),
    },
    scopeTime: window,
    truncated: body.total > body.rows.length,
  }
}

function bodyOf(question: Question, facts: SecretFacts, total: number, sentence: Sentence): Body {
  const shown = facts.rows.slice(0, question.limit)
  const exposed = facts.rows.filter(isExposed)
  return {
    totals: facts.totals,
    rows: shown.map(jsonRow),
    total,
    table: tableOf(question, shown),
    sentence,
    notes: [],
    next: nextOf(question.entity, exposed),
    alarming: exposed.length > 0,
  }
}

function whoOf(question: Question, matched: number): Sentence {
  const { kind } = question.entity
  if (!isWide(question.entity)) return [{ code: shownKey(question.entity) }]
  const many = kind === 'ip' ? count(matched, 'address', 'addresses') : count(matched, kind)
  return [many, ' matching ', { code: question.entity.key }]
}

function jsonRow(row: SecretRow): { readonly [field: string]: RowValue } {
  return {
    secret: secretName(row),
    how: row.how,
    exposed: isExposed(row),
    subject: row.subject,
    success: row.success,
    failure: row.failure,
    unauthorized: row.unauthorized,
    forbidden: row.forbidden,
    firstSeen: formatTime(row.firstSeen),
    lastSeen: formatTime(row.lastSeen),
  }
}

function tableOf(question: Question, rows: readonly SecretRow[]): Table | null {
  if (rows.length === 0) return null
  const name = (row: SecretRow): string =>
    row.name === '' && row.how === 'written' ? `${row.namespace}/… (name not logged)` : secretName(row)
  if (question.entity.kind === 'subject') {
    return {
      head: ['Secret', 'How', 'ok/fail/401/403 ▼', 'Last seen'],
      rows: rows.map((row) => [
        name(row),
        HOW_WORDS[row.how],
        outcomeCell(row),
        clockWords(row.lastSeen, question.now),
      ]),
    }
  }
  return {
    head: ['Secret', 'Subject', 'How', 'ok/fail/401/403 ▼'],
    rows: rows.map((row) => [
      name(row),
      row.subject ?? 'nobody logged in',
      HOW_WORDS[row.how],
      outcomeCell(row),
    ]),
  }
}

/** Every secret known in a listed namespace counts as shown by that list, unless it has a row of its own. */
async function listedByName(graph: Graph, calls: readonly SecretRow[]): Promise<readonly SecretRow[]> {
  const lists = calls.filter((row) => row.how === 'listed' && row.success > 0)
  const scopes = [...new Set(lists.map((row) => row.scope))]
  const known = await Promise.all(
    scopes.map(async (scope) => {
      const own = lists.filter((list) => list.scope === scope)
      return knownSecrets(graph, scope, [...new Set(own.map((list) => list.namespace))])
    }),
  )
  const told = new Set(calls.filter(isExposed).map((row) => `${row.scope} ${secretName(row)}`))
  const added: SecretRow[] = []
  for (const list of lists) {
    for (const { namespace, name } of known[scopes.indexOf(list.scope)] ?? []) {
      const key = `${list.scope} ${namespace}/${name}`
      if (told.has(key) || (list.namespace !== '' && list.namespace !== namespace)) continue
      told.add(key)
      added.push({ ...list, namespace, name })
    }
  }
  return added
}

function nextOf(entity: Question['entity'], exposed: readonly SecretRow[]): readonly NextQuestion[] {
  const named = exposed.find((row) => row.name !== '')
  const reader = exposed.find((row) => row.subject !== null)?.subject
  const questions: NextQuestion[] = []
  if (entity.kind !== 'secret' && named !== undefined) {
    questions.push({ lookup: 'secrets', entity: { kind: 'secret', key: exactKey(secretName(named)) } })
  }
  if (entity.kind === 'secret' && reader !== undefined && reader !== null) {
    questions.push({ lookup: 'subject', entity: { kind: 'subject', key: exactKey(reader) } })
  }
  if (entity.kind === 'subject') questions.push({ lookup: 'subject', entity })
  if (entity.kind === 'ip') questions.push({ lookup: 'ip', entity })
  if (!isWide(entity)) questions.push({ lookup: 'seen', entity })
  return questions
}
