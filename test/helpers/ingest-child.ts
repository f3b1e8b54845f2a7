import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { parseScope } from '../../src/model/scope.ts'
import { wireIngest } from '../../src/wire.ts'

// A process that takes one file in and may be killed at any moment: ROLE-URL SCOPE BATCH FILE. Tells its parent how many records
// it has read; ends with 1 when the database did not take them all.
const [url = '', scope = '', batch = '', file = ''] = process.argv.slice(2)
const wired = await wireIngest({ ingest: url })
const { stopped } = await ingestFiles(wired, [file], parseScope(scope), {
  batch: Number(batch),
  onProgress: ({ records }) => process.send?.(records),
})
await wired.close().catch(() => undefined)
process.exitCode = stopped === null ? 0 : 1
process.disconnect()
