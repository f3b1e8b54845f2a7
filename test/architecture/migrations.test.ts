import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GRAPH_TABLES, GRAPH_VIEWS, LOCAL_TABLES, REFERENCE_TABLES } from '../../src/db/distribution.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'
import { ROOT } from '../helpers/documents.ts'
import { readSchema } from '../helpers/read-schema.ts'
import { isGraphRelation } from '../helpers/scope-env.ts'
import { type Distribution, lintSchema } from './lint-migrations.ts'
import { lintNumbering, lintSources, type Source } from './lint-sources.ts'

const DISTRIBUTION: Distribution = {
  graph: GRAPH_TABLES,
  views: GRAPH_VIEWS,
  reference: REFERENCE_TABLES,
  local: LOCAL_TABLES,
}

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

function filesOf(folder: string): readonly Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

test('the migrations make a schema whose graph tables can be spread by scope', async () => {
  expect(lintSchema(await readSchema(client), DISTRIBUTION)).toEqual([])
})

test('the sources hold to what a spread table takes', () => {
  const sources = [...filesOf('src'), ...filesOf('migrations')]
  expect(sources.length).toBeGreaterThan(100)
  expect(lintSources(sources)).toEqual([])
})

test('migrations are numbered without gaps and go forward', () => {
  expect(lintNumbering(filesOf('migrations'))).toEqual([])
})

test('every table and partition of the graph is known to the lint of statements, and no other', async () => {
  const schema = await readSchema(client)
  const graph: readonly string[] = [...GRAPH_TABLES, ...GRAPH_VIEWS]
  for (const { name, partitionOf } of schema) {
    expect(isGraphRelation(name), name).toBe(graph.includes(partitionOf ?? name))
  }
})

/** A schema that keeps to every rule: planted faults are the only ones. */
const SOUND = `
  create table place (id integer primary key);
  create table thing (scope integer not null references place (id), id integer not null, name text, primary key (scope, id));
  create table part (scope integer not null, id integer, at integer not null, unique (scope, id, at)) partition by range (at);
  create table part_1 partition of part for values from (0) to (10);
  create index part_id on part (id);
  create view parts as select scope, id from part;
  create table desk (id integer primary key, place integer references place (id));`
const OF_SOUND: Distribution = {
  graph: ['thing', 'part'],
  views: ['parts'],
  reference: ['place'],
  local: ['desk'],
}

async function faultsWith(planted: string, distribution = OF_SOUND): Promise<readonly string[]> {
  await client.query(`begin; create schema scratch; set local search_path = scratch, public; ${SOUND}`)
  try {
    await client.query(planted)
    return lintSchema(await readSchema(client, 'scratch'), distribution)
  } finally {
    await client.query('rollback')
  }
}

test('a schema that keeps to the rules has no fault', async () => {
  expect(await faultsWith('select 1')).toEqual([])
})

test.each([
  [
    'create unique index thing_name on thing (name)',
    'The unique index thing_name of thing is (name): let scope be its first column.',
  ],
  [
    'create unique index thing_lower on thing (lower(name), scope)',
    'The unique index thing_lower of thing is (an expression, scope): let scope be its first column.',
  ],
  [
    'alter table thing add constraint thing_name unique (name, scope)',
    'The unique constraint thing_name of thing is (name, scope): let scope be its first column.',
  ],
  [
    'alter table thing drop constraint thing_pkey; alter table thing add primary key (id)',
    'The primary key thing_pkey of thing is (id): let scope be its first column.',
  ],
  [
    'create unique index part_1_id on part_1 (id)',
    'The unique index part_1_id of part_1 is (id): let scope be its first column.',
  ],
  [
    'alter table part drop column scope cascade; create view parts as select id from part',
    'part has no column scope: a graph table is spread by it, so add one.',
  ],
  [
    'alter table part alter column scope drop not null',
    'part.scope may be null: a row without scope has no node, so add not null.',
  ],
  [
    'alter table thing drop constraint thing_scope_fkey; alter table thing alter column scope type bigint',
    'thing.scope is bigint and part.scope is integer: use one type.',
  ],
  [
    'alter table thing add exclude (id with =)',
    'thing has the exclusion constraint thing_id_excl: take it out, a graph table has none.',
  ],
  [
    `create function nothing() returns trigger language plpgsql as 'begin return new; end';
     create trigger watch before insert on thing for each row execute function nothing()`,
    'thing has the trigger watch: do it in the statement that writes, a graph table has none.',
  ],
  [
    'create rule quiet as on delete to place do instead nothing',
    'place has the rule quiet: do it in the statement that writes, a graph table has none.',
  ],
  [
    'create unique index thing_id on thing (id); alter table part add foreign key (id) references thing (id)',
    'The foreign key part_id_fkey of part leaves out scope: let it go from (scope, …) to (scope, …).',
  ],
  [
    'alter table part add foreign key (id) references desk (id)',
    'The foreign key part_id_fkey of part points at desk, which stays on one node: take it out, the writer keeps it true.',
  ],
  [
    'alter table desk add thing integer, add foreign key (place, thing) references thing (scope, id)',
    'The foreign key desk_place_thing_fkey of desk points at thing, whose rows are spread: take it out, the writer keeps it true.',
  ],
  [
    'alter table place add foreign key (id) references desk (id)',
    'The foreign key place_id_fkey of place points at desk, which not every node has: take it out.',
  ],
  [
    'create table part_2 partition of part for values from (10) to (20) partition by list (id)',
    'part_2 is a partition of part and has partitions itself: partition part on one level.',
  ],
  ['create table more (id integer)', 'more is in no list: add it to one of those in src/db/distribution.ts.'],
  [
    'create view more as select 1 as one',
    'The view more is in no list: add it to GRAPH_VIEWS in src/db/distribution.ts.',
  ],
  ['drop table desk', 'desk is listed and does not exist: take it out of src/db/distribution.ts.'],
  [
    'drop view parts; create table parts (id integer)',
    'parts is a table and listed as a view: move it in src/db/distribution.ts.',
  ],
])('a planted fault is told with its cure: %s', async (planted, sentence) => {
  expect(await faultsWith(planted)).toContain(sentence)
})

