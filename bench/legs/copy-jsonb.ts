import { type Cost, diskOf, measure } from '../measure.ts'
import type { BenchServer } from '../server.ts'

/** What storing events as they are takes. */
export interface CopyCost extends Cost {
  readonly events: number
  readonly disk: number
}

/** A line is taken as it is: no JSON holds the characters that are given for quote and delimiter. */
const AS_LINES = "format csv, quote e'\\x01', delimiter e'\\x02'"

/**
 * `COPY` of a file into a table of one jsonb column without an index, read by the server itself: no client stands in
 * its way. A `.gz` is unpacked by gunzip on the way in.
 */
export async function copyJsonb(server: BenchServer, file: string): Promise<CopyCost> {
  const database = await server.fresh('empty')
  try {
    const { owner } = database
    await owner.query('create table stored (event jsonb)')
    const from = file.endsWith('.gz')
      ? `program ${owner.escapeLiteral(`gunzip -c '${file}'`)}`
      : owner.escapeLiteral(file)
    const cost = await measure(server, owner, async () => {
      const began = performance.now()
      const { rowCount } = await owner.query(`copy stored from ${from} with (${AS_LINES})`)
      return { seconds: (performance.now() - began) / 1000, clientCpu: 0, events: rowCount ?? 0 }
    })
    return { ...cost, disk: await diskOf(owner) }
  } finally {
    await database.drop()
  }
}
