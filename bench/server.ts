import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'
import { ensureRoles, type RoleUrls, urlsOf } from '../src/db/roles.ts'

/** A PostgreSQL of the bench's own, in a temporary folder, with the settings of the product's embedded one. */
export interface BenchServer {
  /** Where files go that the server reads; gone when the server is. */
  readonly folder: string
  /** Process id of the server, whose children are its sessions. */
  readonly pid: number
  /** Of PostgreSQL. */
  readonly version: string
  /** A new database: migrated, or empty. */
  fresh(kind: 'migrated' | 'empty'): Promise<BenchDatabase>
  close(): Promise<void>
}

/** One database, with the owner's connection open. */
export interface BenchDatabase {
  readonly owner: pg.Client
  readonly urls: RoleUrls
  drop(): Promise<void>
}

/** Starts it; `close` stops it and removes the folder. */
export async function startServer(): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-'))
  // Root's PostgreSQL runs as somebody else, who has to read the files that are copied in.
  await chmod(folder, 0o755)
  const server = await startEmbedded({ home: join(folder, 'home') })
  const secret = new URL(server.url).password
  const template = databaseUrl(server.url, 'bench_template')
  await ask(server.url, 'create database bench_template')
  await migrate(template)
  await ensureRoles(template, secret)
  const version = await ask(server.url, 'show server_version')
  const pidFile = await readFile(join(folder, 'home', 'postgres', 'postmaster.pid'), 'utf8')
  let made = 0
  let closed: Promise<void> | null = null
  const close = async (): Promise<void> => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return {
    folder,
    pid: Number(pidFile.split('\n')[0]),
    version,
    async fresh(kind) {
      const name = `bench_${made++}`
      await ask(
        server.url,
        `create database ${name} template ${kind === 'migrated' ? 'bench_template' : 'template0'}`,
      )
      const url = databaseUrl(server.url, name)
      const owner = new pg.Client({ connectionString: url, application_name: 'firebreak bench' })
      await owner.connect()
      return {
        owner,
        urls: urlsOf(url, secret),
        async drop() {
          await owner.end()
          await ask(server.url, `drop database ${name} with (force)`)
        },
      }
    },
    close: () => (closed ??= close()),
  }
}

function databaseUrl(url: string, name: string): string {
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.toString()
}

/** The first column of the first row, or '' where there is none. */
async function ask(url: string, statement: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ server_version?: string }>(statement)
    return rows[0]?.server_version ?? ''
  } finally {
    await client.end()
  }
}
