import type { FilteredLogEvent, FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs'
import type { AllowedScope, Consignment, Cursor, Feed } from '../model/feed.ts'
import type { Scope } from '../model/scope.ts'
import { fromMillis } from '../model/time.ts'
import type { Clients, Place } from './clients.ts'
import { faultFrom } from './faults.ts'
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
/** So many ids of that time are remembered, so that most events of it are not read twice. */
const MOST_REMEMBERED = 200_000

/** The audit events of one cluster's log group, polled; a page of at most 10,000 at a time. */
export class LogsFeed implements Feed {
  readonly name: string
  readonly kind = 'logs'
  readonly pause: number
  readonly #clients: Clients
  readonly #options: LogsFeedOptions
  /** The poll under way: where it began, and the next page; null between two. */
  #poll: { readonly startTime: number; readonly nextToken: string } | null = null
  /** Ids that have landed, by when they happened; lost with the process, which costs a second reading. */
  readonly #landed = new Map<string, number>()

  constructor(clients: Clients, options: LogsFeedOptions) {
    this.name = options.name
    this.pause = options.pause ?? PAUSE
    this.#clients = clients
    this.#options = options
  }

  /** Pages without events are passed over: one may be empty and another still follow. */
  async receive(cursor: Cursor | null, signal: AbortSignal): Promise<readonly Consignment[]> {
    const latest = latestOf(cursor)
    const { now, since = SINCE } = this.#options
    const startTime = this.#poll?.startTime ?? Math.max(0, latest === null ? now() - since : latest - OVERLAP)
    let nextToken = this.#poll?.nextToken
    this.#poll = null
    while (!signal.aborted) {
      const page = await this.#page(startTime, nextToken, signal)
      if (page === null) break
      nextToken = page.nextToken
      const events = (page.events ?? []).filter(
        ({ eventId = '', logStreamName = STREAMS }) =>
          !this.#landed.has(eventId) && logStreamName.startsWith(STREAMS),
      )
      if (events.length > 0) {
        if (nextToken !== undefined) this.#poll = { startTime, nextToken }
        return [this.#consignment(events, latest)]
      }
      if (nextToken === undefined) break
    }
    return []
  }

  close(): void {
    this.#poll = null
  }

  /** Null when the signal came first. */
  async #page(
    startTime: number,
    nextToken: string | undefined,
    signal: AbortSignal,
  ): Promise<FilterLogEventsCommandOutput | null> {
    const { logGroup, place, given } = this.#options
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
      const resource = `arn:aws:logs:${place.region}:${given.account}:log-group:${logGroup}`
      throw faultFrom(error, { action: 'logs:FilterLogEvents', resource })
    })
  }

  #consignment(events: readonly FilteredLogEvent[], before: number | null): Consignment {
    const { logGroup, given, allowed } = this.#options
    const latest = Math.max(before ?? 0, ...chunked(events.map(({ timestamp }) => timestamp ?? 0)))
    const seen = Math.max(
      ...chunked(events.map(({ ingestionTime, timestamp }) => ingestionTime ?? timestamp ?? 0)),
    )
    // JSON has no newline inside a text: one between two fields may as well be a blank.
    const text = events.map(({ message = '' }) => `${message.replaceAll(/[\r\n]+/g, ' ')}\n`).join('')
    return {
      from: `logs:${logGroup}`,
      open: () => Promise.resolve(once(text)),
      given,
      allowed,
      cursor: { latest },
      sentAt: seen === 0 ? null : fromMillis(seen),
      acknowledge: () => {
        this.#remember(events, latest)
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

function latestOf(cursor: Cursor | null): number | null {
  const latest = cursor?.['latest']
  return typeof latest === 'number' && Number.isFinite(latest) ? latest : null
}

/** The largest of each thousand: a call takes only so many arguments. */
function chunked(numbers: readonly number[]): readonly number[] {
  const found: number[] = []
  for (let at = 0; at < numbers.length; at += 1000) found.push(Math.max(...numbers.slice(at, at + 1000)))
  return found
}
