import { readConfig } from '../config.ts'
import type { Tidied } from '../jobs/tidy.ts'
import { wireTidy } from '../wire.ts'
import { withDatabase } from './database.ts'
import { readArgs } from './usage.ts'

/** `firebreak tidy [--json]`: tidies the graph now. Exit 1 when a part of it could not be done. */
export async function tidy(args: readonly string[]): Promise<number> {
  const { values } = readArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } })
  return withDatabase(readConfig(), async ({ urls }) => {
    let failed = false
    const wired = wireTidy(urls, (err, what) => {
      failed = true
      console.error(`${what}: ${err instanceof Error ? err.message : String(err)}`)
    })
    try {
      const tidied = await wired.tidier.run({ atOnce: true })
      if (values.json) console.log(JSON.stringify(tidied))
      else for (const line of describeTidied(tidied)) console.log(line)
      return failed || tidied.postponed.length > 0 ? 1 : 0
    } finally {
      await wired.close()
    }
  })
}

/** What was done, in lines for a person. */
export function describeTidied({ made, dropped, packed, sealed, postponed }: Tidied): readonly string[] {
  const n = (count: number): string => count.toLocaleString('en-US')
  return [
    `Partitions: ${n(made.length)} made, ${n(dropped.length)} dropped${dropped.length === 0 ? '' : ` (${dropped.join(', ')})`}.`,
    `Packed: ${n(packed)} ${packed === 1 ? 'row' : 'rows'}.`,
    ...(sealed === 0
      ? []
      : [
          `Closed ${n(sealed)} ${sealed === 1 ? 'hour' : 'hours'}: records that still come for ${sealed === 1 ? 'it' : 'them'} are rejected as too-late.`,
        ]),
    ...postponed.map(describePostponed),
  ]
}

/** One line about what was not done. */
export function describePostponed(what: string): string {
  return `Not now: ${what}; somebody else holds what it needs. firebreak tidy tries again.`
}
