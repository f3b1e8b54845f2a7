import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GraphWriter } from '../../src/graph/writer.ts'
import { absorb } from '../../src/ingest/absorb.ts'
import type { Incoming } from '../../src/ingest/delivery.ts'
import { packAll } from '../helpers/pack.ts'
import { incoming, openWorld, rememberJobs, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const SCOPES = 8
const WRITERS = 4
const ROUNDS = 12
const EACH = 6

/** A request that says its scope itself, as the feed of several clusters does. */
function request(scope: number, nr: number): Incoming {
  const record = incoming(
    auditEvent({
      id: `request-${scope}-${nr}`,
      user: `user-${nr % 4}`,
      ip: `198.51.100.${nr % 5}`,
      at: clock(`0${nr % 6}:30`),
      code: nr % 3 === 0 ? 403 : 200,
    }),
  )
  if (record.parsed.kind !== 'request') throw new Error('no request')
  const own = { account: '111122223333', region: 'eu-west-1', cluster: `cluster-${scope}` }
  return { ...record, parsed: { ...record.parsed, scope: own } }
}

/** The batches of one writer: of every scope a few, in an order of its own, every second one overlapping with the next writer. */
function batches(writer: number): readonly (readonly Incoming[])[] {
  return Array.from({ length: ROUNDS }, (_, round) =>
    Array.from({ length: SCOPES * EACH }, (__, at) => {
      const scope = (at * (2 * writer + 1) + writer + round) % SCOPES
      const share = round % 2 === 0 ? writer : (writer + 1) % WRITERS
      return request(scope, (share * ROUNDS + Math.floor(round / 2) * 2) * EACH + Math.floor(at / SCOPES))
    }),
  )
}

test('four writers whose batches mix eight scopes never cross, and count exactly', async () => {
  const ids = new Set<string>()
  let given = 0
  let landed = 0
  let duplicates = 0
  const over = new AbortController()
  const packing = (async () => {
    while (!over.signal.aborted) await packAll(world.ingest)
  })()
  try {
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const deps = world.deps(rememberJobs(), new GraphWriter())
        for (const batch of batches(writer)) {
          for (const { parsed } of batch) if (parsed.kind === 'request') ids.add(parsed.eventId)
          given += batch.length
          for (const fate of await absorb(deps, batch, null)) {
            if (fate.kind === 'landed') landed += 1
            else if (fate.kind === 'duplicate') duplicates += 1
          }
        }
      }),
    )
  } finally {
    over.abort()
    await packing
  }
  // A batch that a deadlock undid would have been tried again: there was none.
  const deadlocks = sql<{
    n: number
  }>`select deadlocks as n from pg_stat_database where datname = current_database()`
  expect((await deadlocks.execute(world.ingest)).rows).toEqual([{ n: 0 }])
  expect(given).toBeGreaterThan(2 * WRITERS * SCOPES * EACH)
  expect([landed, landed + duplicates]).toEqual([ids.size, given])
  expect(duplicates).toBeGreaterThan(given / 4)
  const wanted = { success: 0, failure: 0, unauthorized: 0, forbidden: 0 }
  for (const id of ids) wanted[Number(id.split('-').at(-1)) % 3 === 0 ? 'forbidden' : 'success'] += 1
  expect((await world.ask('subject', 'user-*')).totals).toEqual(wanted)
  expect((await world.ask('subject', 'user-1')).entity.scopes).toHaveLength(SCOPES)
})
