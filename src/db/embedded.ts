import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { type Binaries, chooseRunAs, findBinaries, type RunAs } from './embedded-binaries.ts'

const run = promisify(execFile)

/** Room that PostgreSQL needs before it is started, in bytes. */
const LEAST_FREE = 200 * 1024 * 1024
/** How long the sessions of a killed server may take to finish their query and notice, in milliseconds. */
const ORPHANS_WAIT = 20_000
const ORPHANS_PAUSE = 200
const OWNER = 'firebreak'
const DATABASE = 'firebreak'

/** A PostgreSQL server under a folder of ours. `stop` waits for a clean shutdown. */
export interface EmbeddedServer {
  /** The owner's connection string. */
  readonly url: string
  readonly port: number
  /** True when it was running already: of a Firebreak that was killed, or of another command. */
  readonly adopted: boolean
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** Firebreak's home folder; the data lies in `postgres` below it. */
  readonly home: string
  /** Extra settings, `name=value` (tests trade durability for speed). */
  readonly settings?: readonly string[]
}

/**
 * Starts the embedded PostgreSQL below `home`, or adopts the one that a killed Firebreak left running there.
 * The server is its own process group: Ctrl-C in a terminal reaches Firebreak alone, which then stops it.
 * Throws a sentence that says what to do when the disk or the port is not to be had.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = resolve(options.home)
  const data = join(home, 'postgres')
  await mkdir(home, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new Error(
      `The folder ${home} cannot be made: ${reason(cause)} Set FIREBREAK_HOME to one that can.`,
      { cause },
    )
  })
  const binaries = await findBinaries()
  const runAs = await chooseRunAs(binaries, home)
  const password = await ownerPassword(home)

  const running = await runningPort(data)
  if (running !== null) {
    const url = urlOf(running, password)
    if (await answers(url))
      return { url, port: running, adopted: true, stop: () => stop(binaries, runAs, data) }
    await stop(binaries, runAs, data).catch(() => undefined)
  }

  await assertRoom(home)
  if (!(await initialised(data))) await initialise(binaries, runAs, data, password)
  // PostgreSQL removes a stale pid file itself, unless an unrelated process has that number by now.
  if ((await runningPort(data)) === null) await rm(join(data, 'postmaster.pid'), { force: true })

  const port = await freePort()
  await start(binaries, runAs, data, port, options.settings ?? [])
  const url = urlOf(port, password)
  await ensureDatabase(urlOf(port, password, 'postgres'))
  return { url, port, adopted: false, stop: () => stop(binaries, runAs, data) }
}

/** The owner's connection string of the server running under `home`, or null when none answers there. */
export async function findRunning(home: string): Promise<string | null> {
  const port = await runningPort(join(resolve(home), 'postgres'))
  if (port === null) return null
  const password = await readFile(join(resolve(home), 'owner-password'), 'utf8').catch(() => null)
  if (password === null) return null
  const url = urlOf(port, password.trim())
  return (await answers(url)) ? url : null
}

function urlOf(port: number, password: string, database = DATABASE): string {
  return `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}`
}

async function ownerPassword(home: string): Promise<string> {
  const file = join(home, 'owner-password')
  const existing = await readFile(file, 'utf8').catch(() => null)
  if (existing !== null && existing.trim() !== '') return existing.trim()
  const fresh = randomBytes(24).toString('hex')
  await writeFile(file, `${fresh}\n`, { mode: 0o600 })
  return fresh
}

async function initialised(data: string): Promise<boolean> {
  return (await stat(join(data, 'PG_VERSION')).catch(() => null)) !== null
}

