import { randomUUID } from 'node:crypto'
import { firstReply } from '../blocks/first-reply.ts'
import { incidentCard } from '../blocks/incident-card.ts'
import { joinedCard } from '../blocks/joined-card.ts'
import { opsMessage } from '../blocks/ops-message.ts'
import { proposalCard, proposalLine } from '../blocks/proposal-card.ts'
import { threadLine } from '../blocks/thread-line.ts'
import { noteConfigured } from './approvals/configured.ts'
import { forgetDrafts } from './approvals/drafts.ts'
import type { ApprovalPorts } from './approvals/ports.ts'
import { sweepExpired } from './approvals/sweep.ts'
import { loadProposal } from './approvals/view.ts'
import { openJobSender, startJobWorker } from './db/jobs.ts'
import { open, READER, readonly } from './db/open.ts'
import type { RoleUrls } from './db/roles.ts'
import { GraphWriter } from './graph/writer.ts'
import { cardsBehindLogs } from './incidents/logs.ts'
import type { AbsorbDeps } from './ingest/absorb.ts'
import { every } from './jobs/every.ts'
import { type RefreshCardPorts, refreshCard, staleCards } from './jobs/refresh-card.ts'
import { refreshProposal, staleProposals } from './jobs/refresh-proposal.ts'
import { tellFeeds } from './jobs/tell-feeds.ts'
import { Tidier } from './jobs/tidy.ts'
import type { Graph } from './lookups/lookup.ts'
import type { Reader } from './model/action.ts'
import type { AnchorSink } from './model/anchor.ts'
import type { RosterSource } from './model/roster.ts'
import { fromMillis, type Micros } from './model/time.ts'
import type { SlackTransport } from './slack/app.ts'
import type { FaultLog } from './slack/fault.ts'
import { forgetInteractions } from './slack/once.ts'
import { anchorTrail } from './trail/anchor.ts'

/** Something that was started and is stopped again, in reverse order. */
export interface Running {
  close(): Promise<void>
}

export interface Log extends FaultLog {
  info(fields: object, message: string): void
  debug(fields: object, message: string): void
}

export function now(): Micros {
  return fromMillis(Date.now())
}

/** Ingest as its role: writes the graph and incidents, and sends jobs; over at most so many connections. */
export async function wireIngest(
  urls: Pick<RoleUrls, 'ingest'>,
  max?: number,
): Promise<AbsorbDeps & Running> {
  // A writer waits for the lease of a scope as long as another one's batch takes.
  const opened = open(urls.ingest, 'firebreak ingest', {
    session: ['-c lock_timeout=60000'],
    ...(max !== undefined && { max }),
  })
  const jobs = await openJobSender(opened.pool)
  return {
    pool: opened.pool,
    writer: new GraphWriter(),
    jobs,
    now,
    async close() {
      await jobs.close()
      await opened.close()
    },
  }
}

/**
 * What tidies the graph, on a connection of its own: packing much takes long, and gives way when it has to wait. `stop` cancels
 * what is being done, which leaves everything as it was.
 */
export function wireTidy(
  urls: Pick<RoleUrls, 'ingest'>,
  warn: (err: unknown, message: string) => void,
): { readonly tidier: Tidier; stop(): Promise<void> } & Running {
  const session = ['-c statement_timeout=3600000', '-c lock_timeout=5000']
  // Containers may number their processes alike, and each cancels only what is its own.
  const name = `firebreak tidy ${randomUUID()}`
  const opened = open(urls.ingest, name, { max: 2, session })
  const closed = new AbortController()
  const tidier = new Tidier({ pool: opened.pool, now, warn, signal: closed.signal })
  const stop = async (): Promise<void> => {
    closed.abort()
    if (tidier.isRunning) await opened.pool.query(CANCEL, [name]).catch(() => undefined)
  }
  return {
    tidier,
    stop,
    async close() {
      await stop()
      await opened.close()
    },
  }
}

const CANCEL = `select pg_cancel_backend(pid) from pg_stat_activity
                where application_name = $1 and state = 'active' and pid <> pg_backend_pid()`

/** How often the graph is tidied, in milliseconds; most times there is nothing to do. */
const TIDY = 600_000

/** Tidies the graph now, and again and again until it is closed. */
export function wireTidying(urls: Pick<RoleUrls, 'ingest'>, log: Log): Running {
  const tidying = wireTidy(urls, (err, message) => log.error({ err }, message))
  const warn = (err: unknown): void => log.error({ err }, 'tidying the graph')
  const running = every({ first: 0, pause: TIDY, warn }, async () => {
    const tidied = await tidying.tidier.run()
    log.debug(tidied, 'tidied the graph')
  })
  return {
    async close() {
      await Promise.all([tidying.close(), running.close()])
    },
  }
}

/** The graph as the reader's role, which can only select. */
export function wireReader(urls: Pick<RoleUrls, 'reader'>): { readonly graph: Graph } & Running {
  const opened = open(urls.reader, 'firebreak reader', READER)
  return { graph: readonly(opened.db), close: () => opened.close() }
}

export interface BotOptions {
  readonly urls: Pick<RoleUrls, 'bot' | 'reader'>
  readonly apiUrl: string
  readonly botToken: string
  readonly transport: SlackTransport
  /** Channel in which cards are posted. */
  readonly channel: string
  /** Channel that is told what is wrong with Firebreak itself. */
  readonly opsChannel: string
  /** Witnesses of the trail outside the database. */
  readonly sinks: readonly AnchorSink[]
  /** Who is who and may do what. */
  readonly roster: RosterSource
  /** What reads a cluster, by scope; null: nothing here does. */
  readonly readerFor: (scope: string) => Reader | null
  /** The machine's clock when absent. */
  readonly clock?: () => Micros
  readonly log: Log
}

