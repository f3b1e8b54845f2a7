import { parseArgs } from 'node:util'
import type { Bench, Leg, Size } from './leg.ts'
import { growth } from './legs/growth.ts'
import { reading } from './legs/reading.ts'
import { trail } from './legs/trail.ts'
import { whole } from './legs/whole.ts'
import { writePath } from './legs/write-path.ts'
import { startServer } from './server.ts'
import { writeSlices } from './slices.ts'
import { jsonOf, machineLine, type Ratio, tableOf } from './table.ts'

const SIZES: { readonly [name in 'quick' | 'default' | 'full']: Size } = {
  quick: { events: 40_000, slices: 4, runs: 2, clusters: 1, days: 100, samples: 20, rounds: 1 },
  default: { events: 1_000_000, slices: 4, runs: 5, clusters: 1, days: 365, samples: 60, rounds: 3 },
  full: { events: 4_000_000, slices: 8, runs: 8, clusters: 10, days: 365, samples: 60, rounds: 3 },
}

const LEGS: { readonly [name: string]: Leg } = { 'write-path': writePath, reading, whole, growth, trail }

const USAGE = `npm run bench -- [--quick | --full] [--json] [--only LEG,…]

  --quick  a few minutes, to see that it works; its figures mean little
  --full   4 million events and 49 million edge-hours, as the goals are written
  --json   one JSON document on stdout: {machine, ratios}
  --only   some of: ${Object.keys(LEGS).join(', ')}`

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: Object.keys(LEGS).join(',') },
    },
  })
  const names = values.only.split(',')
  if (names.some((name) => !Object.hasOwn(LEGS, name)) || (values.quick && values.full)) {
    console.error(USAGE)
    return 2
  }
  const began = performance.now()
  const say = (message: string): void => {
    const seconds = Math.round((performance.now() - began) / 1000)
    console.error(`${String(seconds).padStart(5)} s  ${message}`)
  }
  const server = await startServer()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The server outlives its parent: it goes first.
    process.once(signal, () => void server.close().finally(() => process.exit(1)))
  }
  try {
    const size = SIZES[values.full ? 'full' : values.quick ? 'quick' : 'default']
    const files = await writeSlices(server.folder, size, say)
    const bench: Bench = { server, size, ...files, say }
    const ratios: Ratio[] = []
    for (const name of names) ratios.push(...((await LEGS[name]?.(bench)) ?? []))
    const machine = machineLine(server.version)
    if (values.json) console.log(JSON.stringify(jsonOf(machine, ratios)))
    else console.log(`${machine}\n\n${tableOf(ratios)}`)
    return 0
  } finally {
    await server.close()
  }
}
