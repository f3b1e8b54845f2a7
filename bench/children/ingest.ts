import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { wireIngest } from '../../src/wire.ts'
import { serveParent } from '../child.ts'

/** Files to take in, as `firebreak ingest` does. */
export interface IngestTask {
  readonly urls: { readonly ingest: string }
  readonly files: readonly string[]
}

serveParent(async ({ urls, files }: IngestTask) => {
  const wired = await wireIngest(urls)
  return {
    async work() {
      const { summary, unreadable, stopped } = await ingestFiles(wired, files, null)
      if (stopped !== null) throw stopped
      if (unreadable.length > 0) throw new Error(`${unreadable[0]?.file ?? ''} cannot be read`)
      return { summary }
    },
    close: () => wired.close(),
  }
})
