import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { dumpGraph, openWorld, type World } from '../helpers/seed.ts'
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
    isNamed: fc.boolean(),
    isDated: fc.boolean(),
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

test('any order, any batches and any repetition of a trace give the same graph and the same findings', async () => {
  const shuffled = trace.chain(({ events, findings: found }) => {
    const records = [...events.map(auditEvent), ...found.map(finding)]
    return fc.record({
      events: fc.constant(events),
      records: fc.constant(records),
      arrival: fc
        .tuple(fc.shuffledSubarray(records, { minLength: records.length }), fc.subarray(records))
        .map(([all, again]) => [...all, ...again]),
      cuts: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 2 }),
      given: fc.constantFrom(undefined, '111122223333/eu-west-1/payments'),
    })
  })
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ events, records, arrival, cuts, given }) => {
      await world.reset()
      await world.absorb(records, given)
      const straight = await dumpGraph(world.ingest)
      expect(await counted()).toEqual(expected(events))

      await world.reset()
      const edges = [0, ...cuts.toSorted((a, b) => a - b), arrival.length]
      for (const [at, from] of edges.entries())
        await world.absorb(arrival.slice(from, edges[at + 1] ?? from), given)
      expect(await dumpGraph(world.ingest)).toEqual(straight)
    }),
    { numRuns: 60 },
  )
})
