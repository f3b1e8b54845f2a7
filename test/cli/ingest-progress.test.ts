import { expect, test } from 'vitest'
import { ProgressLine, progressLine, type Terminal } from '../../src/cli/ingest-progress.ts'
import type { IngestProgress } from '../../src/ingest/progress.ts'

const half: IngestProgress = {
  file: '/logs/audit.ndjson.gz',
  bytes: 41_900,
  totalBytes: 100_000,
  records: 1_204_000,
  rejected: 3,
}

const CLEAR = '\r\u001B[2K'

/** A terminal that remembers, with a clock that is turned by hand. */
function watch(settings: Partial<Terminal> = {}) {
  const written: string[] = []
  const clock = { now: 5_000 }
  const out = { isTTY: true, columns: 200, write: (text: string) => written.push(text), ...settings }
  return { written, clock, line: new ProgressLine(out, () => clock.now) }
}

test('the line says how far the file is, how fast it goes and when it will be done', () => {
  expect(progressLine(half, 8.135)).toBe(
    'audit.ndjson.gz 41 % · 1,204,000 records · 148,000/s · 3 rejected · about 12 s left',
  )
})

test('of a pipe nobody knows the end, and what is not there is not told', () => {
  expect(progressLine({ ...half, totalBytes: null, rejected: 0 }, 10)).toBe(
    'audit.ndjson.gz · 1,204,000 records · 120,000/s',
  )
  expect(progressLine({ ...half, totalBytes: 0, bytes: 0, records: 1, rejected: 0 }, 2)).toBe(
    'audit.ndjson.gz · 1 record · 1/s',
  )
})

test('the first second makes no promises', () => {
  expect(progressLine({ ...half, records: 900 }, 0)).toBe('audit.ndjson.gz 41 % · 900 records · 3 rejected')
  expect(progressLine({ ...half, bytes: 0 }, 4)).not.toContain('left')
})

test('the time left is in minutes and hours when it is long', () => {
  const after = (seconds: number): string => progressLine({ ...half, bytes: 50_000 }, seconds)
  expect(after(89)).toContain('about 89 s left')
  expect(after(100)).toContain('about 2 min left')
  expect(after(3 * 3_600)).toContain('about 3 h left')
})

test('a file that grows while it is read is never more than whole', () => {
  expect(progressLine({ ...half, bytes: 200_000 }, 5)).toContain(' 100 % ')
})

test('the line is drawn in its place at most ten times a second, and cleared at the end', () => {
  const { written, clock, line } = watch()
  for (let ms = 0; ms < 1_000; ms++) {
    clock.now++
    line.report(half)
  }
  expect(written).toHaveLength(10)
  expect(written.every((text) => text.startsWith(CLEAR) && !text.includes('\n'))).toBe(true)
  line.clear()
  line.clear()
  expect(written.slice(10)).toEqual([CLEAR])
})

test('each file has a clock of its own', () => {
  const { written, clock, line } = watch()
  line.report(half)
  clock.now += 60_000
  line.report({ ...half, file: 'next.json' })
  expect(written[1]).toBe(`${CLEAR}next.json 41 % · 1,204,000 records · 3 rejected`)
})

test('nothing is written where there is no terminal', () => {
  const { written, line } = watch({ isTTY: false })
  line.report(half)
  line.clear()
  expect(written).toEqual([])
})

test('a narrow terminal gets a line that does not wrap', () => {
  const { written, line } = watch({ columns: 20 })
  line.report(half)
  expect(written).toEqual([`${CLEAR}audit.ndjson.gz 41 `])
})

test('a name that would move the cursor is made visible', () => {
  const line = progressLine({ ...half, file: 'a\u001B[2Jb\nc.json' }, 1)
  // oxlint-disable-next-line no-control-regex -- finding control characters is its purpose
  expect(line).not.toMatch(/[\u0000-\u001F]/)
})
