import { setTimeout } from 'node:timers/promises'
import type { Finding, GuardDutyClient } from '@aws-sdk/client-guardduty'
import {
  type AllowedScope,
  type Consignment,
  type Cursor,
  type Feed,
  FeedFault,
  isPassing,
  NOTHING_GIVEN,
} from '../model/feed.ts'
import { partitionOf } from '../model/region.ts'
import { fromMillis, type Micros, parseTime } from '../model/time.ts'
import type { Clients, Place } from './clients.ts'
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
/** So many findings that are not given are remembered. */
const MOST_MISSING = 500

/** One detector's findings, either those that are archived or the others. */
interface Pass {
  readonly detector: string
  readonly isArchived: boolean
  /** Milliseconds since 1970. */
  readonly since: number
  /** Findings that were listed before and not given: asked for by their ids alone. */
  readonly ids?: readonly string[]
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
  /** Findings that were listed and not given, each with its detector. */
  readonly #missing = new Map<string, string>()

  constructor(clients: Clients, options: GuardDutyFeedOptions) {
    this.name = options.name
    this.pause = options.pause ?? PAUSE
    this.#clients = clients
    this.#options = options
  }

  get hasMore(): boolean {
    return this.#poll !== null
  }

  get standing(): FeedFault | null {
    const { size } = this.#missing
    if (size === 0) return null
    const names = [...this.#missing.keys()].slice(0, 5).join(', ')
    const words = `GuardDuty lists ${size} ${size === 1 ? 'finding' : 'findings'} that GetFindings does not give, for example ${names}.`
    return new FeedFault('incomplete', words)
  }

  async receive(cursor: Cursor | null, signal: AbortSignal): Promise<readonly Consignment[]> {
    const client = await this.#clients.guardduty(this.#options.place)
    try {
      this.#poll ??= await this.#begin(client, cursor, signal)
      const poll = this.#poll
      for (let pass = poll.passes[0]; pass !== undefined; pass = poll.passes[0]) {
        const { ids, nextToken } = await this.#list(client, poll, pass, signal)
        const findings = ids.length === 0 ? [] : await this.#get(client, pass.detector, ids, signal)
        poll.nextToken = nextToken
        if (nextToken === null) poll.passes.shift()
        if (findings.length > 0) return [this.#consignment(findings, pass, cursor)]
      }
      this.#poll = null
      // Nothing more: only that everything was asked for is to be remembered.
      return poll.wholeAt === null ? [] : [this.#whole(poll.wholeAt, cursor)]
    } catch (error) {
      // What only passes leaves the poll where it was.
      if (!(error instanceof FeedFault && isPassing(error))) this.#poll = null
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
    if (isWhole) this.#missing.clear()
    const kinds = DetectorIds.flatMap((detector) =>
      [false, true].map((isArchived) => ({ detector, isArchived })),
    )
    const recent = kinds.map((kind): Pass => {
      const latest = numberIn(cursor, keyOf(kind))
      return { ...kind, since: latest === null ? now() - ALL : Math.min(latest, now()) - OVERLAP }
    })
    // What is new does not wait for what was most likely seen.
    const whole = recent.filter(({ since }) => isWhole && since > now() - ALL)
    const again = DetectorIds.map((detector): Pass => {
      const ids = [...this.#missing].filter(([, own]) => own === detector).map(([id]) => id)
      return { detector, isArchived: false, since: 0, ids: ids.slice(0, PAGE) }
    })
    const passes = [
      ...recent,
      ...again.filter(({ ids }) => ids !== undefined && ids.length > 0),
      ...whole.map((kind) => ({ ...kind, since: now() - ALL })),
    ]
    return { passes, nextToken: null, wholeAt: isWhole ? now() : null }
  }

  /** Ids of the next page, and where the one after it begins. */
  async #list(
    client: GuardDutyClient,
    poll: Poll,
    { detector, isArchived, since, ids }: Pass,
    signal: AbortSignal,
  ): Promise<{ readonly ids: readonly string[]; readonly nextToken: string | null }> {
    if (ids !== undefined) return { ids, nextToken: null }
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
    const nextToken = page.NextToken === undefined || page.NextToken === '' ? null : page.NextToken
    return { ids: page.FindingIds ?? [], nextToken }
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
      // What was not given before is waited for until the next poll.
      if (tries > 0 && missing.every((id) => this.#missing.has(id))) break
      if (tries > 0) await setTimeout(RETRY * tries, null, { signal })
      const command = new GetFindingsCommand({ DetectorId: detector, FindingIds: missing })
      const { Findings = [] } = await this.#ask('GetFindings', () =>
        client.send(command, { abortSignal: signal }),
      )
      found.push(...Findings)
      const there = new Set(Findings.map(({ Id }) => Id))
      missing = missing.filter((id) => !there.has(id))
    }
    for (const { Id = '' } of found) this.#missing.delete(Id)
    for (const id of missing) if (this.#missing.size < MOST_MISSING) this.#missing.set(id, detector)
    return found
  }

  async #ask<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const { place } = this.#options
      const resource = `arn:${partitionOf(place.region)}:guardduty:${place.region}:*:detector/*`
      throw this.#clients.failed(error, { action: `guardduty:${name}`, resource }, place)
    }
  }

  #consignment(findings: readonly Finding[], pass: Pass, before: Cursor | null): Consignment {
    const times = findings.map(({ UpdatedAt = '' }) => (parseTime(UpdatedAt) ?? 0) / 1000)
    // Only ever what was seen: a clock of one's own may be ahead of GuardDuty's.
    // Nor a time to come, which would let everything until then go by unseen.
    const known = numberIn(before, keyOf(pass))
    const latest = Math.min(this.#options.now(), Math.floor(Math.max(known ?? 0, ...times)))
    const isOver = latest <= 0 || pass.ids !== undefined
    const cursor = isOver ? before : { ...before, [keyOf(pass)]: latest }
    // Of what was there before the first poll nobody knows how long it waited.
    const oldest = Math.min(...times.filter((at) => known !== null && at > known))
    const sentAt = oldest === Infinity ? null : fromMillis(oldest)
    return this.#parcel(JSON.stringify({ Findings: findings }), pass.detector, cursor, sentAt)
  }

  #whole(at: number, before: Cursor | null): Consignment {
    return this.#parcel('{"Findings":[]}', 'all', { ...before, whole: at }, null)
  }

  #parcel(text: string, detector: string, cursor: Cursor | null, sentAt: Micros | null): Consignment {
    return {
      from: `guardduty://${this.#options.place.region}/${detector}`,
      open: () => Promise.resolve(once(text)),
      given: NOTHING_GIVEN,
      allowed: this.#options.allowed,
      cursor,
      sentAt,
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
