import { sql } from 'kysely'
import type { Answer, NextQuestion, Sentence } from '../model/answer.ts'
import { ENTITY_KINDS } from '../model/entity.ts'
import { DAY, formatTime } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import { readCoverage } from './coverage.ts'
import type { Lookup } from './lookup.ts'
import { countedWindow, findMatch, isMatch, isWide, scopesOf } from './match.ts'
import { count, coverageWarnings, insteadOf, neverSeen } from './wording.ts'

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
    const scopes = await scopesOf(graph, question)
    const match = await findMatch(graph, question, scopes)
    const window = countedWindow(question, match)
    const coverage = await readCoverage(
      graph,
      scopes,
      match.matched === 0 ? [...scopes.values()] : match.in,
      window,
    )
    const rows =
      match.matched === 0
        ? []
        : await graph
            .selectFrom('entity')
            .select([
              'scope',
              'kind',
              'key',
              'first_seen',
              'last_seen',
              sql<number>`count(*) over ()`.as('total'),
            ])
            .where('scope', 'in', [...scopes.keys()])
            .where((where) => isMatch(where, question.entity))
            .orderBy('first_seen', 'desc')
            .orderBy('key')
            .orderBy('scope')
            .limit(question.limit)
            .execute()
    const total = rows[0]?.total ?? 0
    const days = (row: { readonly first_seen: number; readonly last_seen: number }): number =>
      Math.floor(row.last_seen / DAY) - Math.floor(row.first_seen / DAY) + 1
    return {
      lookup: 'seen',
      entity: { ...question.entity, scopes: match.in, matched: match.matched },
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
      next: match.matched === 0 ? insteadOf(question.entity) : nextOf(question.entity),
      sentence: sentenceOf(),
      warnings: coverageWarnings(match, window, coverage, question.now),
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
        return neverSeen(question.entity, coverage, question.now)
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
        { code: question.entity.key },
        ` was first seen ${clockWords(match.firstSeen, question.now)} and last seen ${clockWords(match.lastSeen, question.now)}.`,
      ]
    }
  },
}

function nextOf(entity: Parameters<Lookup['ask']>[1]['entity']): readonly NextQuestion[] {
  if (entity.kind === 'subject')
    return [
      { lookup: 'subject', entity },
      { lookup: 'secrets', entity },
    ]
  if (entity.kind === 'ip')
    return [
      { lookup: 'ip', entity },
      { lookup: 'secrets', entity },
    ]
  if (entity.kind === 'secret') return [{ lookup: 'secrets', entity }]
  return []
}
