import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ensureRoles, ROLES, type Role } from '../../src/db/roles.ts'
import { onlooker } from '../helpers/as-owner.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'

let database: TestDatabase
const clients = new Map<Role, pg.Client>()

beforeAll(async () => {
  database = await freshDatabase()
  // A second time: repeating it changes nothing, and what a template cannot hand on is granted here.
  await ensureRoles(database.ownerUrl, inject('postgres').secret)
  for (const role of ROLES) {
    clients.set(role, await onlooker(database.urls[role]))
  }
})
afterAll(async () => {
  await Promise.all([...clients.values()].map((client) => client.end()))
  await database.drop()
})

/** SQLSTATE of a statement as a role, in a transaction that is rolled back; null when it worked. */
async function attempt(role: Role, text: string): Promise<string | null> {
  const client = clients.get(role)
  if (client === undefined) throw new Error(`${role} is not connected`)
  await client.query('begin')
  try {
    await client.query(text)
    return null
  } catch (error) {
    return (error as { code?: string }).code ?? 'no SQLSTATE'
  } finally {
    await client.query('rollback')
  }
}

const REFUSED = '42501'
/** Only told apart by what may be done: whole rows are never updated in these. */
const APPENDED = ['call', 'edge_hot', 'sum_hot', 'event', 'flow']
const WIDENED = [
  'scope',
  'entity',
  'trait',
  'link',
  'edge',
  'agent',
  'coverage',
  'flow_hour',
  'standing',
  'inventory',
]
/** Written by the functions that tidy, and by nobody else. */
const PACKED = ['edge_day', 'edge_total', 'sum_day', 'sum_week', 'retention']
const VIEWS = ['edge_hour', 'edge_all', 'sum_hour']
const INCIDENTS = ['incident', 'finding', 'incident_key', 'incident_event']
const READ = [...APPENDED, ...WIDENED, ...PACKED, ...VIEWS, ...INCIDENTS, 'feed']
const ALL = [
  ...READ,
  'seen_block',
  'sealed',
  'writer',
  'ring',
  'tidying',
  'ledger',
  'rejected',
  'card',
  'account',
]

const read = (table: string) => `select * from public.${table} limit 1`
// No statement touches a row: the right is checked before any is looked at.
const insert = (table: string) => `insert into public.${table} select * from public.${table} limit 0`
const update = (table: string, column: string) =>
  `update public.${table} set ${column} = ${column} where false`
const remove = (table: string) => `delete from public.${table} where false`

/** A column of each table that may be set. */
const COLUMN: { readonly [table: string]: string } = {
  scope: 'account',
  entity: 'key',
  call: 'verb',
  edge: 'object',
  agent: 'agent',
  coverage: 'source',
  trait: 'value',
  standing: 'state',
  inventory: 'count',
  link: 'tie',
  event: 'code',
  edge_day: 'v',
  flow: 'port',
  flow_hour: 'bytes',
  seen_block: 'hashes',
  sealed: 'hour',
  writer: 'turn',
  ring: 'current',
  tidying: 'at',
  retention: 'months',
  incident: 'severity',
  account: 'region',
  finding: 'type',
  incident_key: 'key',
  incident_event: 'finding',
  ledger: 'stage',
  rejected: 'reason',
  feed: 'rejected',
  card: 'ts',
}
// Tables with a generated id take an insert that names their other columns.
const INSERT: { readonly [table: string]: string } = {
  scope: `insert into public.scope (account, region, cluster) select 'a', 'b', 'c' where false`,
  incident: `insert into public.incident (scope, state, sample, first_seen, last_seen, severity, revision)
    select 1, 'open', false, now(), now(), 1, 1 where false`,
}
type Right = 'select' | 'insert' | 'update' | 'delete'
function statement(right: Right, table: string): string {
  if (right === 'select') return read(table)
  if (right === 'insert') return INSERT[table] ?? insert(table)
  return right === 'update' ? update(table, COLUMN[table] ?? 'success') : remove(table)
}

