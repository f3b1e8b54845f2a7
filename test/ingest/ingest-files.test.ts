import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AbsorbDeps } from '../../src/ingest/absorb.ts'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { describeIngest, type IngestSummary } from '../../src/ingest/summary.ts'
import { asOwner } from '../helpers/as-owner.ts'
import { dumpGraph, openWorld, rememberJobs, scope, type World } from '../helpers/seed.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'

let world: World
let folder: string
beforeAll(async () => {
  world = await openWorld()
  folder = await mkdtemp(join(tmpdir(), 'firebreak-ingest-'))
})
beforeEach(() => world.reset())
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true })
})

const deps = (): AbsorbDeps => world.deps()

async function file(name: string, lines: readonly (object | string)[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  )
  return path
}

function addsUp(summary: IngestSummary): boolean {
  const sum = (list: readonly { readonly count: number }[]): number =>
    list.reduce((n, item) => n + item.count, 0)
  return (
    summary.records === summary.landed + summary.duplicates + sum(summary.ignored) + sum(summary.rejected)
  )
}

const twice = auditEvent()
const mixed = [
  auditEvent(),
  twice,
  twice,
  auditEvent({ stage: 'RequestReceived' }),
  auditEvent({ stage: 'RequestReceived' }),
  finding({ id: 'known' }),
  finding({ id: 'known', severity: 9 }),
  '{"kind": "Event", "auditID": "cut',
  { ...auditEvent(), verb: undefined },
  { ...auditEvent(), verb: undefined, level: 'Metadata' },
]

test('every record of a file has one fate, and they add up', async () => {
  const path = await file('mixed.jsonl', mixed)
  const { summary, unreadable } = await ingestFiles(deps(), [path], null)
  expect(summary).toMatchObject({
    files: 1,
    records: 10,
    landed: 3,
    duplicates: 1,
    ignored: [{ class: 'request-received', count: 2 }],
  })
  expect(summary.rejected.map(({ class: name, count }) => `${count} ${name}`).toSorted()).toEqual([
    '1 conflicting',
    '3 malformed',
  ])
  expect(summary.rejected.find((line) => line.class === 'malformed')?.example).toMatchObject({
    file: path,
    line: 8,
  })
  expect(addsUp(summary)).toBe(true)
  expect(unreadable).toEqual([])
})

test('requests of before the months that are kept land and are told apart, on both ways in', async () => {
  const old = { at: '2025-10-31T23:59:59.999999Z' }
  const path = await file('old.jsonl', [
    auditEvent(old),
    auditEvent({ ...old, isDated: false }),
    auditEvent({ at: '2025-11-01T00:00:00Z' }),
    auditEvent({ ...old, stage: 'RequestReceived' }),
    { ...auditEvent(old), verb: undefined },
    finding({ first: old.at }),
  ])
  const { summary } = await ingestFiles(deps(), [path], null)
  expect(summary).toMatchObject({ landed: 4, keptApart: [{ class: 'old', count: 2 }] })
  expect(addsUp(summary)).toBe(true)
  expect(describeIngest(summary, []).at(-1)).toBe(
    '  2 records are older than the months that are kept: they are kept apart, outside the monthly partitions.',
  )
  const again = await ingestFiles(deps(), [path], null)
  expect(again.summary).toMatchObject({ landed: 0, keptApart: [] })
})

test('the same files again change nothing: what landed is a duplicate', async () => {
  const path = await file('mixed.jsonl', mixed)
  const { summary: first } = await ingestFiles(deps(), [path], null)
  const before = await dumpGraph(world.ingest)
  const { summary: again } = await ingestFiles(deps(), [path, path], null)
  expect(again).toMatchObject({ landed: 0, duplicates: 2 * (first.landed + first.duplicates) })
  expect(addsUp(again)).toBe(true)
  expect(await dumpGraph(world.ingest)).toEqual(before)
})

test('a file that is not there is named, and the rest lands', async () => {
  const missing = join(folder, 'missing.jsonl')
  const { summary, unreadable } = await ingestFiles(
    deps(),
    [missing, await file('one.jsonl', [auditEvent()])],
    null,
  )
  expect(summary).toMatchObject({ files: 1, records: 1, landed: 1 })
  expect(unreadable).toEqual([{ file: missing, reason: expect.stringMatching(/\S/) as string }])
})

test('each file in which nothing is recognised is one record, and named', async () => {
  const files = [await file('a.txt', ['hello']), await file('b.txt', ['world', 'again'])]
  const { summary } = await ingestFiles(deps(), files, null)
  expect(summary.records).toBe(2)
  expect(summary.rejected.map((line) => [line.class, line.count, line.example.file])).toEqual([
    ['unrecognised', 1, files[0]],
    ['unrecognised', 1, files[1]],
  ])
})

