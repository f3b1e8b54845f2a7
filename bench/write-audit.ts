import { parseArgs } from 'node:util'
import { auditLines, type GenerateOptions } from './generate.ts'
import { LineFile } from './line-file.ts'

/** Writes events to a file; returns its size in bytes. */
async function writeAuditFile(path: string, options: GenerateOptions): Promise<number> {
  const [size = 0] = await writeAuditFiles(
    () => path,
    () => options.events,
    options,
  )
  return size
}

/** Writes events to files, of so many events each, one after the other; returns their sizes in bytes. */
export async function writeAuditFiles(
  pathOf: (nr: number) => string,
  eventsOf: (nr: number) => number,
  options: GenerateOptions,
): Promise<readonly number[]> {
  const sizes: number[] = []
  let file: LineFile | null = null
  let left = 0
  for (const line of auditLines(options)) {
    if (left === 0) {
      if (file !== null) sizes.push(await file.close())
      file = new LineFile(pathOf(sizes.length))
      left = eventsOf(sizes.length)
    }
    left -= 1
    if (file?.add(line) === true) await file.flush()
  }
  if (file !== null) sizes.push(await file.close())
  return sizes
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      events: { type: 'string', default: '100000' },
      seed: { type: 'string', default: 'firebreak' },
      start: { type: 'string', default: '2026-11-23T00:00:00Z' },
      clusters: { type: 'string', default: '1' },
    },
  })
  const folder = positionals[0] ?? '.'
  for (let nr = 1; nr <= Number(values.clusters); nr++) {
    const path = `${folder}/audit-${nr}.ndjson`
    const seed = `${values.seed} ${nr}`
    const size = await writeAuditFile(path, {
      events: Number(values.events),
      seed,
      start: Date.parse(values.start),
    })
    console.log(`${path}: ${size} bytes`)
  }
}
