import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { prepare } from './cli/database.ts'
import { AlreadyServed, type Guard, holdGuard } from './cli/guard.ts'
import { MACHINE_CLOCK, type Play, preparePlay } from './cli/play.ts'
import { removeRunFile, writeRunFile } from './cli/run-file.ts'
import { anchorFile } from './cli/trail.ts'
import type { Config } from './config.ts'
import { readConfigFile } from './config-file.ts'
import { fileRoster } from './config-roster.ts'
import { findRunning, startEmbedded } from './db/embedded.ts'
import { openPool } from './db/open.ts'
import { castOf, SCOPE } from './gameday/opening/cast.ts'
import { openingObjects } from './gameday/opening/cluster.ts'
import { practiceRoster } from './gameday/practice-roster.ts'
import { ingestFiles } from './ingest/ingest-files.ts'
import { describeIngest } from './ingest/summary.ts'
import { formatScope } from './model/scope.ts'
import { SimulatedCluster } from './simulated/cluster.ts'
import { channelSink } from './slack/anchor-sink.ts'
import { COMMANDS, SHORTCUTS } from './slack/commands.ts'
import { fileSink } from './trail/file-sink.ts'
import { type Log, type Running, wireBot, wireIngest, wireTidying } from './wire.ts'
import { TEAM } from './workspace/identity.ts'
import {
  AUDIT_CHANNEL,
  INCIDENTS_CHANNEL,
  practiceTokens,
  seedWorkspace,
  startWorkspace,
} from './workspace/index.ts'

export interface StartOptions {
  readonly config: Config
  /** Files to feed; empty: the opening scenario, the first time. */
  readonly replay: readonly string[]
  /** Feed nothing. */
  readonly quiet: boolean
  /** Of the scenario; null: not chosen. */
  readonly seed: number | null
  /** Forget the embedded database first. */
  readonly fresh: boolean
  readonly log: Log
  /** Lines for the person at the terminal. */
  readonly say: (line: string) => void
}

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

export interface Started extends Running {
  /** Resolves when all records are in, or no more will be fed. */
  readonly played: Promise<void>
  /** Settles with a sentence when Firebreak cannot go on: its database is gone, or somebody else serves it. */
  readonly lost: Promise<string>
}

/**
 * Starts everything in this process, for the simulator: database, workspace, bot, and the records to play. Returns when
 * the ready line is said; `close` drains and stops in reverse.
 */
