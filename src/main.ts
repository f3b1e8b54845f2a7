import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { prepare } from './cli/database.ts'
import { removeRunFile, writeRunFile } from './cli/run-file.ts'
import type { Config } from './config.ts'
import { findRunning, startEmbedded } from './db/embedded.ts'
import { openPool } from './db/open.ts'
import { FIRST_SCOPE, firstRecords } from './gameday/first-records.ts'
import { absorb } from './ingest/absorb.ts'
import { ingestFiles } from './ingest/ingest-files.ts'
import { describeIngest } from './ingest/summary.ts'
import { COMMANDS } from './slack/commands.ts'
import { parseRecord } from './sources/index.ts'
import { type Log, now, practiceTokens, type Running, wireBot, wireIngest } from './wire.ts'
import { INCIDENTS_CHANNEL, seedWorkspace, startWorkspace } from './workspace/index.ts'

export interface StartOptions {
  readonly config: Config
  /** Files to feed; empty: the bundled records, the first time. */
  readonly replay: readonly string[]
  /** Feed nothing. */
  readonly quiet: boolean
  /** Forget the embedded database first. */
  readonly fresh: boolean
  readonly log: Log
  /** Lines for the person at the terminal. */
  readonly say: (line: string) => void
}

/** The name that marks the one process which serves a database. */
const GUARD = 'firebreak start'

/** A log on standard error; tokens and passwords never reach it. */
export function openLog(config: Config): Log {
  return pino(
    {
      level: config.logLevel,
      redact: ['*.token', '*.password', '*.response_url', 'err.config', 'err.data.response_metadata'],
      base: null,
    },
    pino.destination({ dest: 2, sync: true }),
  )
}

/**
 * Starts everything in this process, for the simulator: database, workspace, bot, and the records to play. Returns when
 * the ready line is said; `close` drains and stops in reverse. `played` resolves when all records are in.
 */
export async function start(options: StartOptions): Promise<Running & { readonly played: Promise<void> }> {
  const { config, log, say } = options
  const running: Running[] = []
  const stopping = new AbortController()
  let played: Promise<void> = Promise.resolve()
  const close = async (): Promise<void> => {
    stopping.abort()
    await played.catch(() => undefined)
    for (const part of running.splice(0).toReversed()) {
      await part.close().catch((err: unknown) => log.error({ err }, 'stopping'))
    }
  }
  try {
    const ownerUrl = await openServer(options, running)
    const { urls } = await prepare(ownerUrl, config.home)

    const pool = openPool(urls.workspace, 'firebreak workspace', 5)
    running.push({ close: () => pool.end() })
    await seedWorkspace(pool)
    const tokens = practiceTokens()
    const workspace = await startWorkspace({
      pool,
      port: config.port,
      tokens,
      commands: COMMANDS,
      log: (line) =>
        'fault' in line ? log.error({ err: line }, 'the workspace simulator') : log.debug(line, 'workspace'),
    })
    running.push(workspace)

    const bot = await wireBot({
      urls,
      apiUrl: workspace.apiUrl,
      botToken: tokens.botToken,
      appToken: tokens.appToken,
      channel: INCIDENTS_CHANNEL,
      log,
    })
    running.push(bot)
    const ingest = await wireIngest(urls)
    running.push(ingest)

    await writeRunFile(config.home, {
      url: workspace.url,
      apiUrl: workspace.apiUrl,
      botToken: tokens.botToken,
      database: ownerUrl,
      pid: process.pid,
    })
    running.push({ close: () => removeRunFile(config.home) })
    say(`Firebreak is ready: ${workspace.url}`)

    played = play(options, ingest, stopping.signal)
    played.catch((err: unknown) => log.error({ err }, 'playing records'))
    return { played, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Opens the owner's database and holds its guard; returns its connection string. */
async function openServer({ config, fresh, say }: StartOptions, running: Running[]): Promise<string> {
  if (config.databaseUrl !== null) {
    if (fresh) {
      throw new Error(
        '--fresh empties the embedded database only. Empty the one of DATABASE_URL yourself, or unset DATABASE_URL.',
      )
    }
    running.push(await holdGuard(config.databaseUrl, config))
    return config.databaseUrl
  }
  if (fresh) await forget(config)
  const server = await startEmbedded({ home: config.home })
  const guard = await holdGuard(server.url, config).catch(async (error: unknown) => {
    // A server that somebody else serves is not ours to stop.
    if (!server.adopted) await server.stop()
    throw error
  })
  running.push({ close: () => server.stop() }, guard)
  if (server.adopted) say('Took over the PostgreSQL that an earlier Firebreak left running.')
  return server.url
}

/** Stops and removes the embedded database, unless a Firebreak is serving it. */
async function forget(config: Config): Promise<void> {
  const url = await findRunning(config.home)
  if (url !== null) {
    const guard = await holdGuard(url, config)
    await guard.close()
    const server = await startEmbedded({ home: config.home })
    await server.stop()
  }
  await rm(join(config.home, 'postgres'), { recursive: true, force: true })
}

/**
 * Holds the session that says "this database is served", and refuses when an older one exists. The session ends with
 * the process, however that ends, so a killed Firebreak never blocks the next.
 */
async function holdGuard(ownerUrl: string, config: Config): Promise<Running> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: GUARD, keepAlive: true })
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>(
    `select other.pid from pg_stat_activity other, pg_stat_activity own
     where own.pid = pg_backend_pid() and other.application_name = $1 and other.datname = own.datname
       and other.pid <> own.pid and (other.backend_start, other.pid) < (own.backend_start, own.pid)`,
    [GUARD],
  )
  if (rows.length > 0) {
    await client.end()
    throw new Error(
      `Firebreak already serves this database (${config.databaseUrl === null ? config.home : 'DATABASE_URL'}). Stop it, or set FIREBREAK_HOME and FIREBREAK_PORT for a second one.`,
    )
  }
  return { close: () => client.end() }
}

async function play(
  { replay, quiet, say }: StartOptions,
  ingest: Awaited<ReturnType<typeof wireIngest>>,
  signal: AbortSignal,
): Promise<void> {
  if (replay.length > 0) {
    const { summary, unreadable } = await ingestFiles(ingest, replay, null, signal)
    for (const line of describeIngest(summary, unreadable)) say(line)
    return
  }
  if (quiet) return
  const { incidents } = await ingest.db
    .selectFrom('incident')
    .select((query) => query.fn.countAll<number>().as('incidents'))
    .executeTakeFirstOrThrow()
  if (incidents > 0) return
  const records = firstRecords(now()).map((record, line) => ({
    parsed: parseRecord(record),
    file: 'bundled records',
    line,
    raw: '',
  }))
  await absorb(ingest, records, FIRST_SCOPE)
}
