import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { wireIngest } from '../../src/wire.ts'
import { serveParent } from '../child.ts'
import type { IngestTask } from './ingest.ts'

/** Takes files in one by one and tells how long each took, in milliseconds. */
serveParent(async ({ urls, files }: IngestTask) => {
  const wired = await wireIngest(urls)
  return {
    async work() {
      const times: number[] = []
      for (const file of files) {
        const began = performance.now()
        const { stopped } = await ingestFiles(wired, [file], null)
        if (stopped !== null) throw stopped
        times.push(performance.now() - began)
      }
      return { times }
    },
    close: () => wired.close(),
  }
})