/** Everything that a role may do to the tables of the product; all else is refused. */
const MAY: { readonly [R in Role]: { readonly [right in Right]: readonly string[] } } = {
  ingest: {
    select: [...READ, 'seen_block', 'sealed', 'writer', 'ring', 'ledger', 'rejected', 'account'],
    insert: [
      ...APPENDED,
      ...WIDENED,
      ...INCIDENTS,
      'feed',
      'seen_block',
      'writer',
      'ledger',
      'rejected',
      'account',
    ],
    update: [...WIDENED, ...INCIDENTS, 'feed', 'writer', 'ring', 'account'],
    delete: [],
  },
  bot: { select: [...READ, 'card'], insert: ['card'], update: ['card'], delete: ['card'] },
  reader: { select: READ, insert: [], update: [], delete: [] },
  executor: { select: [], insert: [], update: [], delete: [] },
  workspace: { select: [], insert: [], update: [], delete: [] },
}

describe.each(ROLES)('%s', (role) => {
  test.each(['select', 'insert', 'update', 'delete'] as const)(
    'may %s where it must, and nowhere else',
    async (right) => {
      const outcome: { [table: string]: string | null } = {}
      // A view that joins tables takes no writes, whoever asks.
      const tables = right === 'select' ? ALL : ALL.filter((table) => !VIEWS.includes(table))
      for (const table of tables) outcome[table] = await attempt(role, statement(right, table))
      expect(outcome).toEqual(
        Object.fromEntries(tables.map((table) => [table, MAY[role][right].includes(table) ? null : REFUSED])),
      )
    },
  )

  test('makes no tables and empties none', async () => {
    expect(await attempt(role, 'create table public.mine (id int)')).toBe(REFUSED)
    expect(await attempt(role, 'create temporary table mine (id int)')).toBe(REFUSED)
    expect(await attempt(role, 'create schema mine')).toBe(REFUSED)
    for (const table of ALL.filter((name) => !VIEWS.includes(name))) {
      expect(await attempt(role, `truncate public.${table}`), table).toBe(REFUSED)
    }
    expect(await attempt(role, 'truncate public.edge_hot_0')).toBe(REFUSED)
    expect(await attempt(role, 'drop table public.event_outside')).toBe(REFUSED)
  })

  test('cannot become the owner or another role', async () => {
    expect(await attempt(role, 'set role firebreak')).toBe(REFUSED)
    for (const other of ROLES.filter((name) => name !== role)) {
      expect(await attempt(role, `set role firebreak_${other}`), other).toBe(REFUSED)
    }
  })

  test('sees the tables of the simulator only as its role', async () => {
    const { rows } = await owner(
      `select table_name as name from information_schema.tables where table_schema = 'workspace'`,
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { name } of rows) {
      const allowed = role === 'workspace' ? null : REFUSED
      expect(await attempt(role, `select * from workspace.${name} limit 1`), name).toBe(allowed)
      expect(await attempt(role, `delete from workspace.${name} where false`), name).toBe(allowed)
    }
  })
})

test('the reader gains nothing by turning read-only off', async () => {
  for (const off of ['set default_transaction_read_only = off', 'set transaction read write']) {
    expect(await attempt('reader', `${off}; ${INSERT['scope']}`)).toBe(REFUSED)
  }
})

test('jobs: ingest adds and never changes, the bot works them off, nobody else sees them', async () => {
  expect(await attempt('ingest', 'select * from pgboss.job limit 1')).toBeNull()
  expect(await attempt('ingest', 'update pgboss.job set priority = 0 where false')).toBe(REFUSED)
  expect(await attempt('ingest', 'delete from pgboss.job where false')).toBe(REFUSED)
  expect(await attempt('bot', 'update pgboss.job set priority = 0 where false')).toBeNull()
  expect(await attempt('bot', 'delete from pgboss.job where false')).toBeNull()
  for (const role of ['reader', 'executor', 'workspace'] as const) {
    expect(await attempt(role, 'select * from pgboss.job limit 1'), role).toBe(REFUSED)
  }
})

async function owner(text: string): Promise<{ readonly rows: readonly { readonly name: string }[] }> {
  const client = await onlooker(database.ownerUrl)
  try {
    return await client.query<{ name: string }>(text)
  } finally {
    await client.end()
  }
}
