import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import type { IngestSummary } from '../../src/ingest/summary.ts'
import { dumpGraph, openWorld, type World } from '../helpers/seed.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'
import { type Poison, poisonCorpus } from './poison-corpus.ts'
import type { Expected, Fields } from './poison-records.ts'

let world: World
let folder: string
beforeAll(async () => {
  world = await openWorld()
  folder = await mkdtemp(join(tmpdir(), 'firebreak-poison-'))
})
beforeEach(() => world.reset())
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true })
})

/** Before each poison, and after the last: audit events, and findings among them. */
const isFinding = (nr: number): boolean => nr % 8 === 1
const neighbour = (nr: number): string =>
  JSON.stringify(
    !isFinding(nr)
      ? auditEvent({ id: `neighbour-${nr}`, user: `neighbour-${nr}` })
      : finding({ id: `neighbour-${nr}`, subject: `neighbour-${nr}` }),
  )

/** What the line or the index of a record says that became of it, where it was rejected. */
function told(line: number, name: string, one: { readonly class: string; readonly pointer: string }): string {
  return `${line} ${name}: ${one.class} ${one.pointer}`
}

/** Takes a file in and holds every record of it against what must become of it. `lineOf`: where the poison stands. */
async function check(
  content: Buffer,
  corpus: readonly Poison[],
  lineOf: (nr: number) => number,
): Promise<void> {
  const path = join(folder, 'poison')
  await writeFile(path, content)
  const deps = world.deps()
  const { summary, unreadable, stopped } = await ingestFiles(deps, [path], null)
  expect(stopped).toBeNull()
  expect(unreadable).toEqual([])

  const rejects = await world.ingest
    .selectFrom('rejected')
    .select(['class', 'pointer', 'line', 'reason', 'raw'])
    .execute()
  const nameAt = new Map(corpus.map(({ name }, nr) => [lineOf(nr), name]))
  const found = rejects.map((one) => told(one.line, nameAt.get(one.line) ?? 'a neighbour', one))
  const due = corpus.flatMap(({ name, expected }, nr) =>
    expected.flatMap((one) =>
      'rejected' in one ? [told(lineOf(nr), name, { class: one.rejected, pointer: one.pointer })] : [],
    ),
  )
  expect(found.toSorted()).toEqual(due.toSorted())
  for (const { reason, raw } of rejects) {
    expect(reason).toMatch(/^[A-Z].*\.$/s)
    expect(raw.length).toBeLessThanOrEqual(64 * 1024)
  }

  const dump = await dumpGraph(world.ingest)
  const rows = (table: string): readonly Fields[] =>
    (dump[table] ?? []).map((row) => JSON.parse(row) as Fields)
  const [edges, findings] = [rows('edges'), rows('findings')]
  const isThere = (one: Expected): boolean => {
    if ('rejected' in one) return true
    if ('edge' in one) return edges.some((row) => says(row, one.edge))
    return findings.some((row) => says(row, one.finding))
  }
  const lost = corpus.filter(({ expected }) => !expected.every(isThere))
  expect(lost.map(({ name }) => name)).toEqual([])
  expect(await neighboursLost(corpus.length + 1, findings)).toEqual([])
  expectCounts(summary, corpus)
}

function says(row: Fields, expected: Fields): boolean {
  return Object.entries(expected).every(([field, value]) => {
    // What a record does not say is kept as null or as an empty text.
    const actual = String(row[field] ?? '')
    return value instanceof RegExp ? value.test(actual) : actual === String(value ?? '')
  })
}

/** The neighbours of which the graph says anything else than that each called once, or was found once. */
async function neighboursLost(count: number, findings: readonly Fields[]): Promise<readonly string[]> {
  const answer = await world.ask('subject', 'neighbour-*', { limit: count })
  const names = Array.from({ length: count }, (_, nr) => `neighbour-${nr}`)
  const events = names.filter((_name, nr) => !isFinding(nr)).length
  expect(answer.totals).toEqual({ success: events, failure: 0, unauthorized: 0, forbidden: 0 })
  const known = new Set(findings.map(({ id }) => id))
  return names.filter((name, nr) => isFinding(nr) && !known.has(name))
}

function expectCounts(summary: IngestSummary, corpus: readonly Poison[]): void {
  const fates = corpus.flatMap(({ expected }) => expected)
  const landed = fates.filter((one) => !('rejected' in one)).length
  expect(summary).toMatchObject({
    records: corpus.length + 1 + fates.length,
    landed: corpus.length + 1 + landed,
    duplicates: 0,
    ignored: [],
  })
  const byClass = new Map<string, number>()
  for (const one of fates) {
    if ('rejected' in one) byClass.set(one.rejected, (byClass.get(one.rejected) ?? 0) + 1)
  }
  const counted = new Map<string, number>()
  for (const { class: name, count } of summary.rejected) counted.set(name, (counted.get(name) ?? 0) + count)
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(byClass))
}

test('the corpus is large, its names tell its records apart, and none of them holds a newline', () => {
  expect(poisonCorpus.length).toBeGreaterThanOrEqual(400)
  expect(new Set(poisonCorpus.map(({ name }) => name)).size).toBe(poisonCorpus.length)
  expect(poisonCorpus.filter(({ bytes }) => bytes.includes(0x0a))).toEqual([])
})

const lined = (): Buffer =>
  Buffer.concat([
    ...poisonCorpus.flatMap(({ bytes }, nr) => [Buffer.from(`${neighbour(nr)}\n`), bytes, Buffer.from('\n')]),
    Buffer.from(`${neighbour(poisonCorpus.length)}\n`),
  ])

test('a line of poison becomes exactly what it should, and its neighbours land', () =>
  check(lined(), poisonCorpus, (nr) => 2 * nr + 2))

test('the same inside of gzip', () => check(gzipSync(lined()), poisonCorpus, (nr) => 2 * nr + 2))

const valid = poisonCorpus.filter(({ bytes }) => {
  try {
    JSON.parse(bytes.toString())
    return true
  } catch {
    return false
  }
})

test.each([
  ['a list on one line', '[', ',', ']'],
  ['a list over several lines', '[\n', ',\n', '\n]\n'],
  ['an EventList', '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[', ',', ']}'],
  ['a page of findings', '{"Findings":[', ',\n', '],"NextToken":null}'],
])('as elements of %s too', async (_name, open, between, close) => {
  expect(valid.length).toBeGreaterThanOrEqual(400)
  const items = valid.flatMap(({ bytes }, nr) => [neighbour(nr), bytes.toString()])
  const content = `${open}${[...items, neighbour(valid.length)].join(between)}${close}`
  await check(Buffer.from(content), valid, (nr) => 2 * nr + 1)
})
