import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeMigrated } from '../../src/cli/migrate.ts'
import { type Asked, distribute } from '../../src/db/distribute.ts'
import { GRAPH_TABLES, LOCAL_TABLES, REFERENCE_TABLES } from '../../src/db/distribution.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'

/** Answers as a coordinator of Citus does, and remembers what it was told to move. */
class Citus implements Asked {
  readonly calls: string[] = []
  readonly placed = new Map<string, 'h' | 'n'>()
  workers = 2
  hasCoordinator = true
  refused = ''

  async query(text: string, values: readonly unknown[] = []): Promise<{ readonly rows: readonly object[] }> {
    if (text.includes('pg_extension')) return { rows: [{ one: 1 }] }
    if (text.includes('pg_dist_node')) {
      const coordinators = this.hasCoordinator ? 1 : 0
      return { rows: [{ nodes: this.workers + coordinators, coordinators }] }
    }
    if (text.includes('pg_dist_partition')) return { rows: [...this.placed.keys()].map((name) => ({ name })) }
    const [target = '', column, beside] = values.map(String)
    const table = target.replace('public.', '')
    if (table === this.refused) throw new Error('cannot create constraint on "edge"')
    if (text.includes('create_reference_table')) this.placed.set(table, 'n')
    else {
      if (column !== 'scope')
        throw new Error(`column "${column ?? ''}" of relation "${table}" does not exist`)
      const other = beside?.replace('public.', '') ?? ''
      if (other !== 'none' && this.placed.get(other) !== 'h')
        throw new Error(`relation ${other} is not distributed`)
      this.placed.set(table, 'h')
    }
    this.calls.push(`${text.replace(/^select (\w+).*$/, '$1')}(${values.join(', ')})`)
    return { rows: [] }
  }
}

test('reference tables come first, then the graph, the first table alone and all others beside it', async () => {
  const citus = new Citus()
  const moved = await distribute(citus)
  const [first, ...others] = GRAPH_TABLES
  expect(citus.calls).toEqual([
    ...REFERENCE_TABLES.map((table) => `create_reference_table(public.${table})`),
    `create_distributed_table(public.${first}, scope, none)`,
    ...others.map((table) => `create_distributed_table(public.${table}, scope, public.${first})`),
  ])
  expect(moved.map(({ table }) => table)).toEqual([...REFERENCE_TABLES, ...GRAPH_TABLES])
  for (const table of LOCAL_TABLES) expect(citus.placed.has(table), table).toBe(false)
})

test('what is distributed already is left as it is', async () => {
  const citus = new Citus()
  await distribute(citus)
  citus.calls.length = 0
  expect(await distribute(citus)).toEqual([])
  expect(citus.calls).toEqual([])
})

test('a run that failed half way names the table, and the next one goes on from there', async () => {
  const citus = new Citus()
  citus.refused = 'edge'
  await expect(distribute(citus)).rejects.toThrow(
    'Spreading the table edge over the nodes of Citus: cannot create constraint on "edge"',
  )
  const before = citus.placed.size
  citus.refused = ''
  const moved = await distribute(citus)
  expect(moved[0]).toEqual({ table: 'edge', as: 'spread by scope' })
  expect(before + moved.length).toBe(REFERENCE_TABLES.length + GRAPH_TABLES.length)
})

test('a cluster that does not know its coordinator is told how to, before anything is moved', async () => {
  const citus = new Citus()
  citus.hasCoordinator = false
  await expect(distribute(citus)).rejects.toThrow('Run select citus_set_coordinator_host(')
  expect(citus.calls).toEqual([])
  citus.workers = 0
  expect(await distribute(citus)).not.toEqual([])
})

test('migrate prints each table that was moved, once', async () => {
  const distributed = await distribute(new Citus())
  expect(describeMigrated({ migrated: ['0001_graph'], distributed }).slice(0, 3)).toEqual([
    'Migrated: 0001_graph',
    'Distributed: scope, copied to every node',
    'Distributed: entity, spread by scope',
  ])
  expect(describeMigrated({ migrated: [], distributed: [] })).toEqual(['The database is up to date.'])
})

let database: TestDatabase
let client: pg.Client
beforeAll(async () => {
  database = await freshDatabase()
  client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

test('a server without Citus is left as it is', async () => {
  expect(await distribute(client)).toEqual([])
})

test('what is asked of the catalog of Citus is sound SQL', async () => {
  await client.query(`begin;
    create table pg_dist_partition (logicalrelid regclass, partmethod "char", repmodel "char");
    create table pg_dist_node (groupid int);
    insert into pg_dist_node values (0), (1);
    insert into pg_dist_partition values ('scope', 'n', 't'), ('entity', 'h', 's'), ('incident', 'n', 's');
    create function create_distributed_table(t regclass, c text, colocate_with text) returns void language sql
      as $$ insert into pg_dist_partition values (t, 'h', 's') $$`)
  const asked: Asked = {
    query: (text, values) => client.query<object>(text.replace("'citus'", "'plpgsql'"), values),
  }
  const moved = await distribute(asked)
  await client.query('rollback')
  expect(moved.map(({ table }) => table)).toEqual(GRAPH_TABLES.slice(1))
})
