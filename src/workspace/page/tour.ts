import { type Act, afterAct, type HintProgress, NO_PROGRESS } from './hint-progress.ts'
import { keepProgress, readProgress } from './kept.ts'
import type { PageState } from './state.ts'

/** How far the newcomer at this browser has come with the hints; kept by the browser. */
export class Tour {
  #team: string | null = null
  #progress = NO_PROGRESS
  readonly #listeners = new Set<() => void>()
  readonly #state: () => PageState | null

  constructor(state: () => PageState | null) {
    this.#state = state
  }

  get progress(): HintProgress {
    const team = this.#state()?.team
    if (team !== undefined && team !== this.#team) {
      this.#team = team
      this.#progress = readProgress(team)
    }
    return this.#progress
  }

  /** Ticks what this act answers. */
  noticed(act: Act): void {
    const state = this.#state()
    if (state?.play === null || state?.play === undefined) return
    const next = afterAct(this.progress, state.play.hints, act, state.people)
    if (next !== this.#progress) this.change(next)
  }

  change(progress: HintProgress): void {
    this.#progress = progress
    if (this.#team !== null) keepProgress(this.#team, progress)
    for (const listener of this.#listeners) listener()
  }

  /** Calls back after each change, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
