import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bench, Size, Slice } from './leg.ts'
import { writeAuditFiles } from './write-audit.ts'

const run = promisify(execFile)

/** Events of one second of one cluster, and how many seconds are taken in one by one. */
const SECOND = 75
const SECONDS = 220

/** Writes the events of a run: in slices, each plain and as `gzip -6` packs it, and then second by second. */
export async function writeSlices(
  folder: string,
  { events, slices }: Size,
  say: Bench['say'],
): Promise<Pick<Bench, 'slices' | 'seconds'>> {
  say(`writing ${events.toLocaleString('en-US')} events`)
  const pathOf = (nr: number): string => join(folder, `events-${nr}.ndjson`)
  const sizes = await writeAuditFiles(pathOf, (nr) => (nr < slices ? events / slices : SECOND), {
    events: events + SECOND * SECONDS,
    seed: 'firebreak',
    start: Date.UTC(2026, 10, 22),
  })
  const all: Slice[] = []
  for (let nr = 0; nr < slices; nr++) {
    const plain = pathOf(nr)
    const gz = `${plain}.gz`
    await run('gzip', ['-k', '-6', plain])
    all.push({ plain, gz, gzBytes: (await stat(gz)).size })
  }
  const sum = (list: readonly number[]): number => list.reduce((n, one) => n + one, 0)
  const packed = sum(all.map(({ gzBytes }) => gzBytes))
  const bytes = sum(sizes.slice(0, slices))
  say(`  ${Math.round(bytes / events)} bytes an event, ${Math.round(packed / events)} packed`)
  return { slices: all, seconds: sizes.slice(slices).map((_, nr) => pathOf(slices + nr)) }
}
