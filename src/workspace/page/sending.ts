/// <reference lib="dom" />
import { useEffect, useState } from 'preact/hooks'
import type { Value } from './held.ts'

/** How it stands with what was pressed: on its way, or come back with Slack's failure words. */
interface Standing {
  readonly isBusy: boolean
  readonly words: string
}

const IDLE: Standing = { isBusy: false, words: '' }

/**
 * What is on its way to the app, by the control that sent it. It is kept apart from the controls, so that a message that
 * is redrawn before its button was acked shows the spinner still, and cannot be sent twice.
 */
export class Sending {
  readonly #standing = new Map<string, Standing>()
  readonly #queued = new Map<string, { readonly value: Value }>()
  readonly #listeners = new Set<() => void>()

  of(key: string): Standing {
    return this.#standing.get(key) ?? IDLE
  }

  begin(key: string): void {
    this.#set(key, { isBusy: true, words: '' })
  }

  /** Keeps what a control holds by now, to be sent when what is on its way has come back; a newer one takes its place. */
  queue(key: string, value: Value): void {
    this.#queued.set(key, { value })
  }

  /** What was kept; undefined when nothing was. */
  takeQueued(key: string): { readonly value: Value } | undefined {
    const queued = this.#queued.get(key)
    this.#queued.delete(key)
    return queued
  }

  /** `words`: why it failed; '' when it was acked. */
  end(key: string, words: string): void {
    this.#set(key, words === '' ? IDLE : { isBusy: false, words })
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(key: string, standing: Standing): void {
    if (standing === IDLE) this.#standing.delete(key)
    else this.#standing.set(key, standing)
    for (const listener of this.#listeners) listener()
  }
}

/** How it stands with one control, followed. */
export function useStanding(sending: Sending, key: string): Standing {
  const [standing, setStanding] = useState(() => sending.of(key))
  useEffect(() => {
    setStanding(sending.of(key))
    return sending.listen(() => setStanding(sending.of(key)))
  }, [sending, key])
  return standing
}
