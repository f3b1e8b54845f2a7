import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, texts, type World } from '../helpers/seed.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'

const UID = '3f2a8c1e-0000-4000-8000-000000000001'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb([
    finding({ podUid: UID, principal: 'AROAEXAMPLE:alice', ip: '2001:db8::9' }),
    // A pod of the same name in a cluster of another account.
    finding({ podUid: '9f2a8c1e-0000-4000-8000-000000000002', account: '444455556666' }),
    auditEvent({ ip: '2001:db8::7', agent: 'curl/8.9' }),
  ])
})
afterAll(() => world.close())

test.each([
  // By what else it is known.
  [`pod:${UID}`, ['shop/api-7f']],
  ['pod:3f2a8c1e*', ['shop/api-7f']],
  ['pod:?f2a8c1e-*', ['shop/api-7f', 'shop/api-7f']],
  ['role:AROAEXAMPLE', ['ops']],
  ['session:alice', ['AROAEXAMPLE:alice']],
  ['session:ASIAEXAMPLE', ['AROAEXAMPLE:alice']],
  ['session:al*', ['AROAEXAMPLE:alice']],
  // By its name as before, and once when both fit.
  ['pod:shop/api-7f', ['shop/api-7f', 'shop/api-7f']],
  ['session:*', ['AROAEXAMPLE:alice']],
  // A trait of one kind is no name of another, and a pattern that is escaped is none.
  ['role:alice', []],
  [`node:${UID}`, []],
  ['session:al\\*', []],
  // Kinds that have no traits, and networks of both families.
  ['namespace:sh?p', ['shop', 'shop']],
  ['agent:curl/*', ['curl/8.9']],
  ['ip:2001:db8::/32', ['2001:db8::7', '2001:db8::9']],
])('%s finds %j', async (key, found) => {
  const answer = await world.ask('seen', key)
  expect(texts(answer, 'key')).toEqual(found)
  expect(answer.entity.matched).toBe(new Set(found).size)
  expect(answer).toMatchObject({ total: found.length, truncated: false })
})

test('a limit is said to be one', async () => {
  expect(await world.ask('seen', 'pod:?f2a8c1e-*', { limit: 1 })).toMatchObject({
    total: 2,
    truncated: true,
    entity: { matched: 1 },
  })
})
