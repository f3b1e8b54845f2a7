import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBytes } from '../../src/ingest/read-bytes.ts'
import { readRecords } from '../../src/ingest/records.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-bytes-'))
})
afterAll(() => rm(folder, { recursive: true }))

const lines = Array.from({ length: 50_000 }, (_, i) => `{"a":${i}}\n`).join('')

test.each([
  ['plain', Buffer.from(lines)],
  ['gzip', gzipSync(lines)],
])('bytes are counted as they lie on disk: %s', async (name, content) => {
  const path = join(folder, name)
  await writeFile(path, content)
  const { size } = await stat(path)
  const { count, chunks } = await openBytes(path)
  expect(count).toEqual({ bytes: 0, totalBytes: size })
  const seen: number[] = []
  let unpacked = 0
  for await (const chunk of chunks) {
    unpacked += chunk.length
    seen.push(count.bytes)
  }
  expect(unpacked).toBe(lines.length)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(count.bytes).toBe(size)
})

test('whoever reads records is handed the count', async () => {
  const path = join(folder, 'records')
  await writeFile(path, lines)
  const counts: unknown[] = []
  for await (const record of readRecords(path, { onOpen: (count) => counts.push(count) })) {
    if (record.line === 1)
      expect(counts).toEqual([{ bytes: expect.any(Number) as number, totalBytes: lines.length }])
  }
  expect(counts).toEqual([{ bytes: lines.length, totalBytes: lines.length }])
})

test('of a character device nobody knows the size', async () => {
  expect((await openBytes('/dev/null')).count).toEqual({ bytes: 0, totalBytes: null })
})
