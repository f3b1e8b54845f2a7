import {
  type AnyMiddlewareArgs,
  App,
  type CodedError,
  type Context,
  type Logger,
  LogLevel,
  type Receiver,
  SocketModeReceiver,
} from '@slack/bolt'
import type { Kysely } from 'kysely'
import type { QuestionValue } from '../../blocks/ids.ts'
import type { Database } from '../db/tables.ts'
import type { Graph } from '../lookups/lookup.ts'
import type { Chat } from '../model/chat.ts'
import { tokenProblem } from '../model/practice.ts'
import type { Micros } from '../model/time.ts'
import { accountFacts, type DeskPorts } from './actor.ts'
import { askButton } from './ask-button.ts'
import { askCommands } from './ask-command.ts'
import { askIncident } from './ask-modal.ts'
import { sharedChannels } from './channels.ts'
import { contain } from './contain.ts'
import { type FaultLog, reportFault } from './fault.ts'
import { appHome } from './home.ts'
import { httpDoor } from './http-door.ts'
import { messageUrl, type Place } from './link.ts'
import { noteAsk } from './note-ask.ts'
import { slackChat } from './post.ts'
import { share } from './share.ts'
import { CALL_TIMEOUT, earOf } from './tell.ts'
import { votes } from './votes.ts'

export interface SlackOptions {
  readonly apiUrl: string
  readonly botToken: string
  readonly transport: SlackTransport
  readonly graph: Graph
  readonly db: Kysely<Database>
  readonly desk: Pick<DeskPorts, 'approvals' | 'readerFor'>
  /** Channels that hear of a lock. */
  readonly lockChannels: readonly string[]
  readonly now: () => Micros
  readonly log: FaultLog
}

/** How Slack reaches the app: over a socket that the app opens, or by signed requests to an address of it. */
export type SlackTransport =
  | { readonly kind: 'socket'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string; readonly host: string; readonly port: number }

export interface SlackApp {
  readonly chat: Chat
  /** The link to a message. */
  linkTo(place: Place): string
  /** The address for Slack's request URL; null in Socket Mode. */
  readonly requestUrl: string | null
  stop(): Promise<void>
}

/**
 * Starts the Bolt app and returns when Slack can reach it. Throws when Slack refuses the tokens, and before anything is
 * sent when tokens and address do not belong together. `stop` waits for listeners that still run.
 */
export async function startSlack(options: SlackOptions): Promise<SlackApp> {
  const { transport } = options
  const tokens = [options.botToken, ...(transport.kind === 'socket' ? [transport.appToken] : [])]
  const problem = tokenProblem(options.apiUrl, tokens)
  if (problem !== null) throw new Error(problem)
  const state = { running: 0, stopping: false }
  const logger = quietLogger(options.log, () => state.stopping)
  const way =
    transport.kind === 'socket'
      ? socketWay(options.apiUrl, transport.appToken, logger)
      : httpWay(transport, logger, options)
  const app = new App({
    token: options.botToken,
    receiver: way.receiver,
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
  const { graph, db, now, log } = options
  const isShared = sharedChannels(app.client, () => now() / 1_000)
  const asked = { approvals: options.desk.approvals, team, log }
  const ports = {
    graph,
    db,
    chat,
    team,
    isShared,
    now,
    log,
    noteAsk: (question: QuestionValue, person: string) => noteAsk(asked, question, person),
  }
  askButton(app, ports)
  const desk = { ...ports, ...options.desk, factsOf: accountFacts(app.client, () => now() / 1_000) }
  askCommands(app, { ...desk, lockChannels: options.lockChannels })
  contain(app, desk)
  votes(app, { ...desk, lockChannels: options.lockChannels })
  share(app, ports)
  askIncident(app, ports)
  const workspaceUrl = identity.url ?? 'https://slack.com/'
  appHome(app, { ...desk, workspaceUrl })
  app.error(async ({ error, body }: FaultArgs) => {
    await reportFault(error, earOf(body, chat), options.log)
  })

  await app.init()
  const requestUrl = await way.open(app)
  return {
    chat,
    linkTo: (place) => messageUrl(workspaceUrl, place),
    requestUrl,
    async stop() {
      state.stopping = true
      await way.close(app)
      // Bolt's stop does not wait for listeners: give them a moment to finish what they answer.
      for (let left = 50; state.running > 0 && left > 0; left--)
        await new Promise((done) => setTimeout(done, 100))
    },
  }
}

/** A receiver, and how it is opened and closed. */
interface Way {
  readonly receiver: Receiver
  open(app: App): Promise<string | null>
  close(app: App): Promise<void>
}

function socketWay(slackApiUrl: string, appToken: string, logger: Logger): Way {
  // Each client gets an options object of its own: Bolt's parts write into a shared one (facts/slack.md §1.4).
  const retryConfig = { forever: true, minTimeout: 500, maxTimeout: 5_000 }
  const installerOptions = { clientOptions: { slackApiUrl, retryConfig } }
  return {
    receiver: new SocketModeReceiver({ appToken, logger, installerOptions }),
    async open(app) {
      await app.start()
      return null
    },
    async close(app) {
      await app.stop()
    },
  }
}

function httpWay(
  transport: Extract<SlackTransport, { kind: 'http' }>,
  logger: Logger,
  { log, now }: Pick<SlackOptions, 'log' | 'now'>,
): Way {
  const { signingSecret, host, port } = transport
  const refused = (why: string): void => log.warn({ why }, 'a request to the request URL was turned away')
  const door = httpDoor({ signingSecret, host, port, logger, now: () => now() / 1_000, refused })
  return { receiver: door.receiver, open: () => door.listen(), close: () => door.close() }
}

/** What Bolt's error handler gets; Bolt does not export the type. */
interface FaultArgs {
  readonly error: CodedError
  readonly logger: Logger
  readonly context: Context
  readonly body: AnyMiddlewareArgs['body']
}

/** Bolt's own lines: warnings and errors only, through our log; while stopping, a cut socket is no news. */
function quietLogger(log: FaultLog, stopping: () => boolean): Logger {
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
