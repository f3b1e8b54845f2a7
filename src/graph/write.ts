import { CopyRows, copyInto } from '../db/copy.ts'
import type { Connection } from '../db/open.ts'
import { LOG_SOURCES, OUTCOMES } from '../model/observation.ts'
import { DAY, type Micros } from '../model/time.ts'
import { hourMicros, SumCounters } from './counters.ts'
import { CoverageSpans } from './coverage.ts'
import type { Fold } from './fold.ts'
import { resolveCalls, resolveEdges, resolveEntities } from './resolve.ts'
import { writeTies } from './write-ties.ts'
import type { Lease } from './writer.ts'

/** Reads the hashes of those of the hours that are not remembered. */
export async function loadSeen(
  client: Connection,
  { scope, state }: Lease,
  wanted: Iterable<number>,
): Promise<void> {
  const hours = state.seen.missing(wanted)
  if (hours.length === 0) return
  const blocks = await client.query<{ hour: number; hashes: Buffer }>({
    name: 'seen blocks',
    text: 'select hour, hashes from seen_block where scope = $1 and hour = any($2::int[])',
    values: [scope, hours],
  })
  const sealed = await client.query<{ hour: number }>({
    name: 'sealed hours',
    text: 'select hour from sealed where scope = $1 and hour = any($2::int[])',
    values: [scope, hours],
  })
  state.seen.load(
    hours,
    blocks.rows,
    sealed.rows.map((row) => row.hour),
  )
}

/** Gives everything that landed its rows: entities (their spans are widened), calls and edges. */
export async function resolve(client: Connection, lease: Lease, fold: Fold): Promise<void> {
  const { state } = lease
  const calls = new Set(fold.edges.numbers.map((edge) => state.edges.get(edge, 2)))
  await resolveEntities(client, lease, state.entitySpans.touched)
  await resolveCalls(client, lease, calls)
  await resolveEdges(client, lease, fold.edges)
}

/** Writes what a fold changed; everything in it has its rows. */
export async function writeFold(client: Connection, lease: Lease, fold: Fold): Promise<void> {
  await writeCounters(client, lease, fold)
  await writeEvents(client, lease, fold)
  await writeCoverage(client, lease, fold)
}

/** Writes what all folds of a lease saw together: agents, traits, links, and the hashes, which are kept by the day of `now`. */
export async function writeState(client: Connection, lease: Lease, now: Micros): Promise<void> {
  await writeTies(client, lease)
  await writeHashes(client, lease, Math.floor(now / DAY))
}

/** Bytes of hashes from which on one statement more costs less than handing them over as text. */
const COPY_BYTES = 100_000

async function writeHashes(client: Connection, { scope, state }: Lease, day: number): Promise<void> {
  const blocks = state.seen.blocks()
  if (blocks.length === 0) return
  const slot = day % SEEN_SLOTS
  if (blocks.reduce((bytes, { hashes }) => bytes + hashes.length, 0) < COPY_BYTES) {
    await client.query({
      name: 'add seen',
      text: `insert into seen_block (slot, scope, hour, day, hashes)
             select $2, $1, hour, $3, hashes from unnest($4::int[], $5::bytea[]) as block (hour, hashes)`,
      values: [scope, slot, day, blocks.map((block) => block.hour), blocks.map((block) => block.hashes)],
    })
    return
  }
  const rows = new CopyRows()
  for (const { hour, hashes } of blocks) {
    rows.begin(5)
    rows.int2(slot)
    rows.int4(scope)
    rows.int4(hour)
    rows.int4(day)
    rows.bytes(hashes)
  }
  await copyInto(client, 'seen_block', ['slot', 'scope', 'hour', 'day', 'hashes'], rows)
}

/** Days for which there are slots in the ring of hashes. */
const SEEN_SLOTS = 16

