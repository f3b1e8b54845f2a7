/** One Ctrl-C may arrive twice: from the terminal, and passed on by a parent. */
const ECHO = 1_000

/** Resolves with the first signal to stop; a second one, not its echo, ends the process at once. */
export function untilSignal(): Promise<{ readonly signal: string }> {
  return new Promise((done) => {
    let heard: number | null = null
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (heard !== null && Date.now() - heard > ECHO) process.exit(130)
        heard ??= Date.now()
        done({ signal })
      })
    }
  })
}
