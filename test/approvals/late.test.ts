import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { breakGlass } from '../../src/approvals/glass.ts'
import { lock, unlock } from '../../src/approvals/holds.ts'
import { propose } from '../../src/approvals/propose.ts'
import { loadProposal } from '../../src/approvals/view.ts'
import { vote } from '../../src/approvals/vote.ts'
import { withdraw } from '../../src/approvals/withdraw.ts'
import { isRefused, refuse } from '../../src/model/refusals.ts'
import { type Desk, openDesk } from './desk.ts'
import { actor, planned, SCOPE, step } from './people.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
beforeEach(() => desk.cast.restore('ada'))
afterAll(() => desk.close())

const by = (user: string) => actor(desk.cast.current(), user)

async function proposed(
  isContainFirst = false,
): Promise<{ readonly proposal: number; readonly digest: string }> {
  const result = await propose(desk.ports, by('UADA'), {
    planned: planned([step(2)]),
    incident: desk.incident,
    scope: SCOPE,
    reason: 'Miner, still sending.',
    isContainFirst,
    keepFor: 3600,
    replaces: null,
    isSample: false,
  })
  if (isRefused(result)) throw new Error(result.refused)
  return result
}

function approve(
  user: string,
  { proposal, digest }: { proposal: number; digest: string },
): ReturnType<typeof vote> {
  const words = 'Twenty characters and more of them.'
  return vote(desk.ports, by(user), {
    proposal,
    digest,
    decision: 'approve',
    words,
    isWaiver: true,
    changed: null,
  })
}

function glass(
  user: string,
  { proposal, digest }: { proposal: number; digest: string },
  changed = null,
): ReturnType<typeof breakGlass> {
  const reason = 'Nobody answers, and it still sends.'
  return breakGlass(desk.ports, by(user), { proposal, digest, reason, cluster: 'shop', changed })
}

test('a vote that waited for its row until after the time is over does not count', async () => {
  const one = await proposed()
  const holder = await desk.ports.pool.connect()
  try {
    await holder.query('begin')
    await holder.query('select from proposal where id = $1 for update', [one.proposal])
    const late = approve('UMO', one)
    await new Promise((done) => setTimeout(done, 200))
    desk.ahead += 1801
    await holder.query('commit')
    expect(await late).toMatchObject({ refused: 'expired' })
  } finally {
    holder.release()
  }
})

test('the vote of somebody who is locked waits, and who is locked lifts no lock', async () => {
  const one = await proposed(true)
  expect(await approve('UMO', one)).toMatchObject({ have: 1, isDecided: false })
  await lock(desk.ports, by('USAM'), { kind: 'person', name: 'mo' }, null)
  expect(await approve('UKIM', one)).toMatchObject({ have: 1, isDecided: false })
  const view = await loadProposal(desk.ports, one.proposal)
  expect(view?.votes.map(({ by: user, voided }) => [user, voided])).toEqual([
    ['UMO', ['is locked']],
    ['UKIM', null],
  ])
  await lock(desk.ports, by('USAM'), { kind: 'scope', name: SCOPE }, null)
  expect(await unlock(desk.ports, by('UMO'), { kind: 'scope', name: SCOPE })).toMatchObject({
    refused: 'locked',
  })
  for (const name of ['scope', 'person'] as const) {
    const target =
      name === 'scope' ? ({ kind: 'scope', name: SCOPE } as const) : ({ kind: 'person', name: 'mo' } as const)
    await unlock(desk.ports, by('UKIM'), target)
    expect(await unlock(desk.ports, by('UOP'), target)).toMatchObject({ isLifted: true })
  }
  expect(await approve('UOP', one)).toMatchObject({ have: 3, isDecided: true })
})

test('acting alone asks for all that a vote asks for', async () => {
  expect(await glass('UADA', await proposed(true))).toMatchObject({ refused: 'no-break-glass' })
  expect(await glass('USAM', await proposed())).toMatchObject({ refused: 'no-break-glass' })
  const one = await proposed()
  desk.cast.revoke('ada')
  expect(await glass('UADA', one)).toMatchObject({ refused: 'requester-lapsed' })
  desk.cast.restore('ada')
  const gone = refuse('target-gone', { T: '04:00 UTC' })
  expect(await glass('UADA', one, gone as never)).toMatchObject({ refused: 'target-gone' })
  await withdraw(desk.ports, by('UADA'), one.proposal)
  expect(await glass('UADA', one)).toMatchObject({ refused: 'already-decided' })
  const two = await proposed()
  desk.ahead += 1801
  expect(await glass('UADA', two)).toMatchObject({ refused: 'expired' })
  expect(await glass('UADA', two)).toMatchObject({ refused: 'expired' })
  expect(await glass('UADA', await proposed())).toMatchObject({ trail: expect.any(Number) as number })
})
