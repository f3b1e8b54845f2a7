import { readConfig } from '../config.ts'
import { openLog, start } from '../main.ts'
import { readArgs, UsageError } from './usage.ts'

/** `firebreak start [--replay FILE…] [--no-scenario] [--fresh]`: runs until SIGINT or SIGTERM. */
export async function startCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      replay: { type: 'boolean', default: false },
      'no-scenario': { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
    },
  })
  if (values.replay && positionals.length === 0)
    throw new UsageError('Replay what? Write firebreak start --replay FILE...')
  if (!values.replay && positionals.length > 0) {
    throw new UsageError(
      `start takes no "${positionals[0]}". To feed files write firebreak start --replay ${positionals.join(' ')}`,
    )
  }
  const config = readConfig()
  const log = openLog(config)
  // Heard from the first moment on, so that a Ctrl-C during the start stops cleanly too.
  const stop = untilSignal()
  const running = await start({
    config,
    replay: positionals,
    quiet: values['no-scenario'],
    fresh: values.fresh,
    log,
    say: (line) => console.log(line),
  })
  const signal = await stop
  console.log(`${signal}: stopping.`)
  await running.close()
  // Everything of ours has ended; the Slack SDK's socket keeps a watchdog for half a minute more.
  setTimeout(() => process.exit(0), 100).unref()
  return 0
}

/** Resolves with the first signal; a second one ends the process at once. */
function untilSignal(): Promise<string> {
  return new Promise((done) => {
    let heard = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (heard) process.exit(130)
        heard = true
        done(signal)
      })
    }
  })
}
