import { setTimeout } from 'node:timers/promises'

export interface Every {
  /** Milliseconds before it is done the first time. */
  readonly first: number
  /** Milliseconds from the end of one time to the next. */
  readonly pause: number
  /** Hears of a time that failed, once until a time succeeds or fails otherwise. */
  readonly warn: (err: unknown) => void
}

/** Does something again and again, also when it fails; `close` waits for the time it is at. */
export function every({ first, pause, warn }: Every, work: () => Promise<void>): { close(): Promise<void> } {
  const closed = new AbortController()
  const { signal } = closed
  const running = (async () => {
    let told: string | null = null
    let wait = first
    while (await isAwake(wait, signal)) {
      wait = pause
      try {
        await work()
        told = null
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error)
        if (told !== said) warn(error)
        told = said
      }
    }
  })()
  return {
    async close() {
      closed.abort()
      await running
    },
  }
}

/** Waits; false when it was closed meanwhile. */
function isAwake(wait: number, signal: AbortSignal): Promise<boolean> {
  return setTimeout(wait, true, { signal }).catch(() => false)
}