export async function start(options: StartOptions): Promise<Started> {
  const { config, log, say } = options
  const running: Running[] = []
  const stopping = new AbortController()
  let play: Play | null = null
  let played: Promise<void> = Promise.resolve()
  const close = async (): Promise<void> => {
    stopping.abort()
    await play?.stop()
    await played.catch(() => undefined)
    for (const part of running.splice(0).toReversed()) {
      await part.close().catch((err: unknown) => log.error({ err }, 'stopping'))
    }
  }
  try {
    const file = config.configFile === null ? null : readConfigFile(config.configFile)
    const feeds = file?.feeds ?? []
    const { ownerUrl, guard } = await openServer(options, running)
    const { urls } = await prepare(ownerUrl, config)

    const pool = openPool(urls.workspace, 'firebreak workspace', 5)
    running.push({ close: () => pool.end() })
    await seedWorkspace(pool)
    const ingest = await wireIngest(urls)
    running.push(ingest)
    if (!options.quiet && options.replay.length === 0) {
      const warn = (err: unknown, message: string): void => log.error({ err }, message)
      play = await preparePlay({ pool, ingest, seed: options.seed, clock: MACHINE_CLOCK, warn, say })
    }
    const cluster = play === null ? null : new SimulatedCluster(openingObjects(castOf(play.seed)))
    const own = config.configFile === null || file?.roster == null ? null : fileRoster(config.configFile)
    if (own !== null) running.push({ close: async () => own.close() })
    const roster = own ?? practiceRoster(TEAM.id)
    const tokens = practiceTokens()
    const workspace = await startWorkspace({
      pool,
      port: config.port,
      tokens,
      commands: COMMANDS,
      shortcuts: SHORTCUTS,
      ...(play !== null && { player: play }),
      log: (line) =>
        'fault' in line ? log.error({ err: line }, 'the workspace simulator') : log.debug(line, 'workspace'),
    })
    running.push(workspace)

    const bot = await wireBot({
      urls,
      apiUrl: workspace.apiUrl,
      botToken: tokens.botToken,
      transport:
        config.transport === 'socket'
          ? { kind: 'socket', appToken: tokens.appToken }
          : { kind: 'http', signingSecret: tokens.signingSecret, host: '127.0.0.1', port: 0 },
      channel: INCIDENTS_CHANNEL,
      opsChannel: AUDIT_CHANNEL,
      sinks: [
        fileSink(anchorFile(config.home)),
        channelSink(workspace.apiUrl, tokens.botToken, AUDIT_CHANNEL),
      ],
      roster,
      readerFor: (scope) => (scope === formatScope(SCOPE) ? cluster : null),
      log,
    })
    running.push(bot)
    if (bot.requestUrl !== null) await workspace.useAddress(bot.requestUrl)

    await writeRunFile(config.home, {
      url: workspace.url,
      apiUrl: workspace.apiUrl,
      botToken: tokens.botToken,
      appToken: tokens.appToken,
      signingSecret: tokens.signingSecret,
      controlUrl: workspace.controlUrl,
      controlToken: tokens.controlToken,
      database: ownerUrl,
      pid: process.pid,
    })
    running.push({ close: () => removeRunFile(config.home) })
    say(`Firebreak is ready: ${workspace.url}`)
    if (feeds.length > 0) {
      // Practice and live records never meet by accident: who wants both starts the second process.
      const named = feeds.length === 1 ? '1 feed, which is' : `${feeds.length} feeds, which are`
      say(`FIREBREAK_CONFIG names ${named} not run here. firebreak start ingest runs what it names.`)
    }
    running.push(wireTidying(urls, log))

    played = play?.start() ?? feed(options, ingest, stopping.signal)
    played.catch((err: unknown) => log.error({ err }, 'playing records'))
    return { played, close, lost: guard.lost }
  } catch (error) {
    await close()
    throw error
  }
}

/** Opens the owner's database and holds its guard. */
async function openServer(
  { config, fresh, say }: StartOptions,
  running: Running[],
): Promise<{ readonly ownerUrl: string; readonly guard: Guard }> {
  if (config.databaseUrl !== null) {
    if (fresh) {
      throw new Error(
        '--fresh empties the embedded database only. Empty the one of DATABASE_URL yourself, or unset DATABASE_URL.',
      )
    }
    const guard = await holdGuard(config.databaseUrl, 'DATABASE_URL')
    running.push(guard)
    return { ownerUrl: config.databaseUrl, guard }
  }
  if (fresh) await forget(config)
  const server = await startEmbedded({ home: config.home })
  const guard = await holdGuard(server.url, config.home).catch(async (error: unknown) => {
    // A server that somebody else serves is not ours to stop.
    if (!(error instanceof AlreadyServed)) await server.stop()
    throw error
  })
  running.push({ close: () => server.stop() }, guard)
  if (server.adopted) say('Took over the PostgreSQL that an earlier Firebreak left running.')
  return { ownerUrl: server.url, guard }
}

/** Stops and removes the embedded database, unless a Firebreak is serving it. */
async function forget(config: Config): Promise<void> {
  const url = await findRunning(config.home)
  if (url !== null) {
    const guard = await holdGuard(url, config.home)
    await guard.close()
    const server = await startEmbedded({ home: config.home })
    await server.stop()
  }
  await rm(join(config.home, 'postgres'), { recursive: true, force: true })
}

async function feed(
  { replay, say }: StartOptions,
  ingest: Awaited<ReturnType<typeof wireIngest>>,
  signal: AbortSignal,
): Promise<void> {
  if (replay.length === 0) return
  const { summary, unreadable, stopped } = await ingestFiles(ingest, replay, null, { signal })
  for (const line of describeIngest(summary, unreadable)) say(line)
  if (stopped !== null) throw stopped
}
