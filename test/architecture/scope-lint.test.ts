import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../src/db/open.ts'
import { readStanding } from '../../src/incidents/standing.ts'
import { loadIncident } from '../../src/incidents/view.ts'
import { suggestEntities } from '../../src/lookups/suggest.ts'
import { acrossScopes, installScopeLint, type ScopeLint } from '../helpers/scope-lint.ts'
import { openWorld, type World } from '../helpers/seed.ts'
import { auditEvent, clock, finding } from '../helpers/seed-records.ts'

const SCOPE = '111122223333/eu-west-1/payments'
const WINDOW = { from: Date.parse(clock('00:00')) * 1000, to: Date.parse(clock('12:00')) * 1000 }

let world: World
let lint: ScopeLint
beforeAll(async () => {
  world = await openWorld()
  lint = installScopeLint()
})
afterAll(async () => {
  lint.uninstall()
  await world.close()
})

test('taking records in, looking things up and loading cards name the scope of every graph table', async () => {
  await world.absorb(
    [
      auditEvent({ id: 'a', user: 'system:anonymous', ip: '203.0.113.9', stage: 'ResponseComplete' }),
      auditEvent({
        id: 'a',
        user: 'system:anonymous',
        ip: '203.0.113.9',
        stage: 'ResponseStarted',
        code: 403,
      }),
      auditEvent({ user: 'mallory', as: 'alice', resource: 'secrets', name: 'db', verb: 'get' }),
      finding({ podUid: 'uid-1' }),
    ],
    SCOPE,
  )
  for (const options of [{}, { scope: SCOPE, window: WINDOW }]) {
    for (const entity of ['system:anonymous', 'm*']) {
      await world.ask('subject', entity, options)
      await world.ask('secrets', entity, options)
      await world.ask('seen', entity, options)
    }
    await world.ask('ip', '203.0.113.0/24', options)
    await world.ask('secrets', 'secret:shop/*', options)
  }
  await suggestEntities(world.graph, 'sys', SCOPE, 5)
  const standing = await readStanding(world.bot, 5)
  expect(standing.incidents).toHaveLength(1)
  expect(await loadIncident(world.bot, standing.incidents[0]?.number ?? 0, String, false)).not.toBeNull()
  expect(lint.checked()).toBeGreaterThan(40)
})

test('a statement that names no scope fails as a query does, whoever sends it, and the connection goes on', async () => {
  await expect(world.graph.selectFrom('edge').selectAll().execute()).rejects.toThrow(
    'edge is used without a predicate on its scope',
  )
  const pool = openPool(world.database.urls.reader, 'test scope lint', 1)
  await expect(pool.query({ text: 'select * from edge where id = $1', values: [1] })).rejects.toThrow(
    'edge is used without',
  )
  await expect(
    new Promise((done, fail) => {
      pool.query('select * from call', (error, result) => (error ? fail(error) : done(result)))
    }),
  ).rejects.toThrow('call is used without')
  const client = await pool.connect()
  const stream = { text: 'copy edge (id) from stdin', submit: () => undefined }
  expect(() => client.query(stream)).toThrow('A copy into edge does not list scope')
  client.release()
  expect((await pool.query('select * from edge where scope = $1', [0])).rows).toEqual([])
  await pool.end()
  await expect(
    world.ingest.transaction().execute((trx) => sql`delete from edge`.execute(trx)),
  ).rejects.toThrow('edge is used without')
})

test('what only looks on may ask of all scopes, and for no longer than that', async () => {
  const all = world.graph.selectFrom('edge').selectAll()
  expect(await acrossScopes(() => all.execute())).not.toEqual([])
  await expect(all.execute()).rejects.toThrow('edge is used without')
})
