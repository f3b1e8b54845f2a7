import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { ensureRoles } from '../../src/db/roles.ts'
import { createWorkspaceTables } from '../../src/workspace/tables.ts'
import { asOwner } from './as-owner.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The owner's connection string of the server that all tests share, and the migrated template on it. */
    postgres: { readonly url: string; readonly template: string; readonly secret: string }
  }
}

/**
 * One PostgreSQL for the whole run: an embedded one of its own, or the one of DATABASE_URL. A template database is
 * migrated once; each test file clones it in about 50 ms.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL']
  const home = await mkdtemp(join(tmpdir(), 'firebreak-test-'))
  const server =
    given === undefined
      ? await startEmbedded({
          home,
          settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
        })
      : null
  const url = server?.url ?? given ?? ''
  const template = `firebreak_template_${process.pid}`
  await asOwner(url, `create database ${template}`)
  const templateUrl = new URL(url)
  templateUrl.pathname = `/${template}`
  const secret = new URL(url).password
  await migrate(templateUrl.toString(), createWorkspaceTables)
  await ensureRoles(templateUrl.toString(), secret)
  project.provide('postgres', { url, template, secret })
  return async () => {
    if (server === null) await asOwner(url, `drop database if exists ${template} with (force)`)
    await server?.stop()
    await rm(home, { recursive: true, force: true })
  }
}
