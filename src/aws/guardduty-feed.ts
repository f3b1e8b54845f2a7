import { setTimeout } from 'node:timers/promises'
import type { Finding, GuardDutyClient } from '@aws-sdk/client-guardduty'
import {
  type AllowedScope,
  type Consignment,
  type Cursor,
  type Feed,
  FeedFault,
  NOTHING_GIVEN,
} from '../model/feed.ts'
import { fromMillis, parseTime } from '../model/time.ts'
import type { Clients, Place } from './clients.ts'
import { faultFrom } from './faults.ts'
import { once } from './once.ts'

export interface GuardDutyFeedOptions {
  readonly name: string
  readonly place: Place
  readonly allowed: readonly AllowedScope[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds from the end of one poll to the next. */
  readonly pause?: number
}

const PAUSE = 60_000
/** The most ids of a page, and of a request for findings. */
const PAGE = 50
/** Each poll asks again from so long before the latest finding seen, in milliseconds. */
const OVERLAP = 600_000
const WEEK = 7 * 86_400_000
/** What GuardDuty keeps: asked for whole the first time and once a week, so that nothing that was missed stays missed. */
const ALL = 90 * 86_400_000
/** Findings that are listed and not there are asked for again, so often. */
const TRIES = 3
const RETRY = 200

/** One detector's findings, either those that are archived or the others. */
interface Pass {
  readonly detector: string
  readonly isArchived: boolean
  /** Milliseconds since 1970. */
  readonly since: number
}

/** A poll under way: passes that are left, the first one's next page, and when it began if it asks for everything. */
interface Poll {
  readonly passes: Pass[]
  nextToken: string | null
  readonly wholeAt: number | null
}

/**
 * The findings of one account and region, by polling: recurrences are seen there sooner than on EventBridge. Archived ones too,
 * since who archives a finding may be who caused it.
 */
export class GuardDutyFeed implements Feed {
  readonly name: string
  readonly kind = 'guardduty'
  readonly pause: number
  readonly #clients: Clients
  readonly #options: GuardDutyFeedOptions
  #poll: Poll | null = null
  /** Told when more is asked for. */
  #fault: FeedFault | null = null

  constructor(clients: Clients, options: GuardDutyFeedOptions) {
    this.name = options.name
    this.pause = options.pause ?? PAUSE
    this.#clients = clients
    this.#options = options
  }

  async receive(cursor: Cursor | null, signal: AbortSignal): Promise<readonly Consignment[]> {
    const fault = this.#fault
    this.#fault = null
    if (fault !== null) throw fault
    const client = await this.#clients.guardduty(this.#options.place)
    try {
      this.#poll ??= await this.#begin(client, cursor, signal)
      const poll = this.#poll
      for (let pass = poll.passes[0]; pass !== undefined; pass = poll.passes[0]) {
        const ids = await this.#list(client, poll, pass, signal)
        if (ids.length === 0) continue
        const findings = await this.#get(client, pass.detector, ids, signal)
        return [this.#consignment(findings, pass, cursor)]
      }
      this.#poll = null
      // Nothing more: only that everything was asked for is to be remembered.
      return poll.wholeAt === null ? [] : [this.#whole(poll.wholeAt, cursor)]
    } catch (error) {
      this.#poll = null
      if (signal.aborted) return []
      throw error
    }
  }

  close(): void {
    this.#poll = null
  }

  async #begin(client: GuardDutyClient, cursor: Cursor | null, signal: AbortSignal): Promise<Poll> {
    const { place, now } = this.#options
    const { ListDetectorsCommand } = await import('@aws-sdk/client-guardduty')
    const { DetectorIds = [] } = await this.#ask('ListDetectors', () =>
      client.send(new ListDetectorsCommand({}), { abortSignal: signal }),
    )
    if (DetectorIds.length === 0)
      throw new FeedFault('detector-missing', `There is no GuardDuty detector in ${place.region}.`)
    const wholeBefore = numberIn(cursor, 'whole')
    const isWhole = wholeBefore === null || now() - wholeBefore >= WEEK
    const passes = DetectorIds.flatMap((detector) =>
      [false, true].map((isArchived): Pass => {
        const latest = isWhole ? null : numberIn(cursor, keyOf({ detector, isArchived }))
        return { detector, isArchived, since: latest === null ? now() - ALL : latest - OVERLAP }
      }),
    )
    return { passes, nextToken: null, wholeAt: isWhole ? now() : null }
  }

