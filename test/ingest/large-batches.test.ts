import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { GraphWriter } from '../../src/graph/writer.ts'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { asOwner } from '../helpers/as-owner.ts'
import { absorbRecords, dumpGraph, openWorld, rememberJobs, type World } from '../helpers/seed.ts'
import { auditEvent, clock, finding } from '../helpers/seed-records.ts'

let world: World
let folder: string
beforeAll(async () => {
  world = await openWorld()
  folder = await mkdtemp(join(tmpdir(), 'firebreak-large-'))
})
beforeEach(() => world.reset())
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true })
})

const take = (file: string, writer = new GraphWriter()) =>
  ingestFiles(world.deps(rememberJobs(), writer), [file], null)

/** Transactions of all writers so far. */
async function turns(): Promise<number> {
  const rows = await asOwner(world.database.ownerUrl, 'select sum(turn) as n from writer')
  return Number((rows[0] as { n: string }).n)
}

test('the hashes of one hour that go in by COPY, longer than its blocks, are read back by another writer', async () => {
  const file = join(folder, 'hour.ndjson')
  const events = Array.from({ length: 30_000 }, (_, nr) =>
    JSON.stringify(auditEvent({ id: `hour-${nr}`, at: clock(`04:${String(nr % 60).padStart(2, '0')}`) })),
  )
  await writeFile(file, `${events.join('\n')}\n`)
  expect((await take(file)).summary).toMatchObject({ landed: 30_000, duplicates: 0 })
  expect(await turns()).toBe(1)
  expect((await take(file)).summary).toMatchObject({ landed: 0, duplicates: 30_000, rejected: [] })
})

test('requests that are kept one by one with long addresses end a transaction early', async () => {
  const file = join(folder, 'scanner.ndjson')
  const path = `/login?q=${'a'.repeat(1_000)}`
  const scan = (nr: number) => auditEvent({ id: `scan-${nr}`, user: 'system:anonymous' })
  const events = Array.from({ length: 45_000 }, (_, nr) =>
    JSON.stringify({ ...scan(nr), objectRef: undefined, requestURI: `${path}${nr}` }),
  )
  await writeFile(file, `${events.join('\n')}\n`)
  expect((await take(file)).summary).toMatchObject({ landed: 45_000 })
  expect(await turns()).toBeGreaterThan(1)
})

test('many ties at once, new and known ones and after a failure, are the rows that few at a time make', async () => {
  const events = Array.from({ length: 1_400 }, (_, nr) =>
    auditEvent({ id: `tie-${nr}`, user: `user-${nr % 900}`, at: clock(`04:${10 + (nr % 40)}`) }),
  )
  for (let from = 0; from < events.length; from += 100)
    await absorbRecords(world.deps(), events.slice(from, from + 100))
  const few = await dumpGraph(world.ingest)
  expect(few['agents']?.length).toBeGreaterThan(800)

  await world.reset()
  const writer = new GraphWriter()
  const broken = { ...rememberJobs(), send: () => Promise.reject(new Error('killed here')) }
  await absorbRecords(world.deps(rememberJobs(), writer), events.slice(0, 200))
  await expect(absorbRecords(world.deps(broken, writer), [...events.slice(100), finding()])).rejects.toThrow()
  await absorbRecords(world.deps(rememberJobs(), writer), events.slice(100))
  await absorbRecords(world.deps(), events.slice(0, 1_000))
  expect(await dumpGraph(world.ingest)).toEqual(few)
})
