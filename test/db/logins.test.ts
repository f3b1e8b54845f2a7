import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedServer, startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { assertRole, ensureRoles } from '../../src/db/roles.ts'

// A server of its own: logins belong to the server, and other tests use theirs meanwhile.
let home: string
let server: EmbeddedServer

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'firebreak-logins-'))
  server = await startEmbedded({ home, settings: ['fsync=off', 'max_connections=20', 'shared_buffers=16MB'] })
  await migrate(server.url)
})
afterAll(async () => {
  await server.stop()
  await rm(home, { recursive: true, force: true })
})

test('roles get their password anew when the owner has another one', async () => {
  const first = await ensureRoles(server.url, 'one secret')
  await assertRole(first.reader, 'reader')
  const second = await ensureRoles(server.url, 'another secret')
  await assertRole(second.reader, 'reader')
  await expect(assertRole(first.reader, 'reader')).rejects.toMatchObject({ code: '28P01' })
})

test('a connection that turns out to be somebody else is refused', async () => {
  await expect(assertRole(server.url, 'reader')).rejects.toThrow(
    /should work as firebreak_reader works as firebreak\./,
  )
})

test('many commands at once make the same roles without getting in the way of each other', async () => {
  const { prepare } = await import('../../src/cli/database.ts')
  const all = await Promise.all(
    Array.from({ length: 6 }, () => prepare(server.url, { home, retentionMonths: null })),
  )
  expect(new Set(all.map((ready) => ready.urls.bot)).size).toBe(1)
})
