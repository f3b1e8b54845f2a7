import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dumpGraph, openWorld, type World } from '../helpers/seed.ts'
import { trailEvent } from '../helpers/seed-cloudtrail.ts'
import { type FlowSpec, flowRecords, OUTSIDE, POD_IP } from '../helpers/seed-flows.ts'
import { clock } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const spec: fc.Arbitrary<FlowSpec> = fc.record({
  from: fc.constantFrom(POD_IP, OUTSIDE, '10.0.99.12'),
  to: fc.constantFrom('10.0.20.32', '198.51.100.7'),
  ports: fc.constantFrom<readonly [number, number]>([40_112, 443], [443, 40_112], [0, 0]),
  bytes: fc.constantFrom(40, 5_000_000_000, Number.MAX_SAFE_INTEGER),
  at: fc.constantFrom(clock('02:00:00'), clock('02:59:30'), clock('07:30:00')),
  action: fc.constantFrom('ACCEPT', 'REJECT'),
  status: fc.constantFrom('OK', 'OK', 'OK', 'SKIPDATA', 'NODATA'),
  account: fc.constantFrom('111122223333', '444455556666'),
  interface: fc.constantFrom('eni-0a', 'eni-0b'),
})

test('lines of flow logs give the same graph in any order, in any pieces, and however often they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(spec, { minLength: 1, maxLength: 25 }).chain((specs) =>
        fc.record({
          records: fc.constant([...flowRecords(...specs), trailEvent({ id: 'one', at: clock('02:30:00') })]),
          order: fc.shuffledSubarray(
            Array.from({ length: specs.length * 2 + 2 }, (_, nr) => nr),
            { minLength: specs.length * 2 + 2 },
          ),
          pieces: fc.integer({ min: 1, max: 9 }),
        }),
      ),
      async ({ records, order, pieces }) => {
        await world.reset()
        const fates = await world.absorb(records)
        const landed = fates.filter(({ kind }) => kind === 'landed').length
        const expected = await dumpGraph(world.ingest)
        await world.reset()
        let again = 0
        for (let at = 0; at < order.length; at += pieces) {
          const some = order.slice(at, at + pieces).map((nr) => records[nr % records.length])
          again += (await world.absorb(some)).filter(({ kind }) => kind === 'landed').length
        }
        expect(again).toBe(landed)
        expect(await dumpGraph(world.ingest)).toEqual(expected)
      },
    ),
    { numRuns: 25 },
  )
})

test('each line counts once, and what is ignored only says that the log was there', async () => {
  await world.reset()
  const records = flowRecords(
    { bytes: 1_000 },
    { bytes: 1_000 },
    { bytes: 2_000 },
    { status: 'NODATA', at: clock('04:10:00') },
    { status: 'SKIPDATA', at: clock('05:10:00') },
    { status: 'SKIPDATA', at: clock('05:10:00') },
  )
  expect((await world.absorb(records)).map(({ kind }) => kind)).toEqual([
    'landed',
    'duplicate',
    'landed',
    'ignored',
    'landed',
    'duplicate',
  ])
  const { flows, coverage, links } = await dumpGraph(world.ingest)
  expect(flows?.map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      scope: '111122223333/-/-',
      local: POD_IP,
      peer: OUTSIDE,
      port: 443,
      hours: [[expect.anything(), 3_000, 20, 2, expect.anything()]],
    },
  ])
  expect(coverage?.map((line) => (JSON.parse(line) as { source: string }).source)).toEqual([
    'flow',
    'flow',
    'flow-lost',
  ])
  expect(links).toHaveLength(1)
})

test('an account’s own log stays the account’s, and a future line is refused', async () => {
  await world.reset()
  const [first] = await world.absorb(flowRecords({}), '111122223333/eu-west-1/payments')
  expect(first).toEqual({ kind: 'landed' })
  expect((await dumpGraph(world.ingest))['flows']?.[0]).toContain('111122223333/eu-west-1/-')
  const [foreign] = await world.absorb(flowRecords({ at: clock('03:00:00') }), '444455556666/eu-west-1/-')
  expect(foreign).toMatchObject({ kind: 'rejected', reject: { class: 'foreign-scope' } })
  const [future] = await world.absorb(flowRecords({ at: clock('04:00', '2026-11-29') }))
  expect(future).toMatchObject({ kind: 'rejected', reject: { class: 'future', pointer: '/start' } })
})
