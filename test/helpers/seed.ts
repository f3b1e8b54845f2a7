import { type Kysely, sql } from 'kysely'
import type { JobSender } from '../../src/db/jobs.ts'
import { open, READER, readonly } from '../../src/db/open.ts'
import type { Database } from '../../src/db/tables.ts'
import { GraphWriter } from '../../src/graph/writer.ts'
import { type AbsorbDeps, absorb } from '../../src/ingest/absorb.ts'
import type { Fate, Incoming } from '../../src/ingest/delivery.ts'
import { lookupNamed } from '../../src/lookups/index.ts'
import type { Graph, Question } from '../../src/lookups/lookup.ts'
import { type Answer, type LookupName, rawText, type Sentence } from '../../src/model/answer.ts'
import { parseEntity } from '../../src/model/entity.ts'
import { parseScope, type Scope } from '../../src/model/scope.ts'
import { type Micros, parseTime } from '../../src/model/time.ts'
import { parseRecord } from '../../src/sources/index.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { acrossScopes } from './scope-lint.ts'

/** The tests' moment of asking. */
export const NOW = micros('2026-11-22T12:00:00Z')

/** A migrated database with connections of the roles that tests work as. */
export interface World {
  readonly database: TestDatabase
  /** The role that takes records in. */
  readonly ingest: Kysely<Database>
  /** The role that keeps cards. */
  readonly bot: Kysely<Database>
  /** The role that answers questions. */
  readonly graph: Graph
  /** What taking in needs; a writer that remembers nothing yet, unless one is given. */
  deps(jobs?: JobSender, writer?: GraphWriter): AbsorbDeps
  /** Takes raw records in, as one batch, by a writer that remembers nothing. */
  absorb(records: readonly unknown[], given?: string): Promise<readonly Fate[]>
  /** Asks as the command line does: `ask('ip', '203.0.113.9')`. */
  ask(lookup: LookupName, entity: string, options?: Partial<Question>): Promise<Answer>
  /** Empties every table. */
  reset(): Promise<void>
  close(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const database = await freshDatabase()
  const owner = open(database.ownerUrl, 'test owner', { max: 1 })
  const ingest = open(database.urls.ingest, 'test ingest')
  const bot = open(database.urls.bot, 'test bot')
  const reader = open(database.urls.reader, 'test reader', READER)
  const graph = readonly(reader.db)
  const deps = (jobs: JobSender = rememberJobs(), writer = new GraphWriter()): AbsorbDeps => ({
    pool: ingest.pool,
    writer,
    jobs,
    now: () => NOW,
  })
  return {
    database,
    ingest: ingest.db,
    bot: bot.db,
    graph,
    deps,
    absorb: (records, given) => absorbRecords(deps(), records, given),
    ask(name, entity, options = {}) {
      const lookup = lookupNamed(name)
      const ref = parseEntity(entity) ?? { kind: lookup.defaultKind, key: entity }
      return lookup.ask(graph, { entity: ref, scope: null, window: null, limit: 50, now: NOW, ...options })
    },
    async reset() {
      // Deleting from small tables is ten times faster than truncating them.
      await acrossScopes(() => owner.pool.query(TABLES.map((table) => `delete from ${table}`).join('; ')))
    },
    async close() {
      await Promise.all([owner.close(), ingest.close(), bot.close(), reader.close()])
      await database.drop()
    },
  }
}

/** In an order that foreign keys allow. */
const TABLES = [
  'feed',
  'feed_told',
  'trail_head',
  'proposal_card',
  'press',
  'plan_read',
  'step',
  'draft',
  'glass',
  'vote',
  'proposal',
  'hold_lift',
  'hold',
  'card',
  'incident_event',
  'incident_key',
  'finding',
  'incident',
  'account',
  'ledger',
  'rejected',
  'edge_hot',
  'sum_hot',
  'edge_day',
  'edge_total',
  'sum_day',
  'sum_week',
  'event',
  'flow_hour',
  'flow',
  'seen_block',
  'sealed',
  'trait',
  'link',
  'edge',
  'call',
  'agent',
  'coverage',
  'standing',
  'inventory',
  'entity',
  'writer',
  'scope',
] as const

/** A job sender that only remembers. */
export function rememberJobs(): JobSender & { readonly sent: readonly string[] } {
  const sent: string[] = []
  return {
    sent,
    async send(_trx, name, key) {
      sent.push(`${name} ${key}`)
    },
    async close() {},
  }
}

/** Takes raw records in as one batch, through the parsers; `given` is what `--scope` would say. */
export async function absorbRecords(
  deps: AbsorbDeps,
  records: readonly unknown[],
  given?: string,
): Promise<readonly Fate[]> {
  return absorb(deps, records.map(incoming), given === undefined ? null : scope(given))
}

/** A raw record as the reader of files hands it on. */
export function incoming(record: unknown, at = 0): Incoming {
  return { parsed: parseRecord(record), file: 'test.jsonl', line: at + 1, raw: JSON.stringify(record) }
}

export function scope(text: string): Scope {
  const parsed = parseScope(text)
  if (parsed === null) throw new Error(`${text} is no scope`)
  return parsed
}

export function micros(text: string): Micros {
  const at = parseTime(text)
  if (at === null) throw new Error(`${text} is no time`)
  return at
}

/** The graph and the findings by natural keys: two dumps are equal when the same was seen, whatever the ids. */
export async function dumpGraph(
  db: Kysely<Database>,
): Promise<{ readonly [table: string]: readonly string[] }> {
  const scopeOf = sql`(select account || '/' || region || '/' || cluster from scope where scope.id = row.scope)`
  const keyOf = (id: string) =>
    sql`(select key from entity where entity.scope = row.scope and entity.id = ${sql.ref(id)})`
  const queries = {
    entities: sql`select ${scopeOf} as scope, kind, key, host(addr) as addr, first_seen, last_seen from entity as row`,
    edges: sql`
      select ${scopeOf} as scope, ${keyOf('row.subject')} as subject, ${keyOf('row.ip')} as ip, ${keyOf('row.acting_as')} as "as",
        verb, resource, namespace, object, first_seen,
        (select max(last_seen) from edge_all where edge_all.scope = row.scope and edge_all.edge = row.id) as last_seen,
        (select json_agg(json_build_array(hour, success, failure, unauthorized, forbidden) order by hour) from (
          select hour, sum(success) as success, sum(failure) as failure, sum(unauthorized) as unauthorized, sum(forbidden) as forbidden
          from edge_hour where edge_hour.scope = row.scope and edge_hour.edge = row.id
          group by hour having sum(success + failure + unauthorized + forbidden) <> 0) as counted) as hours
      from edge as row join call on call.scope = row.scope and call.id = row.call`,
    sums: sql`
      select ${scopeOf} as scope, kind, hour, case when kind = 3 then (select verb || ' ' || resource from call where call.scope = row.scope and call.id = row.id)
          else ${keyOf('row.id')} end as key,
        (select verb || ' ' || resource from call where call.scope = row.scope and call.id = row.id2) as call,
        sum(success) as success, sum(failure) as failure, sum(unauthorized) as unauthorized, sum(forbidden) as forbidden
      from sum_hour as row group by scope, kind, hour, id, id2 having sum(success + failure + unauthorized + forbidden) <> 0`,
    events: sql`
      select ${scopeOf} as scope, ${keyOf('edge.subject')} as subject, (select verb || ' ' || resource from call where call.scope = edge.scope and call.id = edge.call) as call, at, stage, outcome, code, audit_id, other_id, ${keyOf('row.agent')} as agent, request_uri
      from event as row join edge on edge.scope = row.scope and edge.id = row.edge`,
    traits: sql`select ${scopeOf} as scope, ${keyOf('row.entity')} as entity, name, value, first_seen, last_seen from trait as row`,
    links: sql`
      select ${scopeOf} as scope, ${keyOf('row.source')} as source, tie, ${keyOf('row.target')} as target, first_seen, last_seen from link as row`,
    agents: sql`
      select ${scopeOf} as scope, ${keyOf('row.subject')} as subject, ${keyOf('row.ip')} as ip, ${keyOf('row.agent')} as agent, first_seen, last_seen
      from agent as row`,
    flows: sql`
      select ${scopeOf} as scope, ${keyOf('row.local')} as local, ${keyOf('row.peer')} as peer, ${keyOf('row.interface')} as interface,
        port, protocol, outward, serving, accepted,
        (select json_agg(json_build_array(hour, bytes, packets, records, last_at) order by hour) from flow_hour
          where flow_hour.scope = row.scope and flow_hour.flow = row.id) as hours
      from flow as row`,
    coverage: sql`select ${scopeOf} as scope, source, hour, first_at, last_at from coverage as row`,
    standing: sql`select ${scopeOf} as scope, ${keyOf('row.entity')} as entity, kind, source, taken_at, state from standing as row`,
    inventory: sql`select ${scopeOf} as scope, source, kind, taken_at, complete, count from inventory as row`,
    findings: sql`
      select ${scopeOf} as scope, id, updated_at, type, severity, first_seen, last_seen, count, archived, sample, detail
      from finding as row`,
  }
  const dump: { [table: string]: readonly string[] } = {}
  for (const [table, query] of Object.entries(queries)) {
    const { rows } = await acrossScopes(() => query.execute(db))
    dump[table] = rows.map((row) => JSON.stringify(row)).toSorted()
  }
  return dump
}

/** What the rows of an answer say in one field, in alphabetical order; what is no text as JSON. */
export function texts(answer: Answer, field: string): readonly string[] {
  return answer.rows.map((row) => textOf(row[field])).toSorted()
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A sentence as plain text, values without their marks. */
export function plain(sentence: Sentence): string {
  return sentence.map(rawText).join('')
}
