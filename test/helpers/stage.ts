import { open, openPool } from '../../src/db/open.ts'
import { castOf, SCOPE } from '../../src/gameday/opening/cast.ts'
import { openingObjects } from '../../src/gameday/opening/cluster.ts'
import { practiceRoster } from '../../src/gameday/practice-roster.ts'
import { absorb } from '../../src/ingest/absorb.ts'
import type { Fate } from '../../src/ingest/delivery.ts'
import { staleCards } from '../../src/jobs/refresh-card.ts'
import type { RosterSource } from '../../src/model/roster.ts'
import type { Scope } from '../../src/model/scope.ts'
import { formatScope } from '../../src/model/scope.ts'
import { SECOND } from '../../src/model/time.ts'
import { SimulatedCluster } from '../../src/simulated/cluster.ts'
import { COMMANDS, SHORTCUTS } from '../../src/slack/commands.ts'
import { parseRecord } from '../../src/sources/index.ts'
import { type Log, now, type Running, wireBot, wireIngest } from '../../src/wire.ts'
import { TEAM } from '../../src/workspace/identity.ts'
import {
  AUDIT_CHANNEL,
  INCIDENTS_CHANNEL,
  type PlayerPort,
  practiceTokens,
  seedWorkspace,
  startWorkspace,
  type Workspace,
} from '../../src/workspace/index.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { until } from './until.ts'

/** The whole product with real parts: its database, the workspace simulator, the unmodified Bolt app. */
export interface Stage {
  readonly database: TestDatabase
  readonly workspace: Workspace
  readonly botToken: string
  /** Arms a fault of the simulator's control API. */
  arm(kind: string, more?: object): Promise<void>
  /** Ends every socket, as a broken network does. */
  cutSockets(): Promise<void>
  /** What was logged as an error. */
  readonly errors: string[]
  feed(records: readonly unknown[], scope?: Scope | null): Promise<readonly Fate[]>
  /** Moves the bot's clock on. */
  passTime(seconds: number): void
  /** Resolves when every card and thread says what its incident says. */
  settled(): Promise<void>
  /** Stops the bot as a crash of its process would be seen from outside, and starts another one. */
  restartBot(): Promise<void>
  close(): Promise<void>
}

/** `http`: the bot is reached by signed requests instead of a socket. `player`: what the page says is being played. */
export async function openStage({
  http = false,
  player,
  roster = practiceRoster(TEAM.id),
}: {
  readonly http?: boolean
  readonly player?: PlayerPort
  readonly roster?: RosterSource
} = {}): Promise<Stage> {
  const database = await freshDatabase()
  const pool = openPool(database.urls.workspace, 'test workspace', 5)
  await seedWorkspace(pool)
  const tokens = practiceTokens()
  const workspace = await startWorkspace({
    pool,
    port: 0,
    tokens,
    commands: COMMANDS,
    shortcuts: SHORTCUTS,
    ...(player !== undefined && { player }),
  })
  const control = async (door: string, body: object): Promise<void> => {
    const response = await fetch(`${workspace.controlUrl}${door}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.controlToken}` },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(await response.text())
  }
  const errors: string[] = []
  let ahead = 0
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: ({ err }, message) =>
      errors.push(`${message}: ${err instanceof Error ? err.message : String(err)}`),
  }
  const cluster = new SimulatedCluster(openingObjects(castOf(1)))
  const start = async (): Promise<Running> => {
    const bot = await wireBot({
      urls: database.urls,
      apiUrl: workspace.apiUrl,
      botToken: tokens.botToken,
      transport: http
        ? { kind: 'http', signingSecret: tokens.signingSecret, host: '127.0.0.1', port: 0 }
        : { kind: 'socket', appToken: tokens.appToken },
      channel: INCIDENTS_CHANNEL,
      opsChannel: AUDIT_CHANNEL,
      sinks: [],
      roster,
      readerFor: (scope) => (scope === formatScope(SCOPE) ? cluster : null),
      clock: () => now() + ahead,
      log,
    })
    if (bot.requestUrl !== null) await workspace.useAddress(bot.requestUrl)
    return bot
  }
  let bot = await start()
  const ingest = await wireIngest(database.urls)
  return {
    database,
    workspace,
    botToken: tokens.botToken,
    arm: (kind, more = {}) => control('faults', { kind, ...more }),
    cutSockets: () => control('cut', {}),
    errors,
    feed: (records, scope = null) =>
      absorb(
        ingest,
        records.map((record, line) => ({ parsed: parseRecord(record), file: 'test', line, raw: '' })),
        scope,
      ),
    passTime(seconds) {
      ahead += seconds * SECOND
    },
    async settled() {
      const opened = open(database.urls.bot, 'test settled', { max: 1 })
      await until(async () => (await staleCards(opened.db)).length === 0)
      await opened.close()
    },
    async restartBot() {
      await bot.close()
      bot = await start()
    },
    async close() {
      await ingest.close()
      await bot.close()
      await workspace.close()
      await pool.end()
      await database.drop()
    },
  }
}
