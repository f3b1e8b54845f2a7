import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Health } from '../../src/cli/doctor.ts'
import { describeHealth } from '../../src/cli/doctor-words.ts'
import { SIZE_GROUPS, yearOf } from '../../src/db/sizes.ts'
import { asOwner } from '../helpers/as-owner.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'
import { firebreak, type Ran } from '../helpers/firebreak.ts'
import { micros } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

let database: TestDatabase
let folder: string
let settings: Record<string, string>
beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'firebreak-doctor-'))
  settings = { DATABASE_URL: database.ownerUrl, FIREBREAK_HOME: join(folder, 'home') }
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const run = (args: readonly string[], more: Record<string, string> = {}): Promise<Ran> =>
  firebreak(args, { ...settings, ...more })

const AT = micros(clock('12:00'))
const HEALTHY: Health = {
  at: AT,
  database: { version: '18.4', bytes: 412_000_000, retentionMonths: 12 },
  roles: [{ role: 'ingest', problem: null }],
  configuration: null,
  feeds: [],
  coverage: [],
  rejected: [],
  sizes: [],
  year: null,
  coveredDays: 0,
}
const FEED = {
  name: 'trail',
  kind: 'sqs',
  receivedAt: micros(clock('11:59')),
  landedAt: micros(clock('11:40')),
  lag: 1_250_000,
  landed: 1204,
  rejected: 3,
  fault: null,
  isForgotten: false,
}

test('a database that is empty says so, and nothing is wrong with it', async () => {
  const { code, stdout } = await run(['doctor'])
  expect(code).toBe(0)
  expect(stdout).toContain('Roles     ✓ ingest, bot, reader, executor, workspace')
  expect(stdout).toContain('Records come from files alone.')
  expect(stdout).toContain('no log has been taken in')
  expect(stdout).toContain('A year: too little to say')
})

test('what came in is covered, with its gaps, and what was rejected is counted by class', async () => {
  const file = join(folder, 'events.ndjson')
  const events = ['00:10', '01:20', '04:10'].map((time) => JSON.stringify(auditEvent({ at: clock(time) })))
  await writeFile(file, [...events, 'no json', ''].join('\n'))
  await run(['ingest', file, '--scope', '111122223333/eu-west-1/payments'])
  const { stdout } = await run(['doctor', '--json'])
  const health = JSON.parse(stdout) as Health
  expect(health.coverage).toMatchObject([
    { scope: '111122223333/eu-west-1/payments', source: 'audit', gaps: [{}, {}] },
  ])
  expect(health.rejected).toMatchObject([{ class: 'malformed', count: 1, newest: { file, line: 4 } }])
  expect(new Set(health.sizes.map(({ group }) => group))).toEqual(new Set(SIZE_GROUPS))
  expect(health.year).toBeNull()
})

test('a feed with a fault says what to do, and the exit code says that somebody has to', async () => {
  await asOwner(
    database.ownerUrl,
    `insert into feed (name, kind, received_at, fault_code, fault_words, fault_cure, fault_since, fault_until)
     values ('trail', 'sqs', now(), 'access-denied', 'sqs:ReceiveMessage is not allowed', 'Allow it.', now(), now())`,
  )
  const { code, stdout } = await run(['doctor'])
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /✗ trail \(sqs\): .*\n\s+access-denied since .*: sqs:ReceiveMessage is not allowed\n\s+What to do: Allow it\./,
  )
  await asOwner(database.ownerUrl, 'delete from feed')
})

test('a configuration file with a mistake is a fault, and one that names a feed that never ran says so', async () => {
  const config = join(folder, 'firebreak.yaml')
  await writeFile(config, 'feeds:\n  - kind: nothing\n')
  const broken = await run(['doctor'], { FIREBREAK_CONFIG: config })
  expect(broken.code).toBe(1)
  expect(broken.stdout).toContain('Configuration  ✗')
  await writeFile(
    config,
    'accounts:\n  - id: "111122223333"\n    regions: [eu-west-1]\nfeeds:\n  - kind: guardduty\n    name: findings\n    account: "111122223333"\n',
  )
  const { code, stdout } = await run(['doctor'], { FIREBREAK_CONFIG: config })
  expect(stdout).toContain(
    '? findings eu-west-1 (guardduty): has never received; firebreak start ingest runs it.',
  )
  expect(code).toBe(0)
})

test('each line of a feed tells how far it is', () => {
  expect(describeHealth({ ...HEALTHY, feeds: [FEED] })).toContain(
    '  ✓ trail (sqs): last asked 11:59 UTC; last landed 11:40 UTC; 1.3 s behind then; 1,204 landed, 3 rejected.',
  )
  const forgotten = describeHealth({ ...HEALTHY, feeds: [{ ...FEED, isForgotten: true }] })
  expect(forgotten).toContain('      The configuration file does not name it any more.')
})

test('what others wrote is never obeyed by a terminal', () => {
  const newest = { at: AT, file: '\u001b[2Jevents', line: 1, reason: 'a\u202Eb' }
  const lines = describeHealth({
    ...HEALTHY,
    rejected: [{ class: 'malformed', count: 1, newest }],
    feeds: [{ ...FEED, name: 'a\u001b[31m' }],
  })
  for (const hidden of ['\u001b', '\u202E']) expect(lines.join('\n')).not.toContain(hidden)
})

test('a year is what the days that are there say, and what passes is in it once', () => {
  const sizes = [
    { group: 'requests by hour', month: '2026-11', bytes: 10_000 },
    { group: 'hashes of 14 days', month: null, bytes: 500 },
  ] as const
  expect(yearOf(sizes, 10)).toBe(365_500)
  expect(yearOf(sizes, 2.9)).toBeNull()
})
