import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DocumentSplitter } from '../../src/ingest/read-document.ts'
import { LineSplitter } from '../../src/ingest/read-lines.ts'
import { type ParsedRecord, parseFile, type RawRecord, readRecords } from '../../src/ingest/records.ts'
import { fixture } from '../sources/fixture.ts'

let folder = ''
let files = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-records-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(content: string | Buffer): Promise<string> {
  const path = join(folder, `file-${++files}`)
  await writeFile(path, content)
  return path
}

async function raw(content: string | Buffer, options = {}): Promise<RawRecord[]> {
  const found: RawRecord[] = []
  for await (const record of readRecords(await file(content), options)) found.push(record)
  return found
}

async function parsed(content: string | Buffer, options = {}): Promise<ParsedRecord[]> {
  const found: ParsedRecord[] = []
  for await (const records of parseFile(await file(content), options)) found.push(...records)
  return found
}

/** `line value` of what is JSON, `line class` of what is not. */
function brief(records: readonly RawRecord[]): unknown[] {
  return records.map((record) => [record.line, 'problem' in record ? record.problem.class : record.value])
}

/** `line kind-or-class` of each. */
function kinds(records: readonly ParsedRecord[]): (readonly [line: number, kind: string])[] {
  return records.map(({ parsed: one, line }) => [line, one.kind === 'rejected' ? one.class : one.kind])
}

const event = fixture('audit/secret.json')
const good = (id: number | string): string => JSON.stringify({ ...event, auditID: `good-${id}` })
const finding = fixture('guardduty/anonymous.json')

describe('shapes of a file', () => {
  test('one object a line, with blank lines, CRLF and a byte order mark', async () => {
    expect(brief(await raw('\uFEFF{"a":1}\r\n\r\n  {"a":2}\r\n{"a":3}'))).toEqual([
      [1, { a: 1 }],
      [3, { a: 2 }],
      [4, { a: 3 }],
    ])
  })

  test('one document over several lines, or several of them', async () => {
    expect(brief(await raw(JSON.stringify({ a: [1, { b: 2 }] }, null, 2)))).toEqual([
      [1, { a: [1, { b: 2 }] }],
    ])
    const two = `${JSON.stringify({ a: 1 }, null, 2)}\n${JSON.stringify({ a: 2 }, null, 2)}\n`
    expect(brief(await raw(two))).toEqual([
      [1, { a: 1 }],
      [4, { a: 2 }],
    ])
  })

  test.each([
    ['a list on one line', '[{"a":1},{"a":2}]'],
    ['a list over several lines', '[\n  {"a":1},\n  {"a":2}\n]\n'],
    ['a container on one line', '{"Findings":[{"a":1},{"a":2}],"NextToken":null}'],
    [
      'a container over several lines',
      '{\n "NextToken": "x\\"Findings\\": [",\n "findings" : [\n{"a":1}\n,{"a":2}]}\n',
    ],
    ['an EventList', '{"kind":"EventList","metadata":{},"items":[{"a":1},{"a":2}]}'],
    ['an EventList that says its kind last', '{"items":[{"a":1},{"a":2}],"kind":"EventList"}'],
  ])('%s: the index is the line', async (_name, content) => {
    expect(brief(await raw(content))).toEqual([
      [0, { a: 1 }],
      [1, { a: 2 }],
    ])
  })

  test('a container on each line: the line is the line', async () => {
    expect(brief(await raw('{"Findings":[{"a":1},{"a":2}]}\n{"Findings":[{"a":3}]}\n'))).toEqual([
      [1, { a: 1 }],
      [1, { a: 2 }],
      [2, { a: 3 }],
    ])
  })

  test('pages one after the other, and pages in a list', async () => {
    const page = JSON.stringify({ Findings: [{ a: 1 }] }, null, 2)
    expect(brief(await raw(`${page}\n${page}`))).toEqual([
      [0, { a: 1 }],
      [0, { a: 1 }],
    ])
    expect(brief(await raw(`[${page},${page}]`))).toEqual([
      [0, { a: 1 }],
      [1, { a: 1 }],
    ])
  })

  test('items of another kind stay in their document', async () => {
    const pods = { kind: 'PodList', items: [{ kind: 'Pod' }] }
    expect(brief(await raw(JSON.stringify(pods, null, 1)))).toEqual([[1, pods]])
  })

  test('gzip is known by its bytes, also in several members', async () => {
    const packed = Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"a":2}\n')])
    expect(brief(await raw(packed))).toEqual([
      [1, { a: 1 }],
      [2, { a: 2 }],
    ])
  })

  test('a truncated gzip gives what came before, then says so once', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) =>
      `${good(i)}${Math.random()}`.replace(/}[^}]*$/, '}\n'),
    )
    const packed = gzipSync(lines.join(''))
    const records = await parsed(packed.subarray(0, packed.length - 2000))
    expect(records.at(-1)?.parsed).toMatchObject({ kind: 'rejected', class: 'truncated' })
    const landed = records.slice(0, -1)
    expect(landed.length).toBeGreaterThan(4000)
    expect(landed.every((record) => record.parsed.kind === 'request')).toBe(true)
  })

  test('damaged gzip is no end of the world', async () => {
    const packed = gzipSync(Array.from({ length: 500 }, (_, i) => good(i)).join('\n'))
    packed.fill(0xff, packed.length - 200, packed.length - 100)
    const records = await raw(packed)
    expect(records.at(-1)).toMatchObject({ problem: { class: 'malformed' } })
  })

  test('a directory or a missing file is told in a sentence', async () => {
    await expect(raw2(folder)).rejects.toThrow(`${folder} is a directory; name the files in it.`)
    await expect(raw2(join(folder, 'gone'))).rejects.toThrow('There is no file ')
  })

  async function raw2(path: string): Promise<void> {
    for await (const record of readRecords(path)) expect(record).toBeDefined()
  }
})

