import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Discarded } from '../helpers/read-and-discard.ts'
import { fixture } from '../sources/fixture.ts'

const run = promisify(execFile)

/** Growth of memory that a file of any size may cost, in MiB. */
const ALLOWED = 100

const MIB = 1024 ** 2
/** The sizes that the limits are stated for; without it, as much as an ordinary run has time for. */
const isFull = process.env['FIREBREAK_TEST_FULL'] === '1'
if (isFull) vi.setConfig({ testTimeout: 600_000 })

let folder = ''
let files = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-bombs-'))
  await writeFile(join(folder, 'warm-up'), Array.from({ length: 20_000 }, (_, i) => line(i)).join(''))
})
afterAll(() => rm(folder, { recursive: true }))

const event = fixture('audit/secret.json')
const good = (id: number | string): string => JSON.stringify({ ...event, auditID: `good-${id}` })
const line = (id: number | string): string => `${good(id)}\n`

/** Reads a file in a process of its own, after another one that warms it up. */
async function discard(path: string, warmUp = join(folder, 'warm-up')): Promise<Discarded> {
  const script = join(import.meta.dirname, '../helpers/read-and-discard.ts')
  const { stdout } = await run(process.execPath, [script, warmUp, path])
  return JSON.parse(stdout) as Discarded
}

/** What comes out of a named pipe: nothing of it ever lies on a disk or in memory whole. */
async function piped(content: Iterable<string | Buffer>): Promise<Discarded> {
  const path = join(folder, `pipe-${++files}`)
  await run('mkfifo', [path])
  const [result] = await Promise.all([
    discard(path),
    pipeline(Readable.from(content, { objectMode: false, highWaterMark: MIB }), createWriteStream(path)),
  ])
  return result
}

/** A gzip file of so many members, each of them the same bytes. */
async function packed(unit: Buffer, times: number): Promise<string> {
  const path = join(folder, `packed-${++files}`)
  const member = gzipSync(unit, { level: 9 })
  await writeFile(path, Buffer.concat(Array.from({ length: times }, () => member)))
  return path
}

/** At least so many bytes of a text over and over, a mebibyte at a time. */
function* repeated(text: string, bytes: number): Generator<Buffer> {
  const block = Buffer.from(text.repeat(Math.ceil(MIB / text.length)))
  for (let sent = 0; sent < bytes; sent += block.length) yield block
}

function* between(...parts: readonly (string | Iterable<string | Buffer>)[]): Generator<string | Buffer> {
  for (const part of parts) {
    if (typeof part === 'string') yield part
    else yield* part
  }
}

const PACKED = isFull ? 2048 : 128

test.each([
  ['blanks', Buffer.alloc(64 * MIB, ' ')],
  ['zeros', Buffer.alloc(64 * MIB)],
])('a gzip file that unpacks to a thousand times its size, of %s', async (_name, unit) => {
  const { counts, growth } = await discard(await packed(unit, PACKED / 64))
  expect(counts).toEqual({ unrecognised: 1 })
  expect(growth).toBeLessThan(ALLOWED)
})

test('a gzip file that unpacks to millions of small events', async () => {
  const small = '{"kind":"Event","verb":"get","requestURI":"/","stageTimestamp":"2026-11-22T04:00:00Z"}\n'
  const inOne = 100_000
  const unit = Buffer.from(small.repeat(inOne))
  const times = isFull ? 40 : 2
  // The first two million events, from wherever, make V8 widen its nursery to the full; after that it stays as it is.
  const warmUp = await packed(unit, isFull ? 20 : 1)
  const { counts, growth } = await discard(await packed(unit, times), warmUp)
  expect(counts).toEqual({ request: inOne * times })
  expect(growth).toBeLessThan(ALLOWED)
})

test('one object of gigabytes', async () => {
  const bytes = (isFull ? 2048 : 96) * MIB
  for (const field of ['"pad":"x', '"pad":[\n1,\n']) {
    const filling = repeated(field.includes('[') ? '"xxxxxxxxxxxxxxxxxxxxxxxx",\n' : 'xxxxxxxx', bytes)
    const { counts, growth } = await piped(between(`{"kind":"Event",${field}`, filling))
    expect(counts).toEqual({ unrecognised: 1 })
    expect(growth).toBeLessThan(ALLOWED)
  }
})