test('more records than fit one transaction all land, in the given scope', async () => {
  const path = await file(
    'many.jsonl',
    Array.from({ length: 2_345 }, () => auditEvent()),
  )
  const { summary } = await ingestFiles(deps(), [path], scope('111122223333/eu-west-1/payments'))
  expect(summary).toMatchObject({ records: 2_345, landed: 2_345 })
  expect(await world.ask('subject', 'alice', { scope: '111122223333/eu-west-1/payments' })).toMatchObject({
    totals: { success: 2_345 },
  })
})

test('a stop comes between two batches, and taking the file in again goes on from there', async () => {
  const path = await file(
    'stopped.jsonl',
    Array.from({ length: 2_500 }, () => auditEvent()),
  )
  const stop = new AbortController()
  const options = { batch: 100, signal: stop.signal, onProgress: () => stop.abort() }
  const { summary } = await ingestFiles(deps(), [path, path], null, options)
  const { landed } = summary
  expect(summary).toMatchObject({ files: 1, records: landed })
  expect(landed).toBeGreaterThan(0)
  expect(landed).toBeLessThan(2_500)
  expect((await ingestFiles(deps(), [path], null)).summary).toMatchObject({
    landed: 2_500 - landed,
    duplicates: landed,
  })
})

test('a fault of the database ends the ingest with its cause, and what had landed stays', async () => {
  const path = await file('fault.jsonl', [...Array.from({ length: 2_000 }, () => auditEvent()), finding()])
  const broken = {
    ...deps(),
    jobs: { ...rememberJobs(), send: () => Promise.reject(new Error('no connection')) },
  }
  const { summary, stopped } = await ingestFiles(broken, [path, path], null, { batch: 100 })
  expect(stopped?.cause).toMatchObject({ message: 'no connection' })
  const { landed } = summary
  expect(summary).toMatchObject({ records: landed })
  expect(landed).toBeGreaterThan(0)
  expect((await ingestFiles(deps(), [path], null)).summary).toMatchObject({
    duplicates: landed,
    landed: 2_001 - landed,
  })
})

test('the summary in words names each class with an example', async () => {
  const path = await file('mixed.jsonl', mixed)
  const { summary, unreadable } = await ingestFiles(deps(), [path, join(folder, 'missing')], null)
  const lines = describeIngest(summary, unreadable)
  expect(lines[0]).toBe('10 records in 1 file: 3 landed, 1 duplicate, 2 ignored, 4 rejected.')
  expect(lines).toContainEqual(
    expect.stringContaining(`  3 malformed, for example ${path}:8: The line is not JSON`),
  )
  expect(lines.at(-1)).toContain(join(folder, 'missing'))
})

test('of a record that conflicts is kept what was understood of it, also where its line is gone', async () => {
  const path = await file('conflict.jsonl', [
    auditEvent({ id: 'same' }),
    auditEvent({ id: 'same', code: 403 }),
  ])
  await ingestFiles(deps(), [path], null)
  const kept = await world.ingest
    .selectFrom('rejected')
    .select('raw')
    .where('class', '=', 'conflicting')
    .where('file', '=', path)
    .execute()
  expect(kept.map((row) => row.raw.includes('"outcome":"forbidden"'))).toEqual([true])
})

test('rejects are written in one order, whatever the order of their file, so that no two writers wait for each other', async () => {
  const lines = Array.from({ length: 40 }, (_, nr) => `no json ${nr}`)
  const inOrder: string[][] = []
  for (const [name, text] of [
    ['forth.jsonl', lines],
    ['back.jsonl', lines.toReversed()],
  ] as const) {
    // A table that is new is filled from its beginning.
    await asOwner(world.database.ownerUrl, 'truncate rejected')
    await ingestFiles(deps(), [await file(name, [auditEvent(), ...text])], null)
    const { rows } = await sql<{ raw: string }>`select raw from rejected order by ctid`.execute(world.ingest)
    inOrder.push(rows.map(({ raw }) => raw))
  }
  expect(inOrder[0]).toHaveLength(40)
  expect(inOrder[1]).toEqual(inOrder[0])
})

test('one record is one record', async () => {
  const { summary } = await ingestFiles(deps(), [await file('one.jsonl', [auditEvent()])], null)
  expect(describeIngest(summary, [])).toEqual([
    '1 record in 1 file: 1 landed, 0 duplicates, 0 ignored, 0 rejected.',
  ])
})
