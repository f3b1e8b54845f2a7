import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { ensureRoles, type RoleUrls } from '../../src/db/roles.ts'
import { asOwner } from './as-owner.ts'
import { freshDatabase } from './database.ts'

/** A database that can be hurt while it is written to. */
export interface CrashServer {
  readonly ownerUrl: string
  readonly urls: RoleUrls
  /** Ends every session of a writer: by their backends, or with the server, which is started again. */
  hurt(): Promise<void>
  close(): Promise<void>
}

/** One on the server of the tests, whose writers' backends are terminated. */
export async function sharedServer(): Promise<CrashServer> {
  const database = await freshDatabase()
  const { ownerUrl, urls } = database
  return {
    ownerUrl,
    urls,
    async hurt() {
      await asOwner(
        ownerUrl,
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'firebreak ingest'`,
      )
    },
    close: () => database.drop(),
  }
}

/** A server of its own, as durable as that of a user, that is stopped and started again. */
export async function ownServer(): Promise<CrashServer> {
  const home = await mkdtemp(join(tmpdir(), 'firebreak-crash-'))
  let server = await startEmbedded({ home })
  await migrate(server.url)
  const roles = (): Promise<RoleUrls> => ensureRoles(server.url, new URL(server.url).password)
  let urls = await roles()
  return {
    get ownerUrl() {
      return server.url
    },
    get urls() {
      return urls
    },
    async hurt() {
      await server.stop()
      server = await startEmbedded({ home })
      urls = await roles()
    },
    async close() {
      await server.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}
