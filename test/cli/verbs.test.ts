import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asOwner } from '../helpers/as-owner.ts'
import { freshDatabase, type TestDatabase } from '../helpers/database.ts'
import { firebreak, type Ran } from '../helpers/firebreak.ts'

let database: TestDatabase
let folder: string
let settings: Record<string, string>

beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'firebreak-cli-'))
  settings = { DATABASE_URL: database.ownerUrl, FIREBREAK_HOME: join(folder, 'home') }
})

afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const run = (...args: string[]): Promise<Ran> => firebreak(args, settings)

function event(serial: number, who: string, ip: string, code: number): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `cli-${serial}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/payments/secrets/db',
    verb: 'get',
    user: { username: who },
    sourceIPs: [ip],
    objectRef: { resource: 'secrets', namespace: 'payments', name: 'db', apiVersion: 'v1' },
    responseStatus: { code },
    requestReceivedTimestamp: `2026-11-22T02:1${serial % 10}:00.000001Z`,
  })
}

describe('ingest and ask', () => {
  test('a missing file costs the exit code and nothing else; the JSON adds up', async () => {
    const good = join(folder, 'events.bin')
    const other = join(folder, 'table.csv')
    await writeFile(
      good,
      gzipSync(
        [
          event(1, '<!channel>', '203.0.113.9', 200),
          'no json',
          event(2, '<!channel>', '203.0.113.9', 403),
          '',
        ].join('\n'),
      ),
    )
    await writeFile(other, 'a,b\n1,2\n')
    const { code, stdout, stderr } = await run('ingest', good, join(folder, 'gone.json'), other, '--json')
    expect(code).toBe(1)
    expect(stderr).toContain('gone.json')
    const summary = JSON.parse(stdout) as {
      records: number
      landed: number
      duplicates: number
      rejected: { class: string; count: number; example: { file: string } }[]
    }
    expect(summary).toMatchObject({ records: 4, landed: 2, duplicates: 0, files: 2, ignored: [] })
    expect(summary.rejected.map(({ class: name, count, example }) => [name, count, example.file])).toEqual([
      ['malformed', 1, good],
      ['unrecognised', 1, other],
    ])
  })

  test('an answer as JSON has the fields that scripts rely on', async () => {
    const { code, stdout } = await run('ask', 'ip', '203.0.113.0/24', '--json')
    expect(code).toBe(0)
    const answer = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(answer)).toEqual([
      'lookup',
      'entity',
      'scopeTime',
      'baseline',
      'coverage',
      'firstSeen',
      'lastSeen',
      'totals',
      'rows',
      'total',
      'truncated',
      'next',
    ])
    expect(answer).toMatchObject({
      lookup: 'ip',
      entity: { kind: 'ip', key: '203.0.113.0/24', scopes: ['-/-/-'], matched: 1 },
      scopeTime: { from: '2026-11-22T02:00:00.000000Z', to: '2026-11-22T03:00:00.000000Z' },
      baseline: null,
      firstSeen: '2026-11-22T02:11:00.000001Z',
      lastSeen: '2026-11-22T02:12:00.000001Z',
      totals: { success: 1, failure: 0, unauthorized: 0, forbidden: 1 },
      total: 1,
      truncated: false,
    })
    expect((answer['next'] as { entity: string }[])[0]?.entity).toBe('subject:<!channel>')
  })

  test('an answer that compares says with what', async () => {
    const window = ['--since', '2026-11-22T02:00Z', '--until', '2026-11-22T03:00Z', '--baseline', '30d']
    const { code, stdout } = await run('ask', 'newly', 'cluster:-', ...window, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      lookup: 'newly',
      entity: { kind: 'cluster', key: '-', scopes: ['-/-/-'], matched: 1 },
      baseline: { from: '2026-10-23T02:00:00.000000Z', to: '2026-11-22T02:00:00.000000Z' },
      total: 1,
    })
  })

  test('a scope may begin with a dash, and a time may hold a space', async () => {
    const { code, stdout } = await run(
      'ask',
      'ip',
      '203.0.113.9',
      '--scope',
      '-/-/-',
      '--since',
      '2026-11-22 02:00',
      '--until',
      '2026-11-22 03:00',
      '--json',
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ totals: { success: 1, forbidden: 1 } })
    const twice = await run('ingest', join(folder, 'events.bin'), '--scope', '-/-/other', '--json')
    expect(twice).toMatchObject({ code: 0 })
    expect(JSON.parse(twice.stdout)).toMatchObject({ landed: 2 })
  })

  test('what was never seen is an answer, not a failure', async () => {
    const { code, stdout } = await run('ask', 'subject', 'nobody', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ total: 0, firstSeen: null, lastSeen: null, rows: [] })
  })
})

describe('tidy', () => {
  test('packs what was taken in, at once, and says what it did; another time there is nothing to do', async () => {
    const path = join(folder, 'tidied.jsonl')
    await writeFile(path, event(7, 'dora', '203.0.113.9', 200))
    await run('ingest', path)
    const hot = await run('ask', 'ip', '203.0.113.9', '--json')
    const first = await run('tidy', '--json')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const tidied = JSON.parse(first.stdout) as Record<string, unknown>
    expect(Object.keys(tidied)).toEqual(['made', 'dropped', 'packed', 'sealed', 'postponed'])
    expect(tidied['packed']).toBeGreaterThan(0)
    const { stdout } = await run('tidy')
    expect(stdout).toBe('Partitions: 0 made, 0 dropped.\nPacked: 0 rows.\n')
    expect(await run('ask', 'ip', '203.0.113.9', '--json')).toEqual(hot)
  })

  test('the months that are kept are set by the owner, and stay set', async () => {
    const months = () => asOwner(database.ownerUrl, 'select months from retention')
    await firebreak(['migrate'], { ...settings, FIREBREAK_RETENTION_MONTHS: '4' })
    expect(await months()).toEqual([{ months: 4 }])
    const { code, stdout } = await run('tidy')
    expect(code).toBe(0)
    expect(stdout).toContain('32 dropped (')
    expect(await months()).toEqual([{ months: 4 }])
  })
})

describe('wrong usage ends with 2 and says what to type', () => {
  test.each([
    [['frobnicate'], 'There is no verb "frobnicate"'],
    [['ingest'], 'Which files?'],
    [['ingest', 'x.json', '--scope', 'prod'], '--scope "prod" is not ACCOUNT/REGION/CLUSTER'],
    [['ask'], 'Ask what?'],
    [['ask', 'sekrets', 'x'], 'Nearest: secrets'],
    [['ask', 'ip'], 'Which address?'],
    [
      ['ask', 'ip', '10.0.0.0/33'],
      '10.0.0.0/33 is not a network: the number after the slash goes from 0 to 32. Did you mean 10.0.0.0/32?',
    ],
    [['ask', 'ip', 'hello'], 'is not an IP address'],
    [['ask', 'subject', 'x', '--since', 'tomorrow'], 'is in the future'],
    [['ask', 'subject', 'x', '--since', ''], 'is not a time'],
    [['ask', 'newly', 'x', '--baseline', 'long'], 'long is not the length of a baseline'],
    [['ask', 'newly'], 'Which cluster?'],
    [['ask', 'subject', 'x', '--limit', '0'], '--limit goes from 1 to 10000'],
    [['ask', 'subject', 'x', '--nonsense'], '--nonsense'],
    [['start', 'x.json'], 'npm start -- --replay x.json'],
    [['start', '--replay'], 'Replay what?'],
    [['start', '--seed', '0'], '--seed "0" is no whole number from 1 to 1,000,000'],
    [['start', '--seed', '1000001'], '--seed "1000001" is no whole number'],
    [['start', '--seed', '1.5'], '--seed "1.5" is no whole number'],
    [['start', '--seed'], '--seed'],
    [['start', '--seed', '2', '--no-scenario'], '--seed chooses a scenario'],
    [['start', '--replay', '--seed', '2', 'x.json'], '--seed chooses a scenario'],
  ])('%j', async (args, sentence) => {
    const { code, stderr, stdout } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
  })
})

test('--fresh never empties a database of your own', async () => {
  const { code, stderr } = await run('start', '--fresh')
  expect(code).toBe(1)
  expect(stderr).toContain('--fresh empties the embedded database only.')
  expect((await run('ask', 'ip', '203.0.113.9', '--json')).stdout).toContain('"matched":1')
})

test('every problem of the settings is said at once, each with its cure', async () => {
  const { code, stderr } = await firebreak(['ask', 'ip', '10.0.0.1'], {
    DATABASE_URL: 'mysql://x',
    FIREBREAK_PORT: 'many',
    FIREBREAK_RETENTION_MONTHS: '2',
    SLACK_BOT_TOKEN: 'xoxb-real',
  })
  expect(code).toBe(1)
  expect(stderr).toMatch(/SLACK_BOT_TOKEN is set/)
  expect(stderr).toMatch(/DATABASE_URL is no connection string/)
  expect(stderr).toMatch(/FIREBREAK_PORT is "many"/)
  expect(stderr).toMatch(/FIREBREAK_RETENTION_MONTHS is "2": give a number from 3 to 120/)
  expect(stderr).not.toContain('xoxb-real')
})

test('a database that is not there is named, with what to check', async () => {
  const { code, stderr } = await firebreak(['ask', 'ip', '10.0.0.1'], {
    ...settings,
    DATABASE_URL: 'postgres://u:geheim@127.0.0.1:1/x',
  })
  expect(code).toBe(1)
  expect(stderr).toContain('The database at 127.0.0.1:1 cannot be reached')
  expect(stderr).not.toContain('geheim')
})
