import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { propose } from '../../src/approvals/propose.ts'
import type { Step } from '../../src/model/plan.ts'
import { type Desk, openDesk } from './desk.ts'
import { actor, planned, SCOPE, step } from './people.ts'

let desk: Desk
let owner: pg.Client
beforeAll(async () => {
  desk = await openDesk()
  owner = new pg.Client({ connectionString: desk.world.database.ownerUrl })
  await owner.connect()
})
beforeEach(() => owner.query('delete from step'))
afterAll(async () => {
  await owner.end()
  await desk.close()
})

const save = step(1, 'preserve', 'save-manifest')
const label = step(1, 'preserve', 'label-pod')
const deny = step(2, 'quarantine', 'deny-pod-traffic')

async function outcome(steps: readonly Step[], isContainFirst = false): Promise<string> {
  const result = await propose(desk.ports, actor(desk.cast.current(), 'UADA'), {
    planned: planned(steps),
    incident: desk.incident,
    scope: SCOPE,
    reason: 'Miner, still sending.',
    isContainFirst,
    keepFor: 3600,
    replaces: null,
    isSample: false,
  })
  return 'refused' in result ? result.refused : 'proposed'
}

/** A step of an earlier plan, as the executor leaves it. */
async function kept(
  kind: string,
  more: { uid?: string; verified?: string; isDryRun?: boolean; isUndone?: boolean } = {},
): Promise<void> {
  const { uid = 'uid-1', verified = 'verified', isDryRun = false, isUndone = false } = more
  await outcome([save])
  const { rows } = await owner.query<{ id: number }>('select max(id) as id from proposal')
  const id = rows[0]?.id
  await owner.query(
    `insert into step (proposal, nr, incident, kind, target_kind, target_uid, state, verified, is_dry_run, undone_by)
     values ($1, 1, $2, $3, 'pod', $4, 'done', $5, $6, $7)`,
    [id, desk.incident, kind, uid, verified, isDryRun, isUndone ? id : null],
  )
}

test('quarantine comes after all evidence of its target in the same plan', async () => {
  expect(await outcome([save, label, deny])).toBe('proposed')
  expect(await outcome([deny])).toBe('evidence-first')
  expect(await outcome([label, deny, save])).toBe('evidence-first')
  expect(await outcome([save, deny])).toBe('evidence-first')
  expect(await outcome([step(1, 'preserve', 'save-manifest', 'other'), label, deny])).toBe('evidence-first')
  expect(await outcome([label, deny, save], true)).toBe('proposed')
})

test('evidence that was kept before counts where it was verified, real and not undone', async () => {
  await kept('save-manifest')
  expect(await outcome([label, deny])).toBe('proposed')
  expect(await outcome([deny])).toBe('evidence-first')
  await kept('label-pod')
  expect(await outcome([deny])).toBe('proposed')
})

test.each([
  ['of another thing of that name', { uid: 'uid-2' }],
  ['that failed its proof', { verified: 'failed' }],
  ['that nothing proves', { verified: 'unverified' }],
  ['of a dry run', { isDryRun: true }],
  ['that was undone', { isUndone: true }],
])('evidence %s does not count', async (_, more) => {
  await kept('save-manifest', more)
  expect(await outcome([label, deny])).toBe('evidence-first')
})
