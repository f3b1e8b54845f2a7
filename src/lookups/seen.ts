import { sql } from 'kysely'
import type { Answer, Coverage, LookupName, NextQuestion, Sentence, Window } from '../model/answer.ts'
import { ENTITY_KINDS, type EntityKind, type EntityRef } from '../model/entity.ts'
import { LOG_SOURCES } from '../model/observation.ts'
import { DAY, formatTime, type Micros } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { unseen } from './calls-answer.ts'
import { readCoverage } from './coverage.ts'
import type { Graph, Lookup, Question } from './lookup.ts'
import {
  allScopes,
  countedWindow,
  findMatch,
  isMatch,
  isWide,
  type Match,
  type Scopes,
  scopesOf,
  shownKey,
} from './match.ts'
import { count } from './wording.ts'

/** Since when an entity is known, and until when; for a pattern, each that it matches, newest first. */
export const seen: Lookup = {
  name: 'seen',
  label: 'First and last seen',
  question: 'since when do we know it',
  about: ENTITY_KINDS,
  defaultKind: 'subject',
  fields: {
    kind: 'kind of entity',
    key: 'the entity',
    scope: 'account/region/cluster',
    firstSeen: 'first record that names it, exact to the microsecond',
    lastSeen: 'last record that names it, exact to the microsecond',
    days: 'UTC days from the first to the last, both counted',
  },
  async ask(graph, question): Promise<Answer> {
    const all = await allScopes(graph)
    const scopes = scopesOf(all, question)
    const [{ match, window, coverage }, known] = await Promise.all([
      matchAndLogs(graph, question, scopes),
      entityRows(graph, question, scopes),
    ])
    // Read beside the match: something may have come in between the two.
    const rows = match.matched === 0 ? [] : known.rows
    const total = match.matched === 0 ? 0 : (known.total ?? Math.max(match.entities, rows.length))
    const days = (row: { readonly first_seen: number; readonly last_seen: number }): number =>
      Math.floor(row.last_seen / DAY) - Math.floor(row.first_seen / DAY) + 1
    return {
      lookup: 'seen',
      entity: { ...question.entity, scopes: [...match.scopes.values()], matched: match.matched },
      scopeTime: window,
      baseline: null,
      coverage,
      firstSeen: match.firstSeen,
      lastSeen: match.lastSeen,
      totals: null,
      rows: rows.map((row) => ({
        kind: row.kind,
        key: row.key,
        scope: scopes.get(row.scope) ?? '',
        firstSeen: formatTime(row.first_seen),
        lastSeen: formatTime(row.last_seen),
        days: days(row),
      })),
      total,
      truncated: total > rows.length,
      next: match.matched === 0 ? unseen(question, all, coverage).next : nextOf(question.entity),
      sentence: sentenceOf(),
      warnings:
        match.matched > 0 && question.window === null && coverage.length === 0
          ? [['No audit logs here: it is known from findings alone.']]
          : [],
      notes: [],
      alarming: false,
      table:
        rows.length === 0
          ? null
          : {
              head: ['Entity', 'First seen ▼', 'Last seen', 'Days'],
              rows: rows.map((row) => [
                row.key,
                clockWords(row.first_seen, question.now),
                clockWords(row.last_seen, question.now),
                String(days(row)),
              ]),
            },
    }

    function sentenceOf(): Sentence {
      if (match.firstSeen === null || match.lastSeen === null) {
        return unseen(question, all, coverage).sentence
      }
      const span = rangeWords({ from: match.firstSeen, to: match.lastSeen }, question.now)
      if (isWide(question.entity)) {
        return [
          `${count(match.matched, 'entity matches', 'entities match')} `,
          { code: question.entity.key },
          `, first and last seen ${span}.`,
        ]
      }
      return [
        { code: shownKey(question.entity) },
        ` was first seen ${clockWords(match.firstSeen, question.now)} and last seen ${clockWords(match.lastSeen, question.now)}.`,
      ]
    }
  },
}

/** What the key matches and when that was seen, with the window told of and the logs in it. */
async function matchAndLogs(
  graph: Graph,
  question: Question,
  scopes: Scopes,
): Promise<{
  readonly match: Match
  readonly window: Window | null
  readonly coverage: readonly Coverage[]
}> {
  const match = await findMatch(graph, question, scopes)
  const window = countedWindow(question, match)
  const asked = match.matched === 0 ? scopes : match.scopes
  const coverage = await readCoverage(graph, asked, window, LOG_SOURCES)
  return { match, window, coverage }
}

interface EntityRow {
  readonly scope: number
  readonly kind: string
  readonly key: string
  readonly first_seen: Micros
  readonly last_seen: Micros
}

/**
 * What the key matches, newest first; with a window, what was seen from first to last at some time in it, and how many those
 * are. Without one they are all that matched, which the match tells: counting them here would sort them all.
 */
async function entityRows(
  graph: Graph,
  { entity, window, limit }: Question,
  scopes: Scopes,
): Promise<{ readonly rows: readonly EntityRow[]; readonly total: number | null }> {
  if (scopes.size === 0) return { rows: [], total: null }
  const page = graph
    .selectFrom('entity')
    .select(['scope', 'kind', 'key', 'first_seen', 'last_seen'])
    .where('scope', 'in', [...scopes.keys()])
    .where(isMatch(entity, scopes))
    .orderBy('first_seen', 'desc')
    .orderBy('key')
    .orderBy('scope')
    .limit(limit)
  if (window === null) return { rows: await page.execute(), total: null }
  const rows = await page
    .select(sql<number>`count(*) over ()`.as('total'))
    .where('last_seen', '>=', sql<never>`${formatTime(window.from)}::timestamptz`)
    .where('first_seen', '<', sql<never>`${formatTime(window.to)}::timestamptz`)
    .execute()
  return { rows, total: rows[0]?.total ?? 0 }
}

function nextOf(entity: EntityRef): readonly NextQuestion[] {
  return (NEXT[entity.kind] ?? []).map((lookup) => ({ lookup, entity }))
}

const NEXT: { readonly [kind in EntityKind]?: readonly LookupName[] } = {
  cluster: ['activity', 'newly', 'volume', 'cluster', 'containers'],
  subject: ['subject', 'secrets', 'activity', 'newly'],
  ip: ['ip', 'secrets', 'activity', 'newly'],
  secret: ['secrets'],
  pod: ['containers'],
  workload: ['containers'],
  image: ['containers'],
  node: ['containers'],
}
