import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { ensureRoles } from '../../src/db/roles.ts'
import { derivedDocuments, ROOT } from './documents.ts'
import { dumpSchema } from './dump-schema.ts'

async function schema(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'firebreak-docs-'))
  const server = await startEmbedded({ home })
  try {
    await migrate(server.url)
    await ensureRoles(server.url, 'docs')
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    try {
      return await dumpSchema(client)
    } finally {
      await client.end()
    }
  } finally {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
}

const documents = new Map([...derivedDocuments(), ['migrations/schema.sql', await schema()]])
for (const [path, text] of documents) {
  await writeFile(join(ROOT, path), text)
  console.log(path)
}