async function initialise(binaries: Binaries, runAs: RunAs, data: string, password: string): Promise<void> {
  // An initdb that was cut short leaves a folder without PG_VERSION, which the next one would refuse.
  await rm(data, { recursive: true, force: true })
  await mkdir(data, { recursive: true, mode: 0o700 })
  if (runAs.owner !== null) await chown(data, runAs.owner.uid, runAs.owner.gid)
  const passwordFile = join(data, '..', `initdb-${randomBytes(4).toString('hex')}`)
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (runAs.owner !== null) await chown(passwordFile, runAs.owner.uid, runAs.owner.gid)
  try {
    await call(runAs, binaries.initdb, [
      `--pgdata=${data}`,
      '--auth=scram-sha-256',
      `--username=${OWNER}`,
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--lc-messages=C',
      '--no-sync',
    ])
  } catch (cause) {
    throw new Error(
      `PostgreSQL could not set up its data in ${data}: ${reason(cause)} Free some space or rights there, or set FIREBREAK_HOME to another folder.`,
      { cause },
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function start(
  binaries: Binaries,
  runAs: RunAs,
  data: string,
  port: number,
  settings: readonly string[],
): Promise<void> {
  const flags = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    "unix_socket_directories=''",
    'timezone=UTC',
    ...settings,
  ]
  const log = join(data, 'server.log')
  for (let left = ORPHANS_WAIT / ORPHANS_PAUSE; ; left--) {
    try {
      await call(runAs, binaries.pgCtl, [
        'start',
        '--wait',
        '--timeout=60',
        `--pgdata=${data}`,
        `--log=${log}`,
        `--options=${flags.map((flag) => `-c ${flag}`).join(' ')}`,
      ])
      return
    } catch (cause) {
      const last = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-10)
      if (
        left > 0 &&
        last.some((line) => line.includes('shared memory block') && line.includes('is still in use'))
      ) {
        await setTimeout(ORPHANS_PAUSE)
        continue
      }
      const tail = last.slice(-3).join(' | ')
      throw new Error(
        `PostgreSQL did not start in ${data}: ${tail === '' ? reason(cause) : tail} Its log is ${log}; --fresh starts with an empty database.`,
        { cause },
      )
    }
  }
}

async function stop(binaries: Binaries, runAs: RunAs, data: string): Promise<void> {
  if ((await runningPort(data)) === null) return
  const halt = (mode: 'smart' | 'fast', seconds: number): Promise<void> =>
    call(runAs, binaries.pgCtl, [
      'stop',
      '--wait',
      `--timeout=${seconds}`,
      `--mode=${mode}`,
      `--pgdata=${data}`,
    ])
  // First let sessions that are leaving leave; whoever stays for longer is disconnected.
  await halt('smart', 2).catch(() => halt('fast', 60))
}

async function call(runAs: RunAs, program: string, args: readonly string[]): Promise<void> {
  const [first, ...rest] = [...runAs.command, program, ...args]
  if (first === undefined) return
  // pg_ctl leaves the server behind with its output closed to us: nothing here may wait for that output.
  await run(first, rest, { ...runAs.dropTo, cwd: '/', maxBuffer: 1 << 20 })
}

/** Port of the postmaster that the pid file names, when that process is alive and is PostgreSQL on this folder. */
async function runningPort(data: string): Promise<number | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => null)
  if (text === null) return null
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port) || port <= 0) return null
  // After a kill -9 and a reboot the number may belong to anybody: signals go only to what is ours.
  // The folder's name alone proves nothing: somebody may be reading the log in it.
  const command = await commandLine(pid)
  return /(^|[/\\])postgres(\.exe)? -D /.test(command) && command.includes(data) ? port : null
}

async function commandLine(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  if (fromProc !== null) return fromProc.replaceAll('\0', ' ')
  return (await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))).stdout
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

async function assertRoom(home: string): Promise<void> {
  const { bavail, bsize } = await statfs(home)
  const free = bavail * bsize
  if (free < LEAST_FREE) {
    throw new Error(
      `Only ${Math.floor(free / 1024 / 1024)} MB are free on the disk of ${home}, and PostgreSQL needs ${LEAST_FREE / 1024 / 1024} MB. Free some space, or set FIREBREAK_HOME to another disk.`,
    )
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = address !== null && typeof address === 'object' ? address.port : 0
      server.close(() => done(port))
    })
  })
}

function reason(cause: unknown): string {
  const text =
    cause instanceof Error ? ((cause as { stderr?: string }).stderr ?? cause.message) : String(cause)
  const line = text.trim().split('\n').slice(0, 2).join(' ')
  return line.endsWith('.') ? line : `${line}.`
}
