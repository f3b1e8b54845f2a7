import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { propose } from '../../src/approvals/propose.ts'
import { vote } from '../../src/approvals/vote.ts'
import { canonicalText, digestOf } from '../../src/model/digest.ts'
import type { Canonical } from '../../src/model/plan.ts'
import { isRefused } from '../../src/model/refusals.ts'
import { type Desk, openDesk } from './desk.ts'
import { actor, planned, SCOPE, step } from './people.ts'

let desk: Desk
let owner: pg.Client
beforeAll(async () => {
  desk = await openDesk()
  owner = new pg.Client({ connectionString: desk.world.database.ownerUrl })
  await owner.connect()
})
afterAll(async () => {
  await owner.end()
  await desk.close()
})

async function proposed(): Promise<{ readonly id: number; readonly digest: string; readonly plan: string }> {
  const result = await propose(desk.ports, actor(desk.cast.current(), 'UADA'), {
    planned: planned([
      step(1),
      step(2, 'quarantine', 'deny-pod-traffic', 'uid-2'),
      step(1, 'preserve', 'save-manifest', 'uid-2'),
    ]),
    incident: desk.incident,
    scope: SCOPE,
    reason: 'Miner, still sending.',
    isContainFirst: true,
    keepFor: 3600,
    replaces: null,
    isSample: false,
  })
  if (isRefused(result)) throw new Error(result.refused)
  const row = await desk.world.bot
    .selectFrom('proposal')
    .select('plan')
    .where('id', '=', result.proposal)
    .executeTakeFirstOrThrow()
  return { id: result.proposal, digest: result.digest, plan: row.plan }
}

/** Every value of a plan replaced by another one, by its path. */
function* mutations(value: Canonical, path = ''): Generator<readonly [path: string, changed: Canonical]> {
  if (Array.isArray(value)) {
    const list = value as readonly Canonical[]
    yield [`${path}/+`, [...list, 'more']]
    for (const [at, item] of list.entries())
      for (const [where, changed] of mutations(item, `${path}/${at}`))
        yield [where, list.map((one, nr) => (nr === at ? changed : one))]
  } else if (typeof value === 'object' && value !== null) {
    const map = value as { readonly [key: string]: Canonical }
    yield [`${path}/+`, { ...map, more: true }]
    for (const [key, item] of Object.entries(map))
      for (const [where, changed] of mutations(item, `${path}/${key}`))
        yield [where, { ...map, [key]: changed }]
  } else {
    yield [
      path,
      typeof value === 'number'
        ? value + 1
        : typeof value === 'string'
          ? `${value}x`
          : value === null
            ? 'x'
            : !value,
    ]
  }
}

function approve(id: number, digest: string): ReturnType<typeof vote> {
  return vote(desk.ports, actor(desk.cast.current(), 'UMO'), {
    proposal: id,
    digest,
    decision: 'approve',
    words: 'Twenty characters and more of them.',
    isWaiver: true,
    changed: null,
  })
}

test('whatever is changed in a stored plan, no vote counts for it', async () => {
  const { id, digest, plan } = await proposed()
  let tried = 0
  for (const [path, changed] of mutations(JSON.parse(plan) as Canonical)) {
    const text = canonicalText(changed)
    expect(digestOf(text), path).not.toBe(digest)
    await owner.query('update proposal set plan = $1 where id = $2', [text, id])
    expect(await approve(id, digest), path).toMatchObject({ refused: 'plan-altered' })
    // With a digest that fits, the card that was read is of another plan.
    await owner.query('update proposal set digest = $1 where id = $2', [digestOf(text), id])
    const result = await approve(id, digest)
    expect(isRefused(result) && ['wrong-proposal', 'plan-altered'].includes(result.refused), path).toBe(true)
    await owner.query('update proposal set digest = $1 where id = $2', [digest, id])
    tried += 1
  }
  expect(tried).toBeGreaterThan(100)
  await owner.query('update proposal set plan = $1 where id = $2', [plan, id])
  expect(await approve(id, digest)).toMatchObject({ have: 1, need: 2 })
})

test.each([
  ["expires_at = expires_at + interval '1 hour'"],
  ["created_at = created_at - interval '1 hour'"],
  ["requester = 'sam'"],
  ["scope = '*/*/*'"],
])('a row that says %s is not the plan that was shown', async (change) => {
  const { id, digest } = await proposed()
  await owner.query(`update proposal set ${change} where id = $1`, [id])
  const result = await approve(id, digest)
  expect(isRefused(result) && ['plan-altered', 'not-approver', 'no-approvers'].includes(result.refused)).toBe(
    true,
  )
})