/** How often cards that fell behind are looked for, in milliseconds: a job gives up after a long outage of Slack. */
const CATCH_UP = 60_000

/** How often feeds are looked at for what to tell of them, in milliseconds. */
const TELL = 10_000

/** The bot: answers in Slack, posts and redraws cards. Catches up with cards that an earlier run left behind. */
export async function wireBot(
  options: BotOptions,
): Promise<Running & { readonly requestUrl: string | null }> {
  const { urls, log, channel, clock = now } = options
  // Bolt takes a quarter of a second to load: only who starts a bot pays for it.
  const { startSlack } = await import('./slack/app.ts')
  const parts: Running[] = []
  const close = async (): Promise<void> => {
    for (const part of parts.splice(0).toReversed()) await part.close()
  }
  try {
    const reader = wireReader(urls)
    parts.push(reader)
    const bot = open(urls.bot, 'firebreak bot')
    parts.push(bot)
    const jobs = await openJobSender(bot.pool)
    parts.push(jobs)
    const approvals: ApprovalPorts = { pool: bot.pool, roster: options.roster, jobs }
    const slack = await startSlack({
      apiUrl: options.apiUrl,
      botToken: options.botToken,
      transport: options.transport,
      graph: reader.graph,
      db: bot.db,
      desk: { approvals, readerFor: options.readerFor },
      lockChannels: [channel, options.opsChannel],
      now: clock,
      log,
    })
    parts.push({ close: () => slack.stop() })
    const ports: RefreshCardPorts = {
      db: bot.db,
      graph: reader.graph,
      chat: slack.chat,
      channel,
      now: clock,
      linkTo: (place) => slack.linkTo(place),
      warn: (err, message) => log.warn({ err }, message),
      draw: { card: incidentCard, joined: joinedCard, reply: firstReply, line: threadLine },
    }
    const refresh = oneAtATime((incident: number) => refreshCard(ports, incident))
    const refreshPlan = oneAtATime((proposal: number) =>
      refreshProposal(
        {
          db: bot.db,
          chat: slack.chat,
          now: clock,
          load: (number) => loadProposal(approvals, number),
          draw: { card: proposalCard, line: proposalLine },
          redrawIncident: refresh,
        },
        proposal,
      ),
    )
    // One card that cannot be drawn or posted keeps no other from being so.
    const catchUp = async (): Promise<void> => {
      for (const incident of [...(await staleCards(bot.db)), ...(await cardsBehindLogs(bot.db))]) {
        await refresh(incident).catch((err: unknown) =>
          log.error({ err }, `catching up with INC-${incident}`),
        )
      }
      for (const proposal of await staleProposals(bot.db)) {
        await refreshPlan(proposal).catch((err: unknown) =>
          log.error({ err }, `catching up with P-${proposal}`),
        )
      }
    }
    const again = (what: string, work: () => Promise<void>, pause = CATCH_UP): Running =>
      every({ first: pause, pause, warn: (err) => log.error({ err }, what) }, work)
    const ops = { db: bot.db, chat: slack.chat, channel: options.opsChannel, now: clock, draw: opsMessage }
    const configured = async (): Promise<void> => {
      const [roster, problem] = [options.roster.current(), options.roster.problem()]
      if (problem !== null)
        log.error({ err: new Error(problem) }, 'the configuration file: no vote counts until it is right')
      await noteConfigured(bot.pool, { roster, problem })
    }
    await configured()
    options.roster.onChange(() => {
      configured().catch((err: unknown) => log.error({ err }, 'noting the configuration on the trail'))
    })
    await catchUp()
    const worker = await startJobWorker(
      urls.bot,
      {
        'refresh-card': ({ incident }) => refresh(incident),
        'refresh-proposal': ({ proposal }) => refreshPlan(proposal),
      },
      (err, job) => log.error({ err }, `job ${job}`),
    )
    parts.push(worker)
    parts.push(
      again('looking for cards that fell behind', catchUp),
      again('forgetting old interactions', () => forgetInteractions(bot.db, clock())),
      again('forgetting drafts', () => forgetDrafts(bot.db, clock())),
      again('ending what nobody decided', async () => void (await sweepExpired(approvals)), TELL),
      again('anchoring the trail', async () => {
        const { failed } = await anchorTrail(bot.db, options.sinks, clock())
        for (const { sink, error } of failed) log.error({ err: error }, `anchoring the trail: ${sink}`)
      }),
      again('telling of feeds', () => tellFeeds(ops), TELL),
    )
    return { close, requestUrl: slack.requestUrl }
  } catch (error) {
    await close().catch((err: unknown) => log.error({ err }, 'closing what had started'))
    throw error
  }
}

/** Runs the work of one key after the other, so that no incident's card is posted twice at the same time. */
function oneAtATime(work: (key: number) => Promise<void>): (key: number) => Promise<void> {
  const waiting = new Map<number, Promise<void>>()
  return (key) => {
    const before = waiting.get(key) ?? Promise.resolve()
    const mine = before.catch(() => undefined).then(() => work(key))
    waiting.set(key, mine)
    const forget = (): void => {
      if (waiting.get(key) === mine) waiting.delete(key)
    }
    mine.then(forget, forget)
    return mine
  }
}
