import { afterAll, beforeAll, expect, test } from 'vitest'
import { readIncidentAbout } from '../../src/incidents/about.ts'
import { readStanding } from '../../src/incidents/standing.ts'
import { micros, openWorld, type World } from '../helpers/seed.ts'
import { auditEvent, clock, finding } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

test('what stands is empty at first', async () => {
  expect(await readStanding(world.bot, 10)).toEqual({
    incidents: [],
    open: 0,
    sources: [],
    lastFinding: null,
  })
  expect(await readIncidentAbout(world.bot, 1)).toBeNull()
})

test('open incidents stand most severe first, with what was taken in for each cluster', async () => {
  const low = finding({ id: 'a'.repeat(32), severity: 2, subject: 'low', ip: '198.51.100.1' })
  const high = finding({ id: 'b'.repeat(32), severity: 8, subject: 'high*', ip: '203.0.113.9' })
  await world.absorb([low, high])
  await world.absorb([auditEvent({ at: clock('03:00') })], '111122223333/eu-west-1/payments')
  const standing = await readStanding(world.bot, 1)
  expect(standing).toMatchObject({ open: 2, incidents: [{ severity: 'High', card: null }] })
  expect(standing.sources).toEqual([
    { name: 'payments', firstAt: micros(clock('03:00')), lastAt: micros(clock('03:00')) },
  ])
  const number = standing.incidents[0]?.number ?? 0
  const about = await readIncidentAbout(world.bot, number)
  expect(about?.entities).toContainEqual({ kind: 'subject', key: 'high\\*' })
  expect(about?.entities).toContainEqual({ kind: 'ip', key: '203.0.113.9' })
  expect(about?.entities).not.toContainEqual({ kind: 'ip', key: '198.51.100.1' })
  expect(about?.window.to).toBeGreaterThan(about?.window.from ?? Infinity)
})
