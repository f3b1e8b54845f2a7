import { afterAll, beforeAll, expect, test } from 'vitest'
import { suggestEntities } from '../../src/lookups/suggest.ts'
import { openWorld, type World } from '../helpers/seed.ts'
import { auditEvent } from '../helpers/seed-records.ts'

const PAYMENTS = '111122223333/eu-west-1/payments'
const STAGING = '111122223333/eu-west-1/staging'

let world: World
beforeAll(async () => {
  world = await openWorld()
  await world.absorb(
    [
      auditEvent({ user: 'system:anonymous', ip: '203.0.113.9' }),
      auditEvent({ user: 'system:admin*', ip: '203.0.113.77' }),
      auditEvent({ user: '<!channel>', ip: '198.51.100.1' }),
    ],
    PAYMENTS,
  )
  await world.absorb([auditEvent({ user: 'system:elsewhere', ip: '192.0.2.1' })], STAGING)
})
afterAll(() => world.close())

const suggest = async (typed: string, most = 10): Promise<readonly string[]> =>
  (await suggestEntities(world.graph, typed, PAYMENTS, most)).map(({ kind, key }) => `${kind}:${key}`)

test('a beginning suggests what begins so, of that cluster alone', async () => {
  expect(await suggest('system:')).toEqual(['subject:system:admin\\*', 'subject:system:anonymous'])
  expect(await suggest('203.0.113.')).toEqual(['ip:203.0.113.77', 'ip:203.0.113.9'])
  expect(await suggest('<!ch')).toEqual(['subject:<!channel>'])
  expect(await suggest('system:else')).toEqual([])
})

test('a pattern is a suggestion itself, before what it matches; one that matches nothing is none', async () => {
  expect(await suggest('system:a*')).toEqual([
    'subject:system:a*',
    'subject:system:admin\\*',
    'subject:system:anonymous',
  ])
  expect(await suggest('*.9')).toEqual(['ip:*.9', 'ip:203.0.113.9'])
  expect(await suggest('nobody*')).toEqual([])
})

test('a kind in front keeps to it, nothing typed suggests nothing, and there is a limit', async () => {
  expect(await suggest('ip:20')).toEqual(['ip:203.0.113.77', 'ip:203.0.113.9'])
  expect(await suggest('subject:20')).toEqual([])
  expect(await suggest('')).toEqual([])
  expect(await suggest('s', 1)).toHaveLength(1)
  expect(await suggestEntities(world.graph, 'system:', '1/2/none', 10)).toEqual([])
})
