import { execFileSync, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { type EmbeddedServer, findRunning, startEmbedded } from '../../src/db/embedded.ts'

const SETTINGS = ['fsync=off', 'max_connections=20', 'shared_buffers=16MB']
const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'firebreak-embedded-'))
  cleanups.push(() => rm(home, { recursive: true, force: true }))
  return home
}

async function start(home: string): Promise<EmbeddedServer> {
  const server = await startEmbedded({ home, settings: SETTINGS })
  cleanups.push(() => server.stop())
  return server
}

async function query(url: string, text: string): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<object>(text)).rows
  } finally {
    await client.end()
  }
}

const pidOf = async (home: string): Promise<number> =>
  Number((await readFile(join(home, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])

async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    // A zombie answers the signal 0 and runs no more.
    if ((await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ' Z ')).includes(' Z ')) return
    await new Promise((done) => setTimeout(done, 10))
  }
}

test('what was stored is there at the next start', async () => {
  const home = await newHome()
  const first = await start(home)
  expect(first.adopted).toBe(false)
  await query(first.url, 'create table kept as select 42 as n')
  await first.stop()
  expect(await findRunning(home)).toBeNull()
  const second = await start(home)
  expect(second.adopted).toBe(false)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }])
})

test('after its postmaster was killed the next start waits for the sessions left over, and has the data', async () => {
  const home = await newHome()
  const first = await start(home)
  await query(first.url, 'create table kept as select 42 as n')
  // A session in the midst of a query notices only at its end that its postmaster is gone.
  const busy = query(first.url, 'select count(*) from generate_series(1, 4000000)').catch(() => 'cut off')
  await expect
    .poll(() =>
      query(
        first.url,
        `select from pg_stat_activity where state = 'active' and query like '%generate_series%' and pid <> pg_backend_pid()`,
      ),
    )
    .toHaveLength(1)
  const pid = await pidOf(home)
  process.kill(pid, 'SIGKILL')
  await ended(pid)
  const second = await start(home)
  expect(second.adopted).toBe(false)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }])
  await busy
})

test('a server that a killed Firebreak left running is adopted, with its data', async () => {
  const home = await newHome()
  const first = await start(home)
  await query(first.url, 'create table kept as select 42 as n')
  const second = await start(home)
  expect(second).toMatchObject({ adopted: true, url: first.url, port: first.port })
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }])
  expect(await findRunning(home)).toBe(first.url)
  await second.stop()
  expect(await findRunning(home)).toBeNull()
})

test('a stale pid file that names somebody else is neither adopted nor signalled', async () => {
  const home = await newHome()
  const first = await start(home)
  await query(first.url, 'create table kept as select 42 as n')
  const pidFile = await readFile(join(home, 'postgres', 'postmaster.pid'), 'utf8')
  await first.stop()

  // Somebody reads the log of this very server, and has the number by now; as our postmaster's user it could be signalled.
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']).toString())
  const user = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {}
  const reader = spawn('tail', ['-f', '/dev/null', join(home, 'postgres', 'server.log')], {
    ...user,
    stdio: 'ignore',
  })
  const gone = new Promise((done) => reader.once('exit', done))
  cleanups.push(async () => {
    reader.kill('SIGKILL')
    await gone
  })
  await writeFile(join(home, 'postgres', 'postmaster.pid'), pidFile.replace(/^\d+/, String(reader.pid)))
  expect(await findRunning(home)).toBeNull()
  const second = await start(home)
  expect(second.adopted).toBe(false)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }])
  expect([reader.exitCode, reader.signalCode]).toEqual([null, null])
})

test('an initdb that was cut short is done again', async () => {
  const home = await newHome()
  await mkdir(join(home, 'postgres', 'base'), { recursive: true })
  const server = await start(home)
  expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('a home that is a file is refused with a sentence that says what to do', async () => {
  const home = join(await newHome(), 'file')
  await writeFile(home, '')
  await expect(startEmbedded({ home })).rejects.toThrow(
    /^The folder .*\/file cannot be made: .* Set FIREBREAK_HOME to one that can\.$/,
  )
})

test('a home reached through a link is the same home: its server is adopted and lives on', async () => {
  const home = await newHome()
  const first = await start(home)
  const pid = await pidOf(home)
  const link = `${home}-link`
  await symlink(home, link)
  cleanups.push(() => rm(link))
  const second = await startEmbedded({ home: link, settings: SETTINGS })
  expect(second).toMatchObject({ adopted: true, port: first.port })
  expect(await pidOf(home)).toBe(pid)
  expect(await query(first.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('two first starts at once in one home end with one server and one password', async () => {
  const home = await newHome()
  const servers = await Promise.all([start(home), start(home)])
  expect(servers.map((server) => server.adopted).toSorted((a, b) => Number(a) - Number(b))).toEqual([
    false,
    true,
  ])
  expect(servers[0]?.url).toBe(servers[1]?.url)
  for (const server of servers) expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('a lock that a killed process left behind is taken over', async () => {
  const home = await newHome()
  const gone = spawn('true')
  await new Promise((done) => gone.on('exit', done))
  await writeFile(join(home, 'lock'), String(gone.pid))
  expect((await start(home)).adopted).toBe(false)
  await expect(stat(join(home, 'lock'))).rejects.toThrow('ENOENT')
})

test('data that were half set up are never taken for finished ones', async () => {
  const home = await newHome()
  const first = await start(home)
  await first.stop()
  await rename(join(home, 'postgres'), join(home, 'postgres.new'))
  const second = await start(home)
  expect(await query(second.url, 'select current_database() as name')).toEqual([{ name: 'firebreak' }])
})

test.each(['$(id)', '`id`', 'a"b', 'back\\slash'])(
  'a folder called %s is refused, since it would pass a shell',
  async (name) => {
    const home = join(await newHome(), name)
    await expect(startEmbedded({ home })).rejects.toThrow(
      /in its name, which PostgreSQL cannot be started with/,
    )
  },
)

test("a folder with blanks, quotes and other people's letters is fine", async () => {
  const home = join(await newHome(), "it's a föld er")
  const server = await start(home)
  expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
})
