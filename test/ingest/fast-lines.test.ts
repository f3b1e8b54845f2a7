import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FastLines, LineSplitter } from '../../src/ingest/read-lines.ts'
import { type ParsedRecord, parseFile, type RawRecord } from '../../src/ingest/records.ts'
import { AuditScan, scanAudit } from '../../src/sources/audit-scan.ts'
import { eventLine } from '../sources/api-server-event.ts'

/** Takes what the scan reads, and remembers the number and the audit id of each line. */
class Taking implements FastLines {
  readonly lines: [line: number, id: string][] = []
  /** Each line that was offered, taken or not. */
  readonly offered: string[] = []
  begun = 0
  readonly #scan = new AuditScan()
  #chunk: Buffer = Buffer.alloc(0)

  get taken(): number {
    return this.lines.length
  }

  begin(chunk: Buffer): void {
    this.begun++
    this.#chunk = chunk
  }

  take(start: number, end: number, line: number): boolean {
    this.offered.push(this.#chunk.toString('utf8', start, end))
    if (!scanAudit(this.#chunk, start, end, this.#scan)) return false
    this.lines.push([line, this.#chunk.toString('latin1', this.#scan.idFrom, this.#scan.idTo)])
    return true
  }
}

const scanned = (id: string): string => eventLine({ auditID: id })
/** An event that the scan leaves to the parser. */
const parsed = (id: string): string => eventLine({ auditID: id, userAgent: 'ü' })

/** Line and audit id of each record, whichever way it was read; a problem by its class. */
function all(records: readonly RawRecord[], fast: Taking): unknown[] {
  const slow = records.map((record) => [
    record.line,
    'problem' in record ? record.problem.class : (record.value as { auditID?: unknown }).auditID,
  ])
  return [...slow, ...fast.lines].toSorted((a, b) => Number(a[0]) - Number(b[0]))
}

function pushed(splitter: LineSplitter, chunks: readonly Buffer[]): RawRecord[] {
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end(false)]
}

const mixed = Buffer.from(
  [
    scanned('a'),
    parsed('b'),
    '',
    `${scanned('c')}\r`,
    '{"broken":',
    scanned('d'),
    ` ${scanned('e')}`,
    '{"auditID":"over',
    '"} nothing',
    scanned('f'),
    scanned('g'),
  ].join('\n'),
)

describe('lines that a fast reader takes', () => {
  const none = pushed(new LineSplitter(), [mixed])
  const expected = all(none, new Taking())

  test('without it each line is a record', () => {
    const ids = expected.map((one) => (one as [number, string])[1])
    expect(ids).toEqual(['a', 'b', 'c', 'malformed', 'd', 'e', 'malformed', 'f', 'g'])
  })

  test('wherever the bytes are cut in two, the records are the same, and as many are taken', () => {
    for (let at = 0; at <= mixed.length; at++) {
      const fast = new Taking()
      const records = pushed(new LineSplitter(undefined, fast), [mixed.subarray(0, at), mixed.subarray(at)])
      expect(all(records, fast), `cut at ${at}`).toEqual(expected)
      expect(
        fast.lines.map(([, id]) => id),
        `cut at ${at}`,
      ).toEqual(['a', 'g'])
    }
  })

  test('in pieces of any size the records are the same', () => {
    for (const size of [1, 2, 3, 7, 64, 500, 1000]) {
      const fast = new Taking()
      const chunks = Array.from({ length: Math.ceil(mixed.length / size) }, (_, i) =>
        mixed.subarray(i * size, (i + 1) * size),
      )
      expect(all(pushed(new LineSplitter(undefined, fast), chunks), fast), String(size)).toEqual(expected)
    }
  })
})

test('each line is offered once, and each chunk is begun once', () => {
  const text = Buffer.from(['a', 'b', 'c', 'd'].map(scanned).join('\n'))
  const fast = new Taking()
  const middle = text.indexOf('"b"')
  pushed(new LineSplitter(undefined, fast), [text.subarray(0, middle), text.subarray(middle)])
  expect(fast.offered).toEqual(text.toString().split('\n'))
  // The first chunk, the line that was cut, the second chunk, and the last line, which has no newline.
  expect(fast.begun).toBe(4)
  const refused = new Taking()
  pushed(new LineSplitter(undefined, refused), [Buffer.from(`${parsed('a')}\n`)])
  expect(refused.offered).toEqual([parsed('a')])
})

test('a line over the limit is not offered', () => {
  const fast = new Taking()
  const long = eventLine({ auditID: 'long', userAgent: 'x'.repeat(1000) })
  const text = Buffer.from(`${scanned('a')}\n${long}\n${scanned('b')}\n`)
  const records = pushed(new LineSplitter(1500, fast), [text])
  expect(all(records, fast)).toEqual([
    [1, 'a'],
    [2, 'too-large'],
    [3, 'b'],
  ])
})

describe('a file of which lines are taken', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firebreak-fast-lines-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function read(
    content: string | Buffer,
  ): Promise<{ fast: Taking; lists: (readonly ParsedRecord[])[] }> {
    const path = join(folder, 'file')
    await writeFile(path, content)
    const fast = new Taking()
    const lists: (readonly ParsedRecord[])[] = []
    for await (const records of parseFile(path, {}, fast)) lists.push(records)
    return { fast, lists }
  }

  /** Line and class (or kind) of each. */
  function classes(lists: readonly (readonly ParsedRecord[])[]): unknown[] {
    return lists.flat().map(({ parsed: one, line }) => [line, one.kind === 'rejected' ? one.class : one.kind])
  }

  test('is known by them: what is wrong in it is a reject each, before them or after', async () => {
    const { fast, lists } = await read(`{"a":1}\n${scanned('a')}\n{"a":2}\n`)
    expect(fast.lines).toEqual([[2, 'a']])
    expect(classes(lists)).toEqual([
      [1, 'unrecognised'],
      [3, 'unrecognised'],
    ])
  })

  test('is no reject when all of them are taken, and an empty list tells of them', async () => {
    const { fast, lists } = await read(`${scanned('a')}\n${scanned('b')}\n`)
    expect(fast.lines).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
    expect(lists.length).toBeGreaterThan(0)
    expect(lists.flat()).toEqual([])
  })

  test('is one reject when none is taken or recognised', async () => {
    const { fast, lists } = await read('{"a":1}\n{"a":2}\n')
    expect(fast.taken).toBe(0)
    expect(classes(lists)).toEqual([[1, 'unrecognised']])
  })

  test('is told of chunk by chunk, also when it is packed', async () => {
    const lines = Array.from({ length: 1000 }, (_, i) => scanned(String(i)))
    for (const content of [lines.join('\n'), gzipSync(lines.join('\n'))]) {
      const { fast, lists } = await read(content)
      expect(fast.lines).toEqual(lines.map((_, i) => [i + 1, String(i)]))
      expect(lists.length).toBeGreaterThan(2)
      expect(lists.flat()).toEqual([])
    }
  })

  test('is read by lines also when its first line is broken; what may belong to that is left to the parser', async () => {
    const { fast, lists } = await read(`{"a":\n${scanned('a')}\n${scanned('b')}\n`)
    expect(fast.lines).toEqual([[3, 'b']])
    expect(classes(lists)).toEqual([
      [1, 'malformed'],
      [2, 'request'],
    ])
  })

  test.each([
    ['a document', JSON.stringify(JSON.parse(scanned('a')), null, 1)],
    ['a list', `[${scanned('a')},\n${scanned('b')}]`],
    ['a container', `{"kind":"EventList","items":[${scanned('a')}]}`],
  ])('%s is left to the parser', async (_, content) => {
    const { fast, lists } = await read(content)
    expect(fast.offered).toEqual([])
    expect(lists.flat().every(({ parsed: one }) => one.kind === 'request')).toBe(true)
    expect(lists.flat().length).toBeGreaterThan(0)
  })

  test('parsed records come in lists of a thousand at most', async () => {
    const items = Array.from({ length: 2_500 }, (_, i) => scanned(String(i))).join(',')
    const { lists } = await read(`{"a":1}\n{"kind":"EventList","items":[${items}]}\n`)
    expect(lists.flat()).toHaveLength(2_501)
    expect(Math.max(...lists.map((list) => list.length))).toBe(1_000)
  })
})
