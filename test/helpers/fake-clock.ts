import type { PlayClock } from '../../src/gameday/play.ts'

/** A clock that goes only when it is told to. */
export class FakeClock implements PlayClock {
  #now = 0
  readonly #timers = new Set<{ readonly at: number; readonly call: () => void }>()

  now(): number {
    return this.#now
  }

  after(millis: number, call: () => void): () => void {
    const timer = { at: this.#now + millis, call }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** True while somebody waits for the clock. */
  get isAwaited(): boolean {
    return this.#timers.size > 0
  }

  /** Goes on, and rings what has come due. */
  advance(millis: number): void {
    this.#now += millis
    for (const timer of this.#timers) {
      if (timer.at > this.#now) continue
      this.#timers.delete(timer)
      timer.call()
    }
  }
}
