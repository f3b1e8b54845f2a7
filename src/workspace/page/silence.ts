/** Milliseconds after which a stream that says nothing is lost; the server says something every 15 seconds. */
const LONGEST = 35_000

/** Waits for a stream to fall silent. */
interface Silence {
  /** Something was heard: the wait begins anew. */
  readonly heard: () => void
  readonly stop: () => void
}

/** Calls back once when nothing was heard for 35 seconds. */
export function watchSilence(silent: () => void): Silence {
  let timer = setTimeout(silent, LONGEST)
  return {
    heard: () => {
      clearTimeout(timer)
      timer = setTimeout(silent, LONGEST)
    },
    stop: () => clearTimeout(timer),
  }
}
