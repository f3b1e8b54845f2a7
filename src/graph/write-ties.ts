import { CopyRows, copyInto } from '../db/copy.ts'
import type { Connection } from '../db/open.ts'
import { timeOf } from './resolve.ts'
import type { Spans } from './spans.ts'
import type { TupleTable } from './tuples.ts'
import type { Lease } from './writer.ts'

/** What ties entities together or to a value, with first and last seen: rows of one table by number of the scope's state. */
interface Ties {
  readonly table: string
  readonly spans: Spans
  readonly tuples: TupleTable
  /** The key after the scope, in the order of the tuple's elements. */
  readonly key: readonly Part[]
}

interface Part {
  readonly column: string
  /** The row's value for an element of a tuple: the id of an entity, or a text. */
  readonly ofElement:
    | { readonly id: (element: number) => number }
    | { readonly text: (element: number) => string }
}

/** Writes the agents, traits and links that a transaction saw. Their entities have their rows. */
export async function writeTies(client: Connection, lease: Lease): Promise<void> {
  const { state } = lease
  const { entities, values, traitNames, tieNames } = state
  const entity = (column: string): Part => ({
    column,
    ofElement: { id: (element) => entities.ids[element] ?? 0 },
  })
  const text = (column: string, of: (element: number) => string): Part => ({
    column,
    ofElement: { text: of },
  })
  await write(client, lease, {
    table: 'agent',
    spans: state.agentSpans,
    tuples: state.agents,
    key: [entity('subject'), entity('ip'), entity('agent')],
  })
  await write(client, lease, {
    table: 'trait',
    spans: state.traitSpans,
    tuples: state.traits,
    key: [
      entity('entity'),
      text('name', (element) => traitNames[element] ?? ''),
      text('value', (element) => values.text(element)),
    ],
  })
  await write(client, lease, {
    table: 'link',
    spans: state.linkSpans,
    tuples: state.links,
    key: [entity('source'), text('tie', (element) => tieNames[element] ?? ''), entity('target')],
  })
}

async function write(client: Connection, lease: Lease, ties: Ties): Promise<void> {
  const { tuples, spans, key } = ties
  const { touched } = spans
  // Nothing is tied yet to an entity that this transaction made: its rows go in without looking, which writes less of the log.
  const isNew = (nr: number): boolean =>
    key.some(
      ({ ofElement }, at) => 'id' in ofElement && ofElement.id(tuples.get(nr, at)) > lease.storedEntities,
    )
  const fresh = touched.length < COPY_ROWS ? [] : touched.filter(isNew)
  if (fresh.length < COPY_ROWS) {
    await upsert(client, lease, ties, touched)
    return
  }
  await add(client, lease, ties, fresh)
  await upsert(
    client,
    lease,
    ties,
    touched.filter((nr) => !isNew(nr)),
  )
}

/** With fewer rows one statement more costs more than it saves. */
const COPY_ROWS = 500

async function add(
  client: Connection,
  { scope }: Lease,
  { table, tuples, spans, key }: Ties,
  numbers: readonly number[],
): Promise<void> {
  const rows = new CopyRows()
  for (const nr of numbers) {
    rows.begin(3 + key.length)
    rows.int4(scope)
    for (const [at, { ofElement }] of key.entries()) {
      const element = tuples.get(nr, at)
      if ('id' in ofElement) rows.int4(ofElement.id(element))
      else rows.text(ofElement.text(element))
    }
    rows.time(spans.first(nr))
    rows.time(spans.last(nr))
  }
  const columns = ['scope', ...key.map(({ column }) => column), 'first_seen', 'last_seen']
  await copyInto(client, table, columns, rows)
}

/** Adds rows with a first and a last seen, or widens those that are there, in order of key so that writers never cross. */
async function upsert(
  client: Connection,
  { scope }: Lease,
  { table, tuples, spans, key }: Ties,
  numbers: readonly number[],
): Promise<void> {
  if (numbers.length === 0) return
  const columns = key.map(({ column }) => column).join(', ')
  const given = key
    .map(({ ofElement }, at) => `$${at + 2}::${'id' in ofElement ? 'int' : 'text'}[]`)
    .join(', ')
  const first = key.length + 2
  await client.query({
    name: `tie ${table}`,
    text: `insert into ${table} (scope, ${columns}, first_seen, last_seen)
      select $1, ${columns}, ${timeOf('first')}, ${timeOf('last')}
      from unnest(${given}, $${first}::bigint[], $${first + 1}::bigint[]) as seen (${columns}, first, last) order by ${columns}
      on conflict (scope, ${columns}) do update set
        first_seen = least(${table}.first_seen, excluded.first_seen), last_seen = greatest(${table}.last_seen, excluded.last_seen)
      where ${table}.first_seen > excluded.first_seen or ${table}.last_seen < excluded.last_seen`,
    values: [
      scope,
      ...key.map(({ ofElement }, at) =>
        numbers.map((nr) => {
          const element = tuples.get(nr, at)
          return 'id' in ofElement ? ofElement.id(element) : ofElement.text(element)
        }),
      ),
      numbers.map((nr) => spans.first(nr)),
      numbers.map((nr) => spans.last(nr)),
    ],
  })
}