test('a table in two lists is told', async () => {
  const faults = await faultsWith('select 1', { ...OF_SOUND, local: ['desk', 'thing'] })
  expect(faults).toEqual(['thing is in two lists: leave it in one of those in src/db/distribution.ts.'])
})

test.each([
  [
    'src/graph/write.ts',
    'a\nsql`insert into t (a) values (1) on conflict (a) do update set at = greatest(t.at, now())`',
    'src/graph/write.ts:2 reads now in what an upsert sets: pass the time as a parameter.',
  ],
  [
    'src/incidents/assign.ts',
    'conflict.columns(["a"]).doUpdateSet({ at: sql`current_timestamp` })',
    'src/incidents/assign.ts:1 reads current_timestamp in what an upsert sets: pass the time as a parameter.',
  ],
  [
    'src/graph/write.ts',
    'sql`MERGE INTO edge using x`',
    'src/graph/write.ts:1 uses merge, which a spread table does not take in full: write insert … on conflict.',
  ],
  [
    'src/jobs/poll.ts',
    'select pg_try_advisory_xact_lock(1)',
    'src/jobs/poll.ts:1 takes an advisory lock, which only one node knows: lease a row of a table.',
  ],
  [
    'src/ingest/absorb.ts',
    'sql`create temp table batch (a int)`',
    'src/ingest/absorb.ts:1 makes a table while records come in: make it in a migration, or ahead of time in src/graph/partitions.ts.',
  ],
])('a planted fault in %s is told with its cure', (path, text, sentence) => {
  expect(lintSources([{ path, text }])).toEqual([sentence])
})

test('what is allowed in sources is no fault', () => {
  expect(
    lintSources([
      { path: 'src/graph/write.ts', text: '/** No merge into, no create table. */ // pg_advisory_lock' },
      { path: 'src/graph/write.ts', text: 'sql`insert into t (at) select now() on conflict do nothing`' },
      { path: 'src/graph/write.ts', text: 'sql`a on conflict (a) do update set b = 1`; sql`select now()`' },
      { path: 'src/graph/write.ts', text: 'c.doUpdateSet({ a: f(1) }).values({ at: sql`now()` })' },
      { path: 'src/graph/partitions.ts', text: 'sql`create table x partition of event`' },
      { path: 'src/workspace/tables.ts', text: 'sql`create table message ()`' },
    ]),
  ).toEqual([])
})

test.each([
  [['0001_a.ts', '0003_c.ts'], 'migrations/0003_c.ts stands where 0002 is due: number it 0002.'],
  [['0001_a.ts', '0001_b.ts'], 'migrations/0001_b.ts stands where 0002 is due: number it 0002.'],
  [
    ['0001_a.ts', '0002-b.ts'],
    'migrations/0002-b.ts is not named NNNN_name.ts, so it never runs: rename it.',
  ],
])('numbers are held to: %s', (files, sentence) => {
  expect(lintNumbering(files.map((file) => ({ path: `migrations/${file}`, text: '' })))).toContain(sentence)
})

test('a way back is refused', () => {
  const text = 'export async function up() {}\nexport async function down() {}'
  expect(lintNumbering([{ path: 'migrations/0001_a.ts', text }])).toEqual([
    'migrations/0001_a.ts goes back by down: take it out, what is wrong is put right by the next migration.',
  ])
})
