import { randomBytes } from 'node:crypto'
import {
  type AnyMiddlewareArgs,
  App,
  type CodedError,
  type Context,
  type Logger,
  LogLevel,
  SocketModeReceiver,
} from '@slack/bolt'
import type { Kysely } from 'kysely'
import { notice } from '../../blocks/notice.ts'
import type { Database } from '../db/tables.ts'
import type { Graph } from '../lookups/lookup.ts'
import type { Chat } from '../model/chat.ts'
import type { Micros } from '../model/time.ts'
import { askButton } from './ask-button.ts'
import { askCommands } from './ask-command.ts'
import { slackChat } from './post.ts'

export interface SlackOptions {
  readonly apiUrl: string
  readonly botToken: string
  readonly appToken: string
  readonly graph: Graph
  readonly db: Kysely<Database>
  readonly now: () => Micros
  readonly log: SlackLog
}

/** Where the Slack floor reports to; `fault` is the id that the person saw. */
export interface SlackLog {
  error(fields: { readonly fault?: string; readonly err: unknown }, message: string): void
  warn(fields: object, message: string): void
}

export interface SlackApp {
  readonly chat: Chat
  stop(): Promise<void>
}

/** Milliseconds: no call to Slack may hang longer than that. */
const CALL_TIMEOUT = 10_000

/**
 * Starts the Bolt app over Socket Mode and returns when it is connected. Throws when Slack refuses the tokens. `stop`
 * waits for listeners that still run.
 */
export async function startSlack(options: SlackOptions): Promise<SlackApp> {
  const state = { running: 0, stopping: false }
  const logger = quietLogger(options.log, () => state.stopping)
  // Each client gets an options object of its own: Bolt's parts write into a shared one (facts/slack.md §1.4).
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    logger,
    installerOptions: {
      clientOptions: {
        slackApiUrl: options.apiUrl,
        retryConfig: { forever: true, minTimeout: 500, maxTimeout: 5_000 },
      },
    },
  })
  const app = new App({
    token: options.botToken,
    receiver,
    logger,
    convoStore: false,
    deferInitialization: true,
    extendedErrorHandler: true,
    clientOptions: {
      slackApiUrl: options.apiUrl,
      timeout: CALL_TIMEOUT,
      retryConfig: { retries: 4, minTimeout: 200, maxTimeout: 5_000 },
    },
  })
  const identity = await app.client.auth.test()
  const team = identity.team_id ?? null
  const chat = slackChat(app.client, (error, form) =>
    options.log.warn({ error, form }, 'Slack took a poorer form'),
  )

  app.use(async ({ next }) => {
    state.running += 1
    try {
      await next()
    } finally {
      state.running -= 1
    }
  })
  askButton(app, { graph: options.graph, db: options.db, chat, team, now: options.now })
  askCommands(app, { graph: options.graph, team, now: options.now })
  app.error(async ({ error, body }: FaultArgs) => {
    await reportFault(error, body, options.log)
  })

  await app.init()
  await app.start()
  return {
    chat,
    async stop() {
      state.stopping = true
      await app.stop()
      // Bolt's stop does not wait for listeners: give them a moment to finish what they answer.
      for (let left = 50; state.running > 0 && left > 0; left--)
        await new Promise((done) => setTimeout(done, 100))
    },
  }
}

interface FaultArgs {
  readonly error: CodedError
  readonly logger: Logger
  readonly context: Context
  readonly body: AnyMiddlewareArgs['body']
}

/** Logs a fault under an id and tells it to the person, who can quote it. */
async function reportFault(error: CodedError, body: AnyMiddlewareArgs['body'], log: SlackLog): Promise<void> {
  const fault = randomBytes(2).toString('hex')
  log.error({ fault, err: (error as { original?: unknown }).original ?? error }, 'answering in Slack')
  const url = (body as { response_url?: unknown }).response_url
  if (typeof url !== 'string') return
  const message = notice({
    sentences: [
      [
        `Something broke while answering; it is logged as fault ${fault}. Try again; if it repeats, tell an administrator the fault.`,
      ],
    ],
    context: `fault ${fault}`,
    buttons: [],
  })
  try {
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message }),
      signal: AbortSignal.timeout(CALL_TIMEOUT),
    })
  } catch (err) {
    log.warn({ fault, err }, 'the person could not be told of the fault')
  }
}

/** Bolt's own lines: warnings and errors only, through our log; while stopping, a cut socket is no news. */
function quietLogger(log: SlackLog, stopping: () => boolean): Logger {
  const text = (parts: unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ')
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts: unknown[]) => {
      if (!stopping()) log.warn({}, text(parts))
    },
    error: (...parts: unknown[]) => {
      if (!stopping()) log.error({ err: parts.find((part) => part instanceof Error) ?? null }, text(parts))
    },
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  }
}
