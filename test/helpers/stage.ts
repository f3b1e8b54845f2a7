import { openPool } from '../../src/db/open.ts'
import { absorb, type Fate } from '../../src/ingest/absorb.ts'
import type { Scope } from '../../src/model/scope.ts'
import { COMMANDS } from '../../src/slack/commands.ts'
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
  /** What was logged as an error. */
  readonly errors: readonly string[]
  feed(records: readonly unknown[], scope?: Scope | null): Promise<readonly Fate[]>
  /** Stops the bot as a crash of its process would be seen from outside, and starts another one. */
  restartBot(): Promise<void>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const database = await freshDatabase()
  const pool = openPool(database.urls.workspace, 'test workspace', 5)
  await seedWorkspace(pool)
  const tokens = practiceTokens()
  const workspace = await startWorkspace({ pool, port: 0, tokens, commands: COMMANDS })
  const errors: string[] = []
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: ({ err }, message) =>
      errors.push(`${message}: ${err instanceof Error ? err.message : String(err)}`),
  }
  const start = (): Promise<Running> =>
    wireBot({
      urls: database.urls,
      apiUrl: workspace.apiUrl,
      botToken: tokens.botToken,
      appToken: tokens.appToken,
      channel: INCIDENTS_CHANNEL,
      log,
    })
  let bot = await start()
  const ingest = await wireIngest(database.urls)
  return {
    database,
    workspace,
    botToken: tokens.botToken,
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