test.each([
  ['16 MiB', 16 * MIB],
  ['a gigabyte', isFull ? 1_000_000_000 : 128 * MIB],
])('a line longer than %s costs its neighbours nothing', async (_name, bytes) => {
  const long = between('{"kind":"Event","pad":"', repeated('xxxxxxxx', bytes), '"}\n')
  const { counts, growth } = await piped(between(line(1), long, line(2)))
  expect(counts).toEqual({ request: 2, 'too-large': 1 })
  expect(growth).toBeLessThan(ALLOWED)
})

test('one byte over the limit is over it', async () => {
  const pad = (bytes: number): string => {
    const start = '{"kind":"Event","verb":"get","pad":"'
    return `${start}${'x'.repeat(bytes - start.length - 2)}"}\n`
  }
  const { counts, growth } = await piped([line(1), pad(16 * MIB), pad(16 * MIB + 1), line(2)])
  expect(counts).toEqual({ request: 2, malformed: 1, 'too-large': 1 })
  expect(growth).toBeLessThan(ALLOWED)
})

test.each([
  ['10,000 lists', '[', ']', 10_000, 'malformed'],
  ['10,000 objects', '{"a":', '}', 10_000, 'malformed'],
  ['3 million lists', '[', ']', 3_000_000, 'too-large'],
  ['2 million objects', '{"a":', '}', 2_000_000, 'too-large'],
  ['10 million lists', '[', ']', 10_000_000, 'too-large'],
  ['10 million lists without an end', '[', '', 10_000_000, 'malformed'],
] as const)('a record that nests %s', async (_name, open, close, depth, refused) => {
  const deep = `${good(0).slice(0, -1)},"x":${open.repeat(depth)}1${close.repeat(depth)}}\n`
  const { counts, growth } = await piped([line(1), deep, line(2)])
  expect(counts).toEqual({ request: 2, [refused]: 1 })
  expect(growth).toBeLessThan(ALLOWED)
})

test('an EventList of hundreds of megabytes is read event by event', async () => {
  const events = isFull ? 600_000 : 60_000
  const items = Array.from({ length: 1_000 }, (_, i) => good(i)).join(',')
  function* list(): Generator<string> {
    yield `{"kind":"EventList","items":[${items}`
    for (let i = 1; i < events / 1_000; i++) yield `,${items}`
    yield ']}'
  }
  const { counts, growth } = await piped(list())
  expect(counts).toEqual({ request: events })
  expect(growth).toBeLessThan(ALLOWED)
})

test('a line that holds more records than real ones would fit is refused, and one that holds fewer is read', async () => {
  const list = (n: number): string =>
    `[${'{"kind":"Event","verb":"get"},'.repeat(n - 1)}{"kind":"Event","verb":"get"}]\n`
  const { counts, growth } = await piped([line(1), list(200_000), line(2), list(40_000), line(3)])
  expect(counts).toEqual({ request: 3, malformed: 1 + 40_000 })
  expect(growth).toBeLessThan(ALLOWED)
})

test.each([
  ['objects', '{}'],
  ['lists', '[]'],
  ['numbers', '1'],
  ['objects with a field', '{"a":1}'],
])('a record that holds as many %s as fit into 15 MiB is refused', async (_name, value) => {
  const many = `${value},`.repeat(Math.floor((15 * MIB) / (value.length + 1)))
  const { counts, growth } = await piped([line(1), `${good(0).slice(0, -1)},"x":[${many}1]}\n`, line(2)])
  expect(counts).toEqual({ request: 2, 'too-large': 1 })
  expect(growth).toBeLessThan(ALLOWED)
})

test('a record with more fields than memory should hold is refused', async () => {
  const fields = Array.from({ length: 1_200_000 }, (_, i) => `"${i.toString(36)}":1`).join(',')
  const { counts, growth } = await piped([line(1), `${good(0).slice(0, -1)},${fields}}\n`, line(2)])
  expect(counts).toEqual({ request: 2, 'too-large': 1 })
  expect(growth).toBeLessThan(ALLOWED)
})
