import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import { createGunzip } from 'node:zlib'
import { byParser, byScan } from '../../test/helpers/scanned.ts'
import { readingGoals } from '../goals.ts'
import type { Leg } from '../leg.ts'
import { type Ratio, ratio } from '../table.ts'

/** Each event is read twice and compared word by word, which takes longer than taking it in. */
const EVENTS = 50_000
/** What an API server wrote; left out where it is not at hand. */
const REAL = new URL('../../../shared/data/k8s-audit/apiserver-1.32-incident.ndjson.gz', import.meta.url)
  .pathname

/** How many events the fast reader reads, and whether the parser makes the same of them. */
export const reading: Leg = async ({ slices, say }) => {
  const ratios = await readBoth('generated', slices[0]?.plain ?? '')
  if (!existsSync(REAL)) {
    say('events of a real API server are not at hand')
    return ratios
  }
  return [...ratios, ...(await readBoth('real', REAL))]

  async function readBoth(of: 'generated' | 'real', file: string): Promise<readonly Ratio[]> {
    const { all, read, otherwise } = await compare(file)
    say(`${of} events: ${read} of ${all} read from their bytes, ${otherwise} of them otherwise`)
    const goals = readingGoals(of)
    return [ratio(goals.fastPath, [(100 * read) / all]), ratio(goals.mismatches, [otherwise])]
  }
}

async function compare(
  file: string,
): Promise<{ readonly all: number; readonly read: number; readonly otherwise: number }> {
  let [all, read, otherwise] = [0, 0, 0]
  const bytes = createReadStream(file)
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text === '') continue
    if (all === EVENTS) break
    all++
    const line = Buffer.from(text)
    const scanned = byScan(line)
    if (scanned === null) continue
    read++
    if (!isDeepStrictEqual(scanned, byParser(line))) otherwise++
  }
  bytes.destroy()
  return { all, read, otherwise }
}