  /** Ids of the next page; goes on to the next pass where this one ends. */
  async #list(
    client: GuardDutyClient,
    poll: Poll,
    { detector, isArchived, since }: Pass,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { ListFindingsCommand } = await import('@aws-sdk/client-guardduty')
    const command = new ListFindingsCommand({
      DetectorId: detector,
      FindingCriteria: {
        Criterion: {
          updatedAt: { GreaterThanOrEqual: since },
          'service.archived': { Equals: [String(isArchived)] },
        },
      },
      SortCriteria: { AttributeName: 'updatedAt', OrderBy: 'ASC' },
      MaxResults: PAGE,
      ...(poll.nextToken !== null && { NextToken: poll.nextToken }),
    })
    const page = await this.#ask('ListFindings', () => client.send(command, { abortSignal: signal }))
    poll.nextToken = page.NextToken === undefined || page.NextToken === '' ? null : page.NextToken
    if (poll.nextToken === null) poll.passes.shift()
    return page.FindingIds ?? []
  }

  async #get(
    client: GuardDutyClient,
    detector: string,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Finding[]> {
    const { GetFindingsCommand } = await import('@aws-sdk/client-guardduty')
    const found: Finding[] = []
    let missing = ids.slice(0, PAGE)
    for (let tries = 0; missing.length > 0 && tries < TRIES; tries++) {
      if (tries > 0) await setTimeout(RETRY * tries, null, { signal })
      const command = new GetFindingsCommand({ DetectorId: detector, FindingIds: missing })
      const { Findings = [] } = await this.#ask('GetFindings', () =>
        client.send(command, { abortSignal: signal }),
      )
      found.push(...Findings)
      const there = new Set(Findings.map(({ Id }) => Id))
      missing = missing.filter((id) => !there.has(id))
    }
    if (missing.length > 0) {
      const names = missing.slice(0, 5).join(', ')
      const words = `GuardDuty lists ${missing.length} ${missing.length === 1 ? 'finding' : 'findings'} that GetFindings does not give, for example ${names}.`
      this.#fault = new FeedFault('incomplete', words)
    }
    return found
  }

  async #ask<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const resource = `arn:aws:guardduty:${this.#options.place.region}:*:detector/*`
      throw faultFrom(error, { action: `guardduty:${name}`, resource })
    }
  }

  #consignment(findings: readonly Finding[], pass: Pass, before: Cursor | null): Consignment {
    const times = findings.map(({ UpdatedAt = '' }) => (parseTime(UpdatedAt) ?? 0) / 1000)
    // Only ever what was seen: a clock of one's own may be ahead of GuardDuty's.
    const latest = Math.floor(Math.max(numberIn(before, keyOf(pass)) ?? 0, ...times))
    const cursor = latest === 0 ? before : { ...before, [keyOf(pass)]: latest }
    const newest = Math.max(0, ...times)
    return this.#parcel(JSON.stringify({ Findings: findings }), pass.detector, cursor, newest)
  }

  #whole(at: number, before: Cursor | null): Consignment {
    return this.#parcel('{"Findings":[]}', 'all', { ...before, whole: at }, 0)
  }

  #parcel(text: string, detector: string, cursor: Cursor | null, newest: number): Consignment {
    return {
      from: `guardduty://${this.#options.place.region}/${detector}`,
      open: () => Promise.resolve(once(text)),
      given: NOTHING_GIVEN,
      allowed: this.#options.allowed,
      cursor,
      sentAt: newest === 0 ? null : fromMillis(newest),
      acknowledge: () => Promise.resolve(),
      giveBack: () => {
        // Asked again from what was remembered last.
        this.#poll = null
        return Promise.resolve()
      },
    }
  }
}

function keyOf({ detector, isArchived }: Pick<Pass, 'detector' | 'isArchived'>): string {
  return `${detector} ${isArchived ? 'archived' : 'current'}`
}

function numberIn(cursor: Cursor | null, key: string): number | null {
  const value = cursor !== null && Object.hasOwn(cursor, key) ? cursor[key] : null
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
