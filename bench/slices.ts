import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bench, Size, Slice } from './leg.ts'
import { writeAuditFiles } from './write-audit.ts'

const run = promisify(execFile)

/** Writes the events of a run, in slices, each plain and as `gzip -6` packs it. */
export async function writeSlices(
  folder: string,
  { events, slices }: Size,
  say: Bench['say'],
): Promise<readonly Slice[]> {
  say(`writing ${events.toLocaleString('en-US')} events`)
  const pathOf = (nr: number): string => join(folder, `events-${nr}.ndjson`)
  const options = { events, seed: 'firebreak', start: Date.UTC(2026, 10, 22) }
  const sizes = await writeAuditFiles(pathOf, Math.ceil(events / slices), options)
  const all: Slice[] = []
  for (const nr of sizes.keys()) {
    const plain = pathOf(nr)
    const gz = `${plain}.gz`
    await run('gzip', ['-k', '-6', plain])
    all.push({ plain, gz, gzBytes: (await stat(gz)).size })
  }
  const sum = (list: readonly number[]): number => list.reduce((n, one) => n + one, 0)
  const packed = sum(all.map(({ gzBytes }) => gzBytes))
  say(`  ${Math.round(sum(sizes) / events)} bytes an event, ${Math.round(packed / events)} packed`)
  return all
}
