import { readConfig } from '../config.ts'
import { openLog, start } from '../main.ts'
import { untilSignal } from './until-signal.ts'
import { readArgs, UsageError } from './usage.ts'

/** `firebreak start ingest`, or `firebreak start [--seed N | --replay FILE… | --no-scenario] [--fresh]`: runs until SIGINT or SIGTERM. */
export async function startCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      replay: { type: 'boolean', default: false },
      'no-scenario': { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      seed: { type: 'string' },
    },
  })
  if (positionals[0] === 'ingest' && !values.replay) {
    if (args.length > 1)
      throw new UsageError('start ingest takes nothing more: what it reads stands in FIREBREAK_CONFIG.')
    return (await import('./start-ingest.ts')).startIngest()
  }
  if (values.replay && positionals.length === 0)
    throw new UsageError('Replay what? Write npm start -- --replay FILE...')
  if (!values.replay && positionals.length > 0) {
    throw new UsageError(
      `start takes no "${positionals[0]}". To feed files write npm start -- --replay ${positionals.join(' ')}`,
    )
  }
  const seed = readSeed(values.seed)
  if (seed !== null && (values.replay || values['no-scenario'])) {
    throw new UsageError(
      '--seed chooses a scenario, and --replay and --no-scenario play none. Leave one out.',
    )
  }
  const config = readConfig()
  const log = openLog(config)
  // Heard from the first moment on, so that a Ctrl-C during the start stops cleanly too.
  const stop = untilSignal()
  try {
    const running = await start({
      config,
      replay: positionals,
      quiet: values['no-scenario'],
      fresh: values.fresh,
      seed,
      log,
      say: (line) => console.log(line),
    })
    const end = await Promise.race([stop, running.lost.then((sentence) => ({ sentence }))])
    if ('signal' in end) console.log(`${end.signal}: stopping.`)
    else console.error(end.sentence)
    await running.close()
    return 'signal' in end ? 0 : 1
  } finally {
    // Everything of ours has ended; the Slack SDK's socket keeps a watchdog for half a minute more.
    setTimeout(() => process.exit(), 100).unref()
  }
}

/** Reads `--seed`; null when it was not given. */
function readSeed(text: string | undefined): number | null {
  if (text === undefined) return null
  const seed = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (seed < 1 || seed > 1_000_000) {
    throw new UsageError(
      `--seed ${JSON.stringify(text)} is no whole number from 1 to 1,000,000. Write for example npm start -- --seed 2`,
    )
  }
  return seed
}
