import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { firebreak, startFirebreak } from '../helpers/firebreak.ts'
import { until } from '../helpers/until.ts'

interface RunFile {
  readonly url: string
  readonly apiUrl: string
  readonly botToken: string
  readonly database: string
  readonly pid: number
}
interface History {
  readonly ok: boolean
  readonly messages: readonly {
    readonly ts: string
    readonly text: string
    readonly blocks: readonly object[]
    readonly reply_count?: number
  }[]
}

let home: string
let settings: Record<string, string>

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'firebreak-start-'))
  settings = { FIREBREAK_HOME: join(home, 'own'), FIREBREAK_PORT: '0' }
})

// Whatever failed half-way: no PostgreSQL of this test may live on.
afterAll(async () => {
  const pid = await readFile(join(home, 'own/postgres/postmaster.pid'), 'utf8').catch(() => '')
  if (pid !== '') process.kill(Number(pid.split('\n')[0]), 'SIGINT')
  await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function runFile(): Promise<RunFile> {
  return JSON.parse(await readFile(join(home, 'own/run.json'), 'utf8')) as RunFile
}

async function history(): Promise<History> {
  const { apiUrl, botToken } = await runFile()
  const response = await fetch(`${apiUrl}conversations.history?channel=C0INCIDENTS`, {
    headers: { authorization: `Bearer ${botToken}` },
  })
  return (await response.json()) as History
}

async function query(text: string): Promise<readonly { readonly [column: string]: unknown }[]> {
  const client = new pg.Client({ connectionString: (await runFile()).database })
  await client.connect()
  try {
    return (await client.query<{ [column: string]: unknown }>(text)).rows
  } finally {
    await client.end()
  }
}

async function counts(): Promise<unknown> {
  const [row] = await query(
    'select (select count(*) from ledger) as ledger, (select count(*) from incident) as incidents, (select sum(success + failure + unauthorized + forbidden) from edge_hour) as requests',
  )
  return row
}

interface PlayState {
  readonly state: string
  readonly at: number
}

async function page<T>(path: string, body?: object): Promise<T> {
  const response = await fetch(`${(await runFile()).url}${path}`, {
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  return (await response.json()) as T
}

async function playState(): Promise<PlayState | null> {
  return (await page<{ readonly play: PlayState | null }>('state?as=UALEX')).play
}

/** Resolves when every card shows what its incident says. */
async function cardsAreDrawn(): Promise<void> {
  await until(async () => {
    const [row] = await query(
      `select count(*)::int as incidents, count(card.reply_ts) filter (where card.revision >= incident.revision)::int as drawn
       from incident left join card on card.incident = incident.id`,
    )
    return row?.['incidents'] !== 0 && row?.['incidents'] === row?.['drawn']
  })
}

test('a first start plays the opening; killed and started again it is the same channel, and nothing is played; it stops cleanly', async () => {
  const first = await startFirebreak([], settings)
  const run = await runFile()
  expect(Object.keys(run)).toEqual([
    'url',
    'apiUrl',
    'botToken',
    'appToken',
    'signingSecret',
    'controlUrl',
    'controlToken',
    'database',
    'pid',
  ])
  expect(run).toMatchObject({ url: first.url, pid: first.child.pid })
  expect(run.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/$/)
  expect((await stat(join(home, 'own/run.json'))).mode & 0o777).toBe(0o600)
  await until(async () => (await history()).messages.length > 0, 30_000)
  const { play: paused } = await page<{ readonly play: PlayState }>('play', { do: 'pause' })
  expect(paused.state).toBe('paused')
  await cardsAreDrawn()
  const channel = await history()
  expect(channel.messages.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Medium: Cluster explored anonymously · prod-payments/),
  ])
  expect(channel.messages.every((message) => message.blocks.length > 2)).toBe(true)
  const before = await counts()

  const second = await firebreak(['start'], settings)
  expect(second.code).toBe(1)
  expect(second.stderr).toContain('Firebreak already serves this database')
  expect(await history()).toEqual(channel)

  const asked = await firebreak(['ask', 'seen', 'ip:203.0.113.9', '--json'], settings)
  expect(JSON.parse(asked.stdout)).toMatchObject({ total: 1 })

  expect(await first.end('SIGKILL')).toBe('SIGKILL')
  const again = await startFirebreak([], settings)
  await again.line(/Took over the PostgreSQL/)
  expect(again.url).not.toBe(first.url)
  expect(await playState()).toMatchObject({ state: 'stopped' })
  expect(await history()).toEqual(channel)
  expect(await counts()).toEqual(before)
  const gone = await fetch(again.url.replace(/\/w\/.*/, new URL(first.url).pathname))
  expect(gone.ok).toBe(false)
  expect(await gone.text()).toContain('This link belongs to an earlier start')

  expect(await again.end('SIGTERM')).toBe(0)
  await expect(stat(join(home, 'own/run.json'))).rejects.toThrow('ENOENT')
  await expect(stat(join(home, 'own/postgres/postmaster.pid'))).rejects.toThrow('ENOENT')
})

test('--fresh starts over, with another seed too; stopped in the middle of it, Firebreak ends cleanly', async () => {
  const started = await startFirebreak(['--fresh', '--seed', '2'], settings)
  await until(async () => (await history()).messages.length > 0, 30_000)
  expect(await playState()).toMatchObject({ state: 'playing' })
  expect(await started.end('SIGINT')).toBe(0)
  await expect(stat(join(home, 'own/postgres/postmaster.pid'))).rejects.toThrow('ENOENT')
})

test('--fresh forgets, --no-scenario feeds nothing, and Ctrl-C stops', async () => {
  const started = await startFirebreak(['--fresh', '--no-scenario'], settings)
  expect((await history()).messages).toEqual([])
  expect(await playState()).toBeNull()
  expect(await started.end('SIGINT')).toBe(0)
})

test('a taken port is named, with what to do', async () => {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const { code, stderr } = await firebreak(['start'], { ...settings, FIREBREAK_PORT: String(port) })
  server.close()
  expect(code).toBe(1)
  expect(stderr).toContain(`Port ${port} is taken. Set FIREBREAK_PORT to another one`)
  await expect(stat(join(home, 'own/postgres/postmaster.pid'))).rejects.toThrow('ENOENT')
})

test('feeds of a configuration file are not run beside practice, and that is said', async () => {
  const file = join(home, 'feeds.json')
  const accounts = [{ id: '123456789012', regions: ['eu-west-1'] }]
  const feeds = [{ kind: 'guardduty', account: '123456789012' }]
  await writeFile(file, JSON.stringify({ accounts, feeds }))
  const own = { ...settings, FIREBREAK_HOME: join(home, 'feeds'), FIREBREAK_CONFIG: file }
  const started = await startFirebreak(['--no-scenario'], own)
  await started.line(/FIREBREAK_CONFIG names 1 feed, which is not run here\. firebreak start ingest runs/)
  expect(await started.end('SIGTERM')).toBe(0)
  await writeFile(file, '{"feeds":[{"kind":"guardduty","account":"nobody"}]}')
  await expect(startFirebreak(['--no-scenario'], own)).rejects.toThrow(/account/)
})