describe('broken records', () => {
  test('a broken line costs itself; a last line cut off is truncated', async () => {
    expect(
      kinds(await parsed(`${good(1)}\n{"kind":"Event",\n${good(2)}\nnonsense\n${good(3)}\n{"kind":"Ev`)),
    ).toEqual([
      [1, 'request'],
      [2, 'malformed'],
      [3, 'request'],
      [4, 'malformed'],
      [5, 'request'],
      [6, 'truncated'],
    ])
  })

  test('a broken first line does not make a document of the rest', async () => {
    for (const first of ['{"kind":"Event","x":"', '[1,', '{', '{"a":1}}', '"}{', '},']) {
      expect(kinds(await parsed(`${first}\n${good(1)}\n${good(2)}\n`)), first).toEqual([
        [1, 'malformed'],
        [2, 'request'],
        [3, 'request'],
      ])
    }
  })

  test('a broken record in a list costs itself', async () => {
    expect(kinds(await parsed(`[${good(1)},{"a":tru},${good(2)},17,${good(3)}]`))).toEqual([
      [0, 'request'],
      [1, 'malformed'],
      [2, 'request'],
      [3, 'unrecognised'],
      [4, 'request'],
    ])
  })

  test('in a list with one record a line, not even a missing bracket costs a neighbour', async () => {
    const records = await parsed(`[\n${good(1)},\n{"a":{"b":1,\n${good(2)},\n${good(3)}\n]\n`)
    expect(
      records.filter((record) => record.parsed.kind === 'request').map((record) => record.parsed),
    ).toMatchObject([{ eventId: 'good-1' }, { eventId: 'good-2' }, { eventId: 'good-3' }])
    expect(kinds(records)).toContainEqual([1, 'malformed'])
    expect(records).toHaveLength(4)
  })

  test('a text that is never closed ends with its line', async () => {
    const pretty = JSON.stringify([event, { a: 'broken' }, event], null, 2).replace('"broken"', '"broken')
    expect(kinds(await parsed(pretty))).toEqual([
      [0, 'request'],
      [1, 'malformed'],
      [2, 'request'],
    ])
  })

  test('a document cut off after some records', async () => {
    const pretty = JSON.stringify({ Findings: [finding, finding] }, null, 2)
    expect(kinds(await parsed(pretty.slice(0, -300)))).toEqual([
      [0, 'finding'],
      [1, 'truncated'],
    ])
  })

  test('what is over the limit is refused with its head, and the rest lands', async () => {
    const big = JSON.stringify({ ...event, pad: 'x'.repeat(400_000) })
    const options = { largestRecord: 300_000 }
    for (const content of [`${good(1)}\n${big}\n${good(2)}\n`, `[${good(1)},${big},${good(2)}]`]) {
      const records = await parsed(content, options)
      expect(records.map((record) => record.parsed.kind)).toEqual(['request', 'rejected', 'request'])
      expect(records[1]?.parsed).toMatchObject({ class: 'too-large' })
      expect(records[1]?.raw?.length).toBe(64 * 1024)
      expect(records[1]?.raw?.slice(0, 15)).toBe(big.slice(0, 15))
    }
  })

  test('a file over the limit stops there', async () => {
    const lines = Array.from({ length: 2000 }, (_, i) => good(i)).join('\n')
    const records = await parsed(gzipSync(lines), { largestFile: 600_000 })
    expect(records.at(-1)?.parsed).toMatchObject({ class: 'too-large' })
    expect(records.length).toBeGreaterThan(100)
  })

  test('eight million values on a line are one reject', async () => {
    const many = `[${'1,'.repeat(8_000_000)}1]`
    expect(kinds(await parsed(`${good(1)}\n${many}\n[${many}]\n${good(2)}`))).toEqual([
      [1, 'request'],
      [2, 'malformed'],
      [3, 'too-large'],
      [4, 'request'],
    ])
  })

  test('a text nested a hundred thousand deep is one record that is refused', async () => {
    const deep = `{"kind":"Event","verb":"get","requestURI":"/","level":"x","stageTimestamp":"2026-11-22T04:00:00Z","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(kinds(await parsed(`${good(1)}\n${deep}\n[${deep}]\n${good(2)}`))).toEqual([
      [1, 'request'],
      [2, 'malformed'],
      [3, 'malformed'],
      [4, 'request'],
    ])
  })
})

describe('lines that are no JSON by themselves', () => {
  test('several records on a line all land, on every line', async () => {
    const content = `${good(1)}${good(2)}\n${good(3)} ${good(4)}\n${good(5)},${good(6)},\n${good(7)}\n`
    expect(kinds(await parsed(content))).toEqual([1, 1, 2, 2, 3, 3, 4].map((line) => [line, 'request']))
  })

  test('a list beside a record on a line is its records and nothing more', async () => {
    const content = `${good(1)}\n[${good(2)},${good(3)}] ${good(4)}\n${good(5)}\n`
    expect(kinds(await parsed(content))).toEqual([1, 2, 2, 2, 3].map((line) => [line, 'request']))
  })

  test('a broken record beside others on a line costs only itself', async () => {
    const content = `${good(1)}\n${good(2)} {"a":tru} ${good(3)}\n${good(4)}{"a":1\n${good(5)}\n`
    expect(kinds(await parsed(content))).toEqual([
      [1, 'request'],
      [2, 'request'],
      [2, 'malformed'],
      [2, 'request'],
      [3, 'request'],
      [3, 'malformed'],
      [4, 'request'],
    ])
  })

  test.each([
    ['one a line', (id: number) => `\u001E${good(id)}\n`],
    ['without newlines', (id: number) => `\u001E${good(id)}`],
    ['over several lines', (id: number) => `\u001E${JSON.stringify(JSON.parse(good(id)), null, 2)}\n`],
  ])('a JSON text sequence (RFC 7464), %s', async (_name, written) => {
    const records = await parsed(`${written(1)}${written(2)}${written(3)}`)
    expect(records.map((record) => record.parsed.kind)).toEqual(['request', 'request', 'request'])
    const cut = await parsed(`${written(1)}${written(2).trimEnd().slice(0, -1)}${written(3)}`)
    expect(cut.map((record) => record.parsed.kind)).toEqual(['request', 'rejected', 'request'])
  })

  test('a record over several lines among lines is that record', async () => {
    const pretty = JSON.stringify(event, null, 2)
    const lines = pretty.split('\n').length
    expect(lines).toBeGreaterThan(20)
    expect(kinds(await parsed(`${good(1)}\n${pretty}\n\n${good(2)}\n`))).toEqual([
      [1, 'request'],
      [2, 'request'],
      [lines + 3, 'request'],
    ])
  })

  test('a broken record over several lines among lines is one reject, two where its beginning is a record', async () => {
    const lines = JSON.stringify(event, null, 2).split('\n')
    for (const lost of lines.keys()) {
      if (lost === 0 || !/[{}[\]]/.test(lines[lost] ?? '')) continue
      const broken = lines.filter((_line, nr) => nr !== lost).join('\n')
      const found = kinds(await parsed(`${good(1)}\n${broken}\n${good(2)}\n${good(3)}`))
      expect(found.slice(-2), lines[lost]).toEqual([
        [lines.length + 1, 'request'],
        [lines.length + 2, 'request'],
      ])
      expect(found.slice(0, 2)).toEqual([
        [1, 'request'],
        [2, lines[lost]?.endsWith('{') === true ? 'no-time' : 'malformed'],
      ])
      expect(found.length).toBeLessThanOrEqual(5)
    }
  })

  test('a line of more values than memory should hold is one reject, closed or not', async () => {
    expect(kinds(await parsed(`${good(1)}\n[${'1,'.repeat(3_000_000)}\n${good(2)}\n`))).toEqual([
      [1, 'request'],
      [2, 'malformed'],
      [3, 'request'],
    ])
  })
})

describe('a missing bracket in pretty-printed JSON', () => {
  const records = [1, 2, 3, 4].map((id) => ({ ...event, auditID: `good-${id}` }))
  const pretty = (value: unknown): string => JSON.stringify(value, null, 2)
  const shapes: readonly (readonly [name: string, content: string])[] = [
    ['documents', records.map(pretty).join('\n')],
    ['a list', pretty(records)],
    ['a container', pretty({ kind: 'EventList', items: records })],
    ['objects that begin where others end', `[${records.map(pretty).join(', ')}]`],
    ['documents without indentation', records.map((one) => pretty(one).replaceAll(/^ +/gm, '')).join('\n')],
  ]

  test.each(shapes)('%s: costs its own record and no other', async (_name, content) => {
    const ids = async (text: string): Promise<readonly string[]> =>
      (await parsed(text)).flatMap(({ parsed: one }) => (one.kind === 'request' ? [one.eventId] : []))
    expect(await ids(content)).toHaveLength(4)
    const first = content.indexOf('{', content.indexOf('good-1'))
    for (let at = first; at < content.indexOf('good-2'); at++) {
      if (!'{}[]'.includes(content[at] ?? '')) continue
      const landed = await ids(content.slice(0, at) + content.slice(at + 1))
      expect(landed.length, content.slice(at - 20, at + 2)).toBeGreaterThanOrEqual(3)
      expect(landed.slice(-2)).toEqual(['good-3', 'good-4'])
    }
  })

  test('every record that was swallowed is counted', async () => {
    const cut = pretty(event).slice(0, -20)
    expect(kinds(await parsed(`${cut}\n${cut}\n${good(1)}\n${cut}\n${pretty(event)}\n`))).toEqual([
      [1, 'malformed'],
      [expect.any(Number), 'malformed'],
      [expect.any(Number), 'request'],
      [expect.any(Number), 'malformed'],
      [expect.any(Number), 'request'],
    ])
  })

  test('a page that lacks its last bracket hides no page after it', async () => {
    const page = pretty({ Findings: [finding, finding] })
    const found = kinds(await parsed(`${page.slice(0, -1)}\n${page}\n${page}\n`))
    expect(found.map(([, kind]) => kind)).toEqual([
      'finding',
      'finding',
      'malformed',
      ...Array.from({ length: 4 }, () => 'finding'),
    ])
  })

  test('nothing is held beyond the limit, and what follows lands', async () => {
    const many = Array.from({ length: 200 }, (_, id) => pretty({ ...event, auditID: `good-${id}` }))
    const broken = pretty(event).slice(0, -2)
    for (const content of [
      `${broken}\n${many.join('\n')}\n`,
      `[\n${broken},\n${many.join(',\n')}\n]`,
      `${good(1)}\n${broken}\n${many.join('\n')}\n`,
      `${broken}\n${many.join('\n')}\n`.replaceAll(/^ +/gm, ''),
    ]) {
      const found = (await parsed(content, { largestRecord: 5_000 })).map((record) => record.parsed.kind)
      expect(found.filter((kind) => kind === 'rejected')).toHaveLength(1)
      expect(found.filter((kind) => kind === 'request').length).toBeGreaterThanOrEqual(200)
    }
  })

  test('after a record over the limit that lacks a bracket the next ones land', async () => {
    const big = pretty({ ...event, pad: Array.from({ length: 40_000 }, () => 'x') }).slice(0, -2)
    const found = kinds(await parsed(`${big}\n${records.map(pretty).join('\n')}`, { largestRecord: 5_000 }))
    expect(found.map(([, kind]) => kind)).toEqual(['too-large', ...records.map(() => 'request')])
  })
})

describe('files in which nothing is known', () => {
  test.each([
    ['The file is empty.', ''],
    ['The file is empty.', ' \n\r\n\t'],
    ['CSV', 'host,time,user,verb\nh,t,u,v\nh,t,u,v\n'],
    ['Markdown', '# Title\n\n- one\n- two\n'],
    ['YAML', 'apiVersion: v1\nkind: Pod\n'],
    ['HTML or XML', '<html>\n<body>\n'],
    ['a VPC flow log', '3 vpc-1 eni-0abc 10.0.0.1 10.0.0.2 443 50000 6 1 40 1 2 ACCEPT OK\n'],
    ['plain text', 'hello world\nagain\n'],
    ['breaks off', '{\n  "kind": "Event",\n  "user": {\n'],
    ['JSON with a mistake', '{"a": tru}\n'],
    ['a binary file', Buffer.from([0, 1, 2, 3, 10, 4, 5, 6])],
    ['a ZIP archive', Buffer.from('PK\u0003\u0004rest')],
    ['UTF-16', Buffer.from(`\uFEFF${JSON.stringify(event)}`, 'utf16le')],
    ['gzip', gzipSync(good(1)).subarray(0, 12)],
    ['CloudWatch Logs', '{"awslogs":{"data":"H4sI"}}'],
    [
      'Security Hub',
      '{"Findings":[{"ProductArn":"a","GeneratorId":"g"},{"ProductArn":"a","GeneratorId":"g"}]}',
    ],
    ['none of the fields', '{"a":1}\n{"a":2}\nnonsense\n'],
    ['a text', '"hello"'],
    ['a list', '[]'],
  ])('%s', async (reason, content) => {
    const records = await parsed(content)
    expect(records).toHaveLength(1)
    expect(records[0]?.parsed).toMatchObject({ kind: 'rejected', class: 'unrecognised', pointer: '' })
    expect(records[0]?.parsed).toHaveProperty('reason', expect.stringContaining(reason))
  })

  test('an empty page of findings is known and holds nothing', async () => {
    for (const content of [
      '{"findings":[]}',
      '{\n  "Findings": [\n  ]\n}\n',
      '{"kind":"EventList","items":[]}\n\n',
    ]) {
      expect(await parsed(content), content).toEqual([])
    }
  })

  test('a known record that cannot be used keeps its own class', async () => {
    expect(kinds(await parsed(JSON.stringify({ ...finding, severity: undefined })))).toEqual([
      [1, 'malformed'],
    ])
    expect(kinds(await parsed('{"kind":"Event","verb":"get","objectRef":{"resource":"pods"}}'))).toEqual([
      [1, 'no-time'],
    ])
  })

  test('once something is known, all that came before it is told, each for itself', async () => {
    const strange = Array.from({ length: 1500 }, (_, i) =>
      i % 2 === 0 ? `{"strange":${i}}` : `nonsense ${i}`,
    )
    const records = await parsed(`${strange.join('\n')}\n${good(1)}\nnonsense\n`)
    expect(records).toHaveLength(1502)
    expect(records.filter((record) => record.raw !== undefined).length).toBe(1001)
    expect(kinds(records.slice(-2))).toEqual([
      [1501, 'request'],
      [1502, 'malformed'],
    ])
    expect(kinds(records.slice(0, 2))).toEqual([
      [1, 'unrecognised'],
      [2, 'malformed'],
    ])
  })
})

test('where the bytes are split between chunks makes no difference', () => {
  const contents = [
    `${good(1)}\r\n\n{"a":\n${good('ü😀')}`,
    JSON.stringify({ kind: 'EventList', items: [event, { s: '"]},{[\\"\n' }, 7, event] }, null, 1),
    `[{"a":tru},\n ${good(2)} , "x", []]\n{"Findings":[],"b":[1]} trailing\n{"findings":[{}],"findings":[{"z":1}]}`,
    `{"a": {\n  "b": 1\n${JSON.stringify(event, null, 2)}\n${good('ü😀')}{"a":1}\n\u001E{"a"`,
    `\u001E{"a":1}\n\u001E{"b":\n\u001E{"c":"ü"}\u001E[1,\n`,
  ].map((text) => Buffer.from(text))
  for (const make of [() => new LineSplitter(4000), () => new DocumentSplitter(4000)]) {
    for (const content of contents) {
      const whole = make()
      const expected = brief([...whole.push(content), ...whole.end(false)])
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
          const splitter = make()
          const found: RawRecord[] = []
          for (let at = 0, i = 0; at < content.length; i++) {
            const size = sizes[i % sizes.length] ?? 1
            found.push(...splitter.push(content.subarray(at, at + size)))
            at += size
          }
          found.push(...splitter.end(false))
          expect(brief(found)).toEqual(expected)
        }),
        { numRuns: 100 },
      )
    }
  }
})

test('a list of 40 MB on one line is read with little memory', async () => {
  const path = join(folder, 'large')
  const handle = await open(path, 'w')
  const part = Array.from({ length: 500 }, (_, i) => good(i)).join(',')
  const parts = Math.ceil((40 * 1024 * 1024) / part.length)
  await handle.write('{"kind":"EventList","items":[')
  for (let i = 0; i < parts; i++) await handle.write(i === 0 ? part : `,${part}`)
  await handle.write(']}')
  await handle.close()
  const before = process.memoryUsage().rss
  let most = 0
  let count = 0
  for await (const record of readRecords(path)) {
    if ('value' in record) count++
    if (count % 1000 === 0) most = Math.max(most, process.memoryUsage().rss)
  }
  expect(count).toBe(parts * 500)
  expect((most - before) / 1024 ** 2).toBeLessThan(150)
})
