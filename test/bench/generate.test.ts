import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { auditLines, type GenerateOptions } from '../../bench/generate.ts'
import { writeAuditFiles } from '../../bench/write-audit.ts'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { openWorld } from '../helpers/seed.ts'

const options: GenerateOptions = { events: 4_000, seed: 'test', start: Date.UTC(2026, 10, 21) }

/** The order in which Go writes an audit event. */
const KEYS = [
  'kind',
  'apiVersion',
  'level',
  'auditID',
  'stage',
  'requestURI',
  'verb',
  'user',
  'impersonatedUser',
  'sourceIPs',
  'userAgent',
  'objectRef',
  'responseStatus',
  'requestObject',
  'responseObject',
  'requestReceivedTimestamp',
  'stageTimestamp',
  'annotations',
]

test('the same seed gives the same bytes, and another one others', () => {
  const lines = [...auditLines(options)]
  expect(lines).toHaveLength(options.events)
  expect(lines.join('')).toBe([...auditLines(options)].join(''))
  expect(lines[0]).not.toBe([...auditLines({ ...options, events: 1, seed: 'other' })][0])
})

test('events are written as an API server writes them: keys in order, ampersands escaped, every id once a stage', () => {
  const stages = new Set<string>()
  const verbs = new Set<string>()
  for (const line of auditLines(options)) {
    const event = JSON.parse(line) as { auditID: string; stage: string; verb: string }
    const keys = Object.keys(event)
    expect(keys).toEqual(KEYS.filter((key) => keys.includes(key)))
    expect(line).not.toContain('&')
    expect(JSON.stringify(event).replaceAll('&', '\\u0026')).toBe(line.trimEnd())
    stages.add(`${event.auditID} ${event.stage}`)
    verbs.add(event.verb)
  }
  expect(stages.size).toBe(options.events)
  expect([...verbs].toSorted()).toEqual(['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'])
})

test('all events land, from files that are cut where they should be', async () => {
  const world = await openWorld()
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-test-'))
  try {
    const pathOf = (nr: number): string => join(folder, `${nr}.ndjson`)
    const sizes = await writeAuditFiles(pathOf, () => 1_500, options)
    expect(sizes).toHaveLength(3)
    const written = await Promise.all(sizes.map((_, nr) => readFile(pathOf(nr), 'utf8')))
    expect(written.join('')).toBe([...auditLines(options)].join(''))
    expect(written.map((text) => Buffer.byteLength(text))).toEqual(sizes)
    const deps = world.deps()
    const { summary } = await ingestFiles(
      deps,
      sizes.map((_, nr) => pathOf(nr)),
      null,
    )
    expect(summary).toMatchObject({ records: 4_000, landed: 4_000, duplicates: 0, ignored: [], rejected: [] })
    const { total } = await world.ask('subject', 'system:anonymous')
    expect(total).toBeGreaterThan(0)
  } finally {
    await world.close()
    await rm(folder, { recursive: true })
  }
})

test('the mix is that of a busy cluster: leases and watches are most of it, and what has to be read as a whole is rare', () => {
  const events = 60_000
  const percent = new Map<string, number>()
  let [first, last] = [0, 0]
  for (const line of auditLines({ ...options, events })) {
    const { verb, objectRef, stageTimestamp } = JSON.parse(line) as {
      verb: string
      objectRef?: { resource: string; subresource?: string }
      stageTimestamp: string
    }
    const { resource = '', subresource } = objectRef ?? {}
    const call = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`
    percent.set(call, (percent.get(call) ?? 0) + 100 / events)
    last = Date.parse(stageTimestamp)
    first ||= last
  }
  const between = (low: number, call: string, high: number): void => {
    expect(percent.get(call), call).toBeGreaterThan(low)
    expect(percent.get(call), call).toBeLessThan(high)
  }
  // Watches end after minutes only, so that a short run has fewer events in a second than a long one.
  expect((events * 1000) / (last - first)).toBeGreaterThan(66)
  expect((events * 1000) / (last - first)).toBeLessThan(80)
  between(20, 'update leases', 35)
  between(0.1, 'patch nodes/status', 0.4)
  between(0.1, 'create pods', 0.4)
  between(0.8, 'patch pods/status', 1.6)
  between(0.6, 'create serviceaccounts/token', 1.3)
  between(0.1, 'patch deployments', 0.45)
  between(0.2, 'get secrets', 1)
})
