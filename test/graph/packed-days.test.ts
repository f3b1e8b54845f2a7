import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DAY } from '../../src/model/time.ts'
import { packAll } from '../helpers/pack.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { micros, openWorld, type World } from '../helpers/seed.ts'
import { type AuditSpec, auditEvent, clock } from '../helpers/seed-records.ts'

let world: World
let owner: pg.Client
beforeAll(async () => {
  world = await openWorld()
  owner = new pg.Client({ connectionString: world.database.ownerUrl })
  await owner.connect()
})
beforeEach(() => world.reset())
afterAll(async () => {
  await owner.end()
  await world.close()
})

/** A Tuesday, and the day on which the next but one of the weeks begins that are counted. */
const EARLY = clock('10:00', '2026-11-03')
const LATE = clock('10:00', '2026-11-12')

async function takeAndPack(...specs: readonly AuditSpec[]): Promise<void> {
  await world.absorb(specs.map(auditEvent))
  await packAll(world.ingest)
}

/** What each packed day of subject and call names as an earlier week, by the first day of that. */
async function priors(): Promise<readonly object[]> {
  const { rows } = await acrossScopes(() =>
    owner.query<object>(`
    select s.key as subject, c.resource, (date '1970-01-01' + sum.day)::text as day, (date '1970-01-01' + 7 * sum.prior)::text as prior
    from sum_day sum join entity s on s.scope = sum.scope and s.id = sum.id join call c on c.scope = sum.scope and c.id = sum.id2
    where sum.kind = 1 order by day, resource`),
  )
  return rows
}

test('a packed day names an earlier week in which the subject made the call, and what is new is told by it', async () => {
  await takeAndPack({ at: EARLY })
  await takeAndPack({ at: LATE }, { at: LATE, resource: 'secrets' })
  const subject = 'alice'
  expect(await priors()).toEqual([
    { subject, resource: 'pods', day: '2026-11-03', prior: null },
    { subject, resource: 'pods', day: '2026-11-12', prior: '2026-10-29' },
    { subject, resource: 'secrets', day: '2026-11-12', prior: null },
  ])
  const window = { from: micros(clock('00:00', '2026-11-12')), to: micros(clock('00:00', '2026-11-13')) }
  const told = async (baseline: number) =>
    (await world.ask('newly', 'subject:alice', { window, baseline: baseline * DAY })).rows.map(
      ({ resource }) => resource,
    )
  expect(await told(45)).toEqual(['secrets'])
  // The week that is named lies before this one.
  expect(await told(8)).toEqual(['secrets', 'pods'])
})

test('a week whose only request turned out to be of another one is named no more', async () => {
  const moved = { id: 'moved', isDated: false, ip: '203.0.113.9' }
  await takeAndPack({ ...moved, at: EARLY, stage: 'ResponseComplete' })
  await takeAndPack({ at: LATE })
  expect((await priors()).at(-1)).toMatchObject({ prior: '2026-10-29' })
  await takeAndPack({ ...moved, at: clock('11:00', '2026-11-12'), stage: 'ResponseStarted' })
  expect((await priors()).at(-1)).toMatchObject({ day: '2026-11-12', prior: null })
})

test('a packed day says who its edge is of', async () => {
  await takeAndPack(
    { at: EARLY },
    { at: LATE, user: 'bob', ip: '203.0.113.9' },
    { at: LATE, user: null, ip: null },
  )
  const { rows } = await acrossScopes(() =>
    owner.query<{ same: boolean }>(`
    select (edge.subject, edge.ip) = (edge_day.subject, edge_day.ip) as same
    from edge_day join edge on edge.scope = edge_day.scope and edge.id = edge_day.edge`),
  )
  expect(rows).toEqual([{ same: true }, { same: true }, { same: true }])
})
