import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GraphWriter } from '../../src/graph/writer.ts'
import { type AbsorbDeps, absorbDelivery } from '../../src/ingest/absorb.ts'
import type { Delivery, Incoming } from '../../src/ingest/delivery.ts'
import { ScannedLines } from '../../src/ingest/scanned-lines.ts'
import { packAll } from '../helpers/pack.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { dumpGraph, incoming, openWorld, rememberJobs, scope, type World } from '../helpers/seed.ts'
import { type AuditSpec, auditEvent, clock, type FindingSpec, finding } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

// Few values each, so that traces meet themselves: the same edge, hour, agent and finding again and again.
const users = fc.constantFrom('alice', 'system:anonymous', 'system:serviceaccount:shop:api', null)
const ips = fc.constantFrom('198.51.100.7', '203.0.113.9', '2001:db8::7', 'no address', null)
const times = fc
  .tuple(fc.constantFrom('02', '03', '07'), fc.constantFrom('00:00.000000', '30:00.000001', '59:59.999999'))
  .map(([hour, rest]) => clock(`${hour}:${rest}`))
const code = fc.constantFrom(200, 101, 401, 403, 500, null)

const request = fc
  .record({
    user: users,
    ip: ips,
    at: times,
    as: fc.constantFrom('bob', 'alice', undefined),
    verb: fc.constantFrom('get', 'list', 'watch'),
    resource: fc.constantFrom('pods', 'secrets'),
    name: fc.constantFrom('db', undefined),
    // Each stage says for itself how it ended and by which client; where the records do not say when the request was received,
    // also at another time.
    stages: fc.uniqueArray(
      fc.record({
        stage: fc.constantFrom('RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'),
        code,
        agent: fc.constantFrom('kubectl', 'curl', null),
        later: fc.option(times, { freq: 4 }),
      }),
      { minLength: 1, maxLength: 3, selector: (one) => one.stage },
    ),
    isNamed: fc.constantFrom(true, true, true, false),
    isDated: fc.constantFrom(true, true, true, false),
  })
  .map(({ stages, isNamed, isDated, as, name, ...rest }) =>
    stages.map(
      ({ later, ...stage }): AuditSpec => ({
        ...rest,
        ...stage,
        isDated,
        ...(later !== null && (!isDated || !isNamed) && { at: later }),
        ...(as !== undefined && { as }),
        ...(name !== undefined && { name }),
        ...(!isNamed && { id: null }),
      }),
    ),
  )

const findings = fc
  .uniqueArray(
    fc.record({
      updated: times,
      first: times,
      severity: fc.constantFrom(2, 5, 8),
      count: fc.nat(9),
      subject: users,
      ip: fc.constantFrom('203.0.113.9', null),
      cluster: fc.constantFrom('payments', 'payments', null),
    }),
    { minLength: 1, maxLength: 3, selector: (one) => one.updated },
  )
  .map((versions): readonly FindingSpec[] => versions)

/** At most 30 records; ids tell requests and findings apart, so that nothing conflicts. */
const trace = fc
  .record({
    requests: fc.array(request, { minLength: 1, maxLength: 8 }),
    findings: fc.array(findings, { maxLength: 2 }),
  })
  .map(({ requests, findings: many }) => ({
    events: requests.flatMap((stages, nr) =>
      stages.map((spec): AuditSpec => ({ id: `request-${nr}`, ...spec })),
    ),
    findings: many.flatMap((versions, nr) =>
      versions.map((spec): FindingSpec => ({ id: `finding-${nr}`, ...spec })),
    ),
  }))

/** What must be counted, worked out from the trace alone: each request by its earliest counted stage. */
function expected(events: readonly AuditSpec[]): { readonly [outcome: string]: number } {
  const order = ['ResponseStarted', 'ResponseComplete', 'Panic']
  const earliest = new Map<string, AuditSpec>()
  for (const event of events) {
    const rank = order.indexOf(event.stage ?? '')
    if (rank < 0) continue
    const id = event.id ?? JSON.stringify(event)
    const known = earliest.get(id)
    if (known === undefined || rank < order.indexOf(known.stage ?? '')) earliest.set(id, event)
  }
  const totals = { success: 0, failure: 0, unauthorized: 0, forbidden: 0 }
  for (const { code: status } of earliest.values()) {
    if (status === 401) totals.unauthorized += 1
    else if (status === 403) totals.forbidden += 1
    else if (typeof status === 'number' && status < 400) totals.success += 1
    else totals.failure += 1
  }
  return totals
}