async function writeCounters(client: Connection, { scope, slot, state }: Lease, fold: Fold): Promise<void> {
  const { keys, counts, last } = fold.counters
  // In order of edge: what one lookup reads lies together.
  const order = new Float64Array(keys.size)
  for (let row = 0; row < keys.size; row++) {
    order[row] = (state.edgeIds[keys.get(row, 0)] ?? 0) * 0x40_0000 + row
  }
  order.sort()
  const rows = new CopyRows()
  for (const place of order) {
    const row = place % 0x40_0000
    const hour = keys.get(row, 1)
    rows.begin(9)
    rows.int2(slot)
    rows.int4(scope)
    rows.int4(state.edgeIds[keys.get(row, 0)] ?? 0)
    rows.int4(hour)
    rows.int4(hourMicros(last[row] ?? 0, hour))
    for (let outcome = 0; outcome < 4; outcome++) rows.count(counts[row * 4 + outcome] ?? 0)
  }
  await copyInto(client, 'edge_hot', ['slot', 'scope', 'edge', 'hour', 'last_us', ...OUTCOMES], rows)
  const sums = new SumCounters()
  sums.addAll(fold.counters, state)
  const sumRows = new CopyRows()
  for (let row = 0; row < sums.keys.size; row++) {
    const kind = sums.keys.get(row, 0)
    const id = sums.keys.get(row, 1)
    sumRows.begin(10)
    sumRows.int2(slot)
    sumRows.int2(kind)
    sumRows.int4(scope)
    sumRows.int4((kind === 3 ? state.calls.ids[id] : state.entities.ids[id]) ?? 0)
    sumRows.int4(state.calls.ids[sums.keys.get(row, 2)] ?? 0)
    sumRows.int4(sums.keys.get(row, 3))
    for (let outcome = 0; outcome < 4; outcome++) sumRows.count(sums.counts[row * 4 + outcome] ?? 0)
  }
  await copyInto(client, 'sum_hot', ['slot', 'kind', 'scope', 'id', 'id2', 'hour', ...OUTCOMES], sumRows)
}

const EVENT_COLUMNS = [
  'scope',
  'edge',
  'at',
  'agent',
  'code',
  'stage',
  'outcome',
  'audit_id',
  'other_id',
  'request_uri',
]

/** A row for each stage of a request that is kept one by one. */
async function writeEvents(client: Connection, { scope, state }: Lease, fold: Fold): Promise<void> {
  const { batch, range } = fold
  const rows = new CopyRows()
  for (let row = range.from; row < range.to; row++) {
    const edge = batch.edges[row] ?? 0
    if (!batch.isKept(row) || !fold.hasLanded(row)) continue
    const { code = null, requestUri = null, auditId = null } = batch.detailOf(row)
    const agent = batch.agents[row] ?? -1
    rows.begin(EVENT_COLUMNS.length)
    rows.int4(scope)
    rows.int4(state.edgeIds[edge] ?? 0)
    rows.time(batch.times[row] ?? 0)
    rows.int4(agent < 0 ? 0 : (state.entities.ids[state.agents.get(agent, 2)] ?? 0))
    if (code === null) rows.null()
    else rows.int2(code)
    rows.int2(batch.stage(row))
    rows.int2(batch.outcome(row))
    if (batch.hasUuid(row)) rows.uuid(batch.ids, row * 4)
    else rows.null()
    rows.text(auditId === null ? null : storable(auditId))
    rows.text(requestUri)
  }
  await copyInto(client, 'event', EVENT_COLUMNS, rows)
}

/** An id that somebody chose, as PostgreSQL can hold it; the whole of it is in the digest. */
function storable(id: string): string {
  return id.replaceAll('\0', '\uFFFD').toWellFormed()
}

async function writeCoverage(client: Connection, lease: Lease, fold: Fold): Promise<void> {
  const { batch, range } = fold
  const spans = new CoverageSpans()
  for (let row = range.from; row < range.to; row++) {
    const source = LOG_SOURCES[batch.source(row)]
    if (source !== undefined && fold.hasLanded(row)) spans.see(source, batch.times[row] ?? 0)
  }
  await spans.write(client, lease)
}
