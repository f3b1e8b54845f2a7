import { afterAll, beforeAll, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/model/time.ts'
import { packAll } from '../helpers/pack.ts'
import { micros, openWorld, texts, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

const ENDS = ['192.0.2.0', '192.0.2.255', '192.0.3.0', '2001:db8::', '2001:db8::ffff', '2001:db8:0:1::']
/** So many that they are not asked about one by one. */
const MANY = Array.from({ length: 60 }, (_, nr) => `10.9.8.${nr}`)
const END = micros(clock('00:00', '2026-11-22'))

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb(ENDS.map((ip) => auditEvent({ ip })))
  for (const day of ['2026-11-10', '2026-11-15', '2026-11-16', '2026-11-21'])
    await world.absorb(MANY.map((ip) => auditEvent({ ip, at: clock('23:30', day) })))
  await packAll(world.ingest)
  await world.absorb(MANY.slice(0, 40).map((ip) => auditEvent({ ip, at: clock('22:10', '2026-11-21') })))
})
afterAll(() => world.close())

test.each([
  ['192.0.2.0/24', ['192.0.2.0', '192.0.2.255']],
  ['192.0.2.0/32', ['192.0.2.0']],
  ['192.0.2.128/25', ['192.0.2.255']],
  ['2001:db8::/64', ['2001:db8::', '2001:db8::ffff']],
  ['2001:db8::/128', ['2001:db8::']],
  ['::/0', ['2001:db8:0:1::', '2001:db8::', '2001:db8::ffff']],
  ['198.18.0.0/15', []],
])('%s holds its first and its last address, and no other: %j', async (network, ips) => {
  const answer = await world.ask('ip', network)
  expect(texts(answer, 'ip')).toEqual(ips)
  expect(answer.entity.matched).toBe(ips.length)
})

test('every address of version 4 is in 0.0.0.0/0', async () => {
  expect((await world.ask('ip', '0.0.0.0/0')).entity.matched).toBe(MANY.length + 3)
})

test.each([
  [7, 3 * 60 + 40],
  [7 + 1 / 24, 3 * 60 + 40],
  [1, 60 + 40],
  [30, 4 * 60 + 40],
])('a network of many addresses over %d days made %d calls, packed or not', async (days, calls) => {
  const window = { from: END - Math.round((days * DAY) / HOUR) * HOUR, to: END }
  expect(await world.ask('ip', '10.9.0.0/16', { window, limit: 100 })).toMatchObject({
    entity: { matched: 60 },
    totals: { success: calls },
    total: 60,
  })
})

test('few of them are the same asked about as a network, a pattern and one by one', async () => {
  const window = { from: END - 7 * DAY, to: END }
  const few = await world.ask('ip', '10.9.8.0/28', { window })
  expect(few).toMatchObject({ entity: { matched: 16 }, totals: { success: 3 * 16 + 16 }, total: 16 })
  const pattern = await world.ask('ip', '10.9.8.1?', { window })
  const single = await Promise.all(
    MANY.slice(10, 20).map((ip) =>
      world.ask('ip', ip, { window }).then(({ totals }) => totals?.success ?? 0),
    ),
  )
  expect(pattern.totals?.success).toBe(single.reduce((sum, n) => sum + n, 0))
})
