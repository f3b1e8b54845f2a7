import type { FilteredLogEvent, FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs'
import { type AllowedScope, type Consignment, type Cursor, type Feed, isPassing } from '../model/feed.ts'
import { partitionOf } from '../model/region.ts'
import type { Scope } from '../model/scope.ts'
import { fromMillis } from '../model/time.ts'
import type { Clients, Place } from './clients.ts'
import { once } from './once.ts'

export interface LogsFeedOptions {
  readonly name: string
  readonly place: Place
  readonly logGroup: string
  /** The cluster whose events these are. */
  readonly given: Scope
  readonly allowed: readonly AllowedScope[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds that the first poll looks back. */
  readonly since?: number
  /** Milliseconds from the end of one poll to the next. */
  readonly pause?: number
}

/** Only these streams hold audit events. */
const STREAMS = 'kube-apiserver-audit'
const SINCE = 86_400_000
const PAUSE = 10_000
/** Events come late: each poll asks again from so long before the latest one that was seen, in milliseconds. */
const OVERLAP = 600_000
/** Some come later than that: now and then a poll asks again from longer before, in milliseconds. */
const LONG_OVERLAP = 7_200_000
const LONG_EVERY = 3_600_000
/** So many ids of that time are remembered, so that most events of it are not read twice. */
const MOST_REMEMBERED = 200_000

interface Poll {
  /** Milliseconds since 1970. */
  readonly startTime: number
  readonly isLong: boolean
  /** Page that comes next. */
  nextToken: string | undefined
  /** When the latest event arrived that had landed before it, in milliseconds since 1970. */
  readonly arrived: number
}

/** The audit events of one cluster's log group, polled; a page of at most 10,000 at a time. */
export class LogsFeed implements Feed {
  readonly name: string
  readonly kind = 'logs'
  readonly pause: number
  readonly #clients: Clients
  readonly #options: LogsFeedOptions
  /** The poll under way: null between two. */
  #poll: Poll | null = null
  /** When a poll of the longer time last came to its end; the first poll goes on from where the process before ended. */
  #longAt: number
  /** The latest arrival that has landed, in milliseconds since 1970: what arrived later is new. */
  #arrived = 0
  /** Ids that have landed, by when they happened; lost with the process, which costs a second reading. */
  readonly #landed = new Map<string, number>()

  constructor(clients: Clients, options: LogsFeedOptions) {
    this.name = options.name
    this.pause = options.pause ?? PAUSE
    this.#clients = clients
    this.#options = options
    this.#longAt = options.now()
  }

  get hasMore(): boolean {
    return this.#poll !== null
  }

  /** Pages without events are passed over: one may be empty and another still follow. */
  async receive(cursor: Cursor | null, signal: AbortSignal): Promise<readonly Consignment[]> {
    const latest = latestOf(cursor, this.#options.now())
    const poll = this.#poll ?? this.#begin(latest)
    this.#poll = null
    while (!signal.aborted) {
      const page = await this.#page(poll, signal)
      if (page === null) break
      poll.nextToken = page.nextToken
      if (poll.isLong && poll.nextToken === undefined) this.#longAt = this.#options.now()
      const events = (page.events ?? []).filter(
        ({ eventId = '', logStreamName = STREAMS }) =>
          !this.#landed.has(eventId) && logStreamName.startsWith(STREAMS),
      )
      if (events.length > 0) {
        if (poll.nextToken !== undefined) this.#poll = poll
        return [this.#consignment(events, latest, poll.arrived)]
      }
      if (poll.nextToken === undefined) break
    }
    return []
  }

  close(): void {
    this.#poll = null
  }

  #begin(latest: number | null): Poll {
    const { now, since = SINCE } = this.#options
    const isLong = now() - this.#longAt >= LONG_EVERY
    const from = latest === null ? now() - since : latest - (isLong ? LONG_OVERLAP : OVERLAP)
    const arrived = Math.max(this.#arrived, latest ?? 0)
    return { startTime: Math.max(0, from), isLong, nextToken: undefined, arrived }
  }

  /** Null when the signal came first. What only passes leaves the poll where it was. */
  async #page(poll: Poll, signal: AbortSignal): Promise<FilterLogEventsCommandOutput | null> {
    const { logGroup, place, given } = this.#options
    const { startTime, nextToken } = poll
    const client = await this.#clients.logs(place)
    const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs')
    const command = new FilterLogEventsCommand({
      logGroupName: logGroup,
      logStreamNamePrefix: STREAMS,
      startTime,
      ...(nextToken !== undefined && { nextToken }),
    })
    return client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (signal.aborted) return null
      const resource = `arn:${partitionOf(place.region)}:logs:${place.region}:${given.account}:log-group:${logGroup}:*`
      const fault = this.#clients.failed(error, { action: 'logs:FilterLogEvents', resource }, place)
      if (isPassing(fault)) this.#poll = poll
      throw fault
    })
  }

  /** `arrived`: what arrived until then had been there before this poll. */
  #consignment(events: readonly FilteredLogEvent[], before: number | null, arrived: number): Consignment {
    const { logGroup, given, allowed, now } = this.#options
    // A time that has not come yet would let everything until then go by unseen.
    const seen = Math.max(
      before ?? 0,
      ...chunked(
        Math.max,
        events.map(({ timestamp }) => timestamp ?? 0),
      ),
    )
    const latest = Math.min(seen, now())
    const arrivals = events.map(({ ingestionTime, timestamp }) => ingestionTime ?? timestamp ?? 0)
    const oldest = Math.min(
      ...chunked(
        Math.min,
        arrivals.filter((at) => at > arrived),
      ),
    )
    // JSON has no newline inside a text: one between two fields may as well be a blank.
    const text = events.map(({ message = '' }) => `${message.replaceAll(/[\r\n]+/g, ' ')}\n`).join('')
    return {
      from: `logs:${logGroup}`,
      open: () => Promise.resolve(once(text)),
      given,
      allowed,
      cursor: { latest },
      sentAt: oldest === Infinity ? null : fromMillis(oldest),
      acknowledge: () => {
        this.#remember(events, latest)
        this.#arrived = Math.min(now(), Math.max(this.#arrived, ...chunked(Math.max, arrivals)))
        return Promise.resolve()
      },
      giveBack: () => {
        // Asked again from what was remembered last.
        this.#poll = null
        return Promise.resolve()
      },
    }
  }

  #remember(events: readonly FilteredLogEvent[], latest: number): void {
    for (const { eventId, timestamp } of events)
      if (eventId !== undefined) this.#landed.set(eventId, timestamp ?? 0)
    const oldest = latest - OVERLAP
    for (const [id, at] of this.#landed) {
      if (at >= oldest && this.#landed.size <= MOST_REMEMBERED) break
      this.#landed.delete(id)
    }
  }
}

/** What was remembered, and never a time to come. */
function latestOf(cursor: Cursor | null, now: number): number | null {
  const latest = cursor?.['latest']
  return typeof latest === 'number' && Number.isFinite(latest) ? Math.min(latest, now) : null
}

/** The largest or smallest of each thousand: a call takes only so many arguments. */
function chunked(pick: (...numbers: number[]) => number, numbers: readonly number[]): readonly number[] {
  const found: number[] = []
  for (let at = 0; at < numbers.length; at += 1000) found.push(pick(...numbers.slice(at, at + 1000)))
  return found
}