async function counted(): Promise<object> {
  const all = world.graph
    .selectFrom('edge_all')
    .select([
      sql<number>`coalesce(sum(success), 0)::bigint`.as('success'),
      sql<number>`coalesce(sum(failure), 0)::bigint`.as('failure'),
      sql<number>`coalesce(sum(unauthorized), 0)::bigint`.as('unauthorized'),
      sql<number>`coalesce(sum(forbidden), 0)::bigint`.as('forbidden'),
    ])
  return acrossScopes(() => all.executeTakeFirstOrThrow())
}

/** A writer that fails at the last statement of a transaction, when it is told to. */
class BreakingWriter extends GraphWriter {
  breaks = false

  override async sign(...turn: Parameters<GraphWriter['sign']>): Promise<void> {
    if (this.breaks) throw new Error('killed here')
    await super.sign(...turn)
  }
}

/** How a batch comes in, and what happens around it. */
const step = fc.record({
  /** Which writer takes it: one of two that remember, or one that was started just now. */
  writer: fc.constantFrom(0, 1, null),
  isScanned: fc.boolean(),
  failsFirst: fc.boolean(),
  packs: fc.constantFrom('no', 'no', 'all', 'the last but one'),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

let scannedEvents = 0
let failures = 0

/** Takes records in as the reader of files does: from their bytes where it can. */
function scanned(deps: AbsorbDeps, records: readonly object[], given: string | undefined): Delivery {
  const own = scope(given ?? '-/-/-')
  const lines = new ScannedLines(deps.writer.state(own), deps.now)
  const rest: Incoming[] = []
  records.forEach((record, at) => {
    const line = Buffer.from(JSON.stringify(record))
    lines.begin(line)
    if (!lines.take(0, line.length, at + 1)) rest.push(incoming(record, at))
  })
  const { batch } = lines
  scannedEvents += batch.size
  return {
    incoming: rest,
    scanned: { batch, scope: own, file: 'test.jsonl', range: { from: 0, to: batch.size } },
  }
}

async function take(
  writers: readonly BreakingWriter[],
  records: readonly object[],
  given: string | undefined,
  { writer, isScanned, failsFirst, packs }: Step,
): Promise<void> {
  const own = writers[writer ?? -1] ?? new BreakingWriter()
  const deps = world.deps(rememberJobs(), own)
  const deliver = async (): Promise<unknown> =>
    absorbDelivery(
      deps,
      isScanned ? scanned(deps, records, given) : { incoming: records.map(incoming), scanned: null },
      given === undefined ? null : scope(given),
    )
  own.breaks = true
  // A batch of which nothing is counted leases no scope, and does not fail.
  if (failsFirst) await deliver().catch(() => (failures += 1))
  own.breaks = false
  await deliver()
  if (packs === 'all') await packAll(world.ingest)
  if (packs === 'the last but one') {
    await sql`select graph_pack()`.execute(world.ingest)
    await sql`select graph_turn()`.execute(world.ingest)
  }
}

const isFull = process.env['FIREBREAK_TEST_FULL'] === '1'
const [TRACES, SHUFFLES] = isFull ? [300, 20] : [20, 3]

test('any order, any batches, any writers and any repetition of a trace give the same graph and the same findings', {
  timeout: isFull ? 3_600_000 : 60_000,
}, async () => {
  const shuffled = trace.chain(({ events, findings: found }) => {
    const records = [...events.map(auditEvent), ...found.map(finding)]
    const arrival = fc.record({
      order: fc
        .tuple(fc.shuffledSubarray(records, { minLength: records.length }), fc.subarray(records))
        .map(([all, again]) => [...all, ...again]),
      cuts: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
      steps: fc.array(step, { minLength: 4, maxLength: 4 }),
    })
    return fc.record({
      events: fc.constant(events),
      records: fc.constant(records),
      arrivals: fc.array(arrival, { minLength: SHUFFLES, maxLength: SHUFFLES }),
      given: fc.constantFrom(undefined, '111122223333/eu-west-1/payments'),
    })
  })
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ events, records, arrivals, given }) => {
      await world.reset()
      await world.absorb(records, given)
      const straight = await dumpGraph(world.ingest)
      expect(await counted()).toEqual(expected(events))
      for (const { order, cuts, steps } of arrivals) {
        await world.reset()
        const writers = [new BreakingWriter(), new BreakingWriter()]
        const edges = [0, ...cuts.toSorted((a, b) => a - b), order.length]
        for (const [at, one] of steps.entries()) {
          const from = edges[at]
          if (from === undefined) break
          await take(writers, order.slice(from, edges[at + 1] ?? from), given, one)
        }
        expect(await dumpGraph(world.ingest)).toEqual(straight)
        expect(await counted()).toEqual(expected(events))
      }
    }),
    { numRuns: TRACES, endOnFailure: true },
  )
  expect(scannedEvents).toBeGreaterThan(TRACES * SHUFFLES)
  expect(failures).toBeGreaterThan((TRACES * SHUFFLES) / 4)
})
