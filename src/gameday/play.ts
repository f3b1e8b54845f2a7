import { recognises } from '../sources/index.ts'
import type { Hint, Scenario, TimedRecord } from './scenario.ts'

/** What the page shows of a play. `at` and `length` are seconds of play. */
export interface PlayState {
  readonly name: string
  readonly state: 'playing' | 'paused' | 'done' | 'stopped'
  readonly at: number
  readonly length: number
  readonly hints: readonly Hint[]
  /** Records that came due and that no source reads yet. */
  readonly heldBack: number
}

/** How far a play has come: what a next start has to know. */
export interface Progress {
  readonly at: number
  readonly heldBack: number
  readonly isDone: boolean
}

/** Time as a player needs it, in milliseconds; tests bring their own. */
export interface PlayClock {
  now(): number
  /** Calls back once; the returned function takes it back. */
  after(millis: number, call: () => void): () => void
}

export interface PlayPorts {
  readonly clock: PlayClock
  /** Takes records in, in this order, all or none; taking them in twice changes nothing. */
  readonly absorb: (records: readonly TimedRecord[]) => Promise<void>
  readonly save: (progress: Progress) => Promise<void>
  /** Hears once of what keeps the play from going on. */
  readonly warn: (err: unknown, message: string) => void
}

/** Records of one transaction. */
const BATCH = 500
/** Milliseconds: how often records are looked for, and how soon a batch that failed is tried again. */
const PAUSE = 250
const RETRY = 1_000

/** Feeds the records of a scenario when they are due. */
export class Player {
  readonly #scenario: Scenario
  readonly #ports: PlayPorts
  readonly #listeners = new Set<() => void>()
  #state: PlayState['state'] = 'paused'
  /** Seconds played up to `#since`, and when the clock was let run, in milliseconds. */
  #played = 0
  #since = 0
  #fed = 0
  #heldBack = 0
  #wake: () => void = () => undefined
  #running: Promise<void> = Promise.resolve()

  constructor(scenario: Scenario, ports: PlayPorts) {
    this.#scenario = scenario
    this.#ports = ports
  }

  /** Plays from the beginning; resolves when everything is in, or the player was stopped. */
  start(): Promise<void> {
    this.resume()
    this.#running = this.#run()
    return this.#running
  }

  pause(): void {
    if (this.#state === 'playing') this.#become('paused')
  }

  resume(): void {
    if (this.#state === 'paused') this.#become('playing')
  }

  /** Ends the play where it is; resolves when the last batch is through and the place is noted. */
  async stop(): Promise<void> {
    if (this.#state !== 'done') this.#become('stopped')
    await this.#running
  }

  state(): PlayState {
    const { name, length, hints } = this.#scenario
    const at = Math.round(this.#at() * 10) / 10
    return { name, state: this.#state, at, length, hints, heldBack: this.#heldBack }
  }

  /** Calls back when the play begins, pauses, goes on or ends. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  #at(): number {
    const running = this.#state === 'playing' ? (this.#ports.clock.now() - this.#since) / 1000 : 0
    return Math.min(this.#scenario.length, this.#played + running)
  }

  #become(state: PlayState['state']): void {
    this.#played = this.#at()
    this.#since = this.#ports.clock.now()
    this.#state = state
    this.#wake()
    for (const listener of this.#listeners) listener()
  }

  async #run(): Promise<void> {
    const { records, length } = this.#scenario
    // Noted before the first record: whoever is killed before it comes in begins again with the same seed, and whoever
    // is killed after it finds what its records were.
    await this.#insist(() => this.#ports.save(this.#progress()))
    while (!this.#isOver()) {
      const due = this.#due()
      if (due.length > 0) await this.#feed(due)
      else if (this.#fed === records.length && this.#at() >= length) break
      else await this.#wait(this.#untilNext())
    }
    if (!this.#isOver()) this.#become('done')
    await this.#ports.save(this.#progress()).catch((err: unknown) => {
      this.#ports.warn(err, 'noting how far the scenario was played')
    })
  }

  #isOver(): boolean {
    return this.#state === 'stopped'
  }

  #due(): readonly TimedRecord[] {
    if (this.#state !== 'playing') return []
    const at = this.#at()
    const next = this.#scenario.records.slice(this.#fed, this.#fed + BATCH)
    const later = next.findIndex(({ arrives }) => arrives > at)
    return later < 0 ? next : next.slice(0, later)
  }

  async #feed(due: readonly TimedRecord[]): Promise<void> {
    const readable = due.filter(({ raw }) => recognises(raw))
    const heldBack = this.#heldBack + due.length - readable.length
    const isIn = await this.#insist(async () => {
      if (readable.length > 0) await this.#ports.absorb(readable)
      await this.#ports.save({ ...this.#progress(), heldBack })
    })
    if (!isIn) return
    this.#fed += due.length
    this.#heldBack = heldBack
  }

  /** What fails is tried again until it succeeds, so that nothing is skipped; false when the player was stopped meanwhile. */
  async #insist(work: () => Promise<void>): Promise<boolean> {
    for (let isTold = false; ; isTold = true) {
      try {
        await work()
        return true
      } catch (err) {
        if (!isTold) this.#ports.warn(err, 'the scenario waits and tries again')
        if (this.#isOver()) return false
        await this.#wait(RETRY)
        if (this.#isOver()) return false
      }
    }
  }

  #progress(): Progress {
    return { at: this.#at(), heldBack: this.#heldBack, isDone: this.#state === 'done' }
  }

  /** Milliseconds; null while the clock stands still. */
  #untilNext(): number | null {
    if (this.#state !== 'playing') return null
    const { records, length } = this.#scenario
    const next = records[this.#fed]?.arrives ?? length
    return Math.max(PAUSE, (next - this.#at()) * 1000)
  }

  /** Waits so long, or until the state changes. */
  async #wait(millis: number | null): Promise<void> {
    await new Promise<void>((done) => {
      const cancel = millis === null ? () => undefined : this.#ports.clock.after(millis, done)
      this.#wake = () => {
        cancel()
        done()
      }
    })
    this.#wake = () => undefined
  }
}
