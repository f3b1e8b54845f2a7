import { openPool } from '../../src/db/open.ts'
import { absorb, type Fate } from '../../src/ingest/absorb.ts'
import type { Scope } from '../../src/model/scope.ts'
import { COMMANDS, SHORTCUTS } from '../../src/slack/commands.ts'
import { parseRecord } from '../../src/sources/index.ts'
import { type Log, type Running, wireBot, wireIngest } from '../../src/wire.ts'
import {
  INCIDENTS_CHANNEL,
  practiceTokens,
  seedWorkspace,
  startWorkspace,
  type Workspace,
} from '../../src/workspace/index.ts'
import { freshDatabase, type TestDatabase } from './database.ts'

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
  readonly errors: readonly string[]
  feed(records: readonly unknown[], scope?: Scope | null): Promise<readonly Fate[]>
  /** Stops the bot as a crash of its process would be seen from outside, and starts another one. */
  restartBot(): Promise<void>
  close(): Promise<void>
}

/** `http`: the bot is reached by signed requests instead of a socket. */
export async function openStage({ http = false } = {}): Promise<Stage> {
  const database = await freshDatabase()
  const pool = openPool(database.urls.workspace, 'test workspace', 5)
  await seedWorkspace(pool)
  const tokens = practiceTokens()
  const workspace = await startWorkspace({ pool, port: 0, tokens, commands: COMMANDS, shortcuts: SHORTCUTS })
  const control = async (door: string, body: object): Promise<void> => {
    const response = await fetch(`${workspace.controlUrl}${door}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.controlToken}` },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(await response.text())
  }
  const errors: string[] = []
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: ({ err }, message) =>
      errors.push(`${message}: ${err instanceof Error ? err.message : String(err)}`),
  }
  const start = async (): Promise<Running> => {
    const bot = await wireBot({
      urls: database.urls,
      apiUrl: workspace.apiUrl,
      botToken: tokens.botToken,
      transport: http
        ? { kind: 'http', signingSecret: tokens.signingSecret, host: '127.0.0.1', port: 0 }
        : { kind: 'socket', appToken: tokens.appToken },
      channel: INCIDENTS_CHANNEL,
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
