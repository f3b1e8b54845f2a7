import { afterAll, beforeAll, expect, test } from 'vitest'
import { propose } from '../../src/approvals/propose.ts'
import { vote } from '../../src/approvals/vote.ts'
import { withdraw } from '../../src/approvals/withdraw.ts'
import { Random } from '../../src/gameday/random.ts'
import { isRefused } from '../../src/model/refusals.ts'
import { type Desk, openDesk } from './desk.ts'
import { actor, planned, SCOPE, step } from './people.ts'

const PLANS = process.env['FIREBREAK_TEST_FULL'] === '1' ? 1_000 : 100
const CONNECTIONS = 20

let desk: Desk
beforeAll(async () => {
  desk = await openDesk(CONNECTIONS)
})
afterAll(() => desk.close())

const by = (user: string) => actor(desk.cast.current(), user)

/** One press: by whom, for what. */
type Click = (proposal: number, digest: string) => Promise<object>

const approve =
  (user: string, isStale = false): Click =>
  (proposal, digest) =>
    vote(desk.ports, by(user), {
      proposal,
      digest: isStale ? '0'.repeat(64) : digest,
      decision: 'approve',
      words: null,
      isWaiver: false,
      changed: null,
    })
const deny =
  (user: string): Click =>
  (proposal, digest) =>
    vote(desk.ports, by(user), {
      proposal,
      digest,
      decision: 'deny',
      words: 'Not now, checkout peak.',
      isWaiver: false,
      changed: null,
    })

/** Ten clicks on each plan, some of which must never count. */
const CLICKS: readonly Click[] = [
  approve('UMO'),
  approve('UMO'),
  approve('UMO', true),
  approve('UKIM'),
  approve('UKIM'),
  approve('UADA2'),
  approve('UADA'),
  approve('UFAR'),
  deny('UOP'),
  (proposal) => withdraw(desk.ports, by('UADA'), proposal),
]

test(`${PLANS * CLICKS.length} clicks over ${PLANS} plans on ${CONNECTIONS} connections: each plan is decided exactly once`, {
  timeout: 600_000,
}, async () => {
  const ids: { readonly id: number; readonly digest: string }[] = []
  for (let nr = 0; nr < PLANS; nr++) {
    const result = await propose(desk.ports, by('UADA'), {
      planned: planned([step(2)]),
      incident: desk.incident,
      scope: SCOPE,
      reason: 'Miner, still sending.',
      isContainFirst: false,
      keepFor: 3600,
      replaces: null,
      isSample: false,
    })
    if (isRefused(result)) throw new Error(result.refused)
    ids.push({ id: result.proposal, digest: result.digest })
  }
  const random = new Random('clicks')
  const clicks = ids
    .flatMap(({ id, digest }) =>
      CLICKS.map((click) => ({ at: random.whole(0, 1e9), run: () => click(id, digest) })),
    )
    .toSorted((a, b) => a.at - b.at)
    .map(({ run }) => run)
  let next = 0
  let counted = 0
  const started = performance.now()
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let click = clicks[next++]; click !== undefined; click = clicks[next++]) {
        if (!isRefused(await click())) counted += 1
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  const rows = await desk.world.bot
    .selectFrom('proposal')
    .select(['id', 'state'])
    .where('state', '<>', 'proposed')
    .execute()
  expect(rows).toHaveLength(PLANS)
  const transitions = new Map<number, string[]>()
  const voters = new Map<number, Set<unknown>>()
  let refused = 0
  for (const entry of await desk.trail()) {
    const proposal = Number(entry['proposal'])
    const act = String(entry['act'])
    if (act === 'refused') refused += 1
    if (['approved', 'denied', 'withdrawn'].includes(act))
      transitions.set(proposal, [...(transitions.get(proposal) ?? []), act])
    if (act === 'voted') {
      expect(['mo', 'kim', 'op']).toContain(entry['person'])
      const before = voters.get(proposal) ?? new Set()
      expect(before.has(entry['person'])).toBe(false)
      voters.set(proposal, before.add(entry['person']))
    }
  }
  for (const { id, state } of rows) expect(transitions.get(id)).toEqual([state])
  expect(counted + refused).toBe(PLANS * CLICKS.length)
  process.stdout.write(
    `${clicks.length} clicks, ${PLANS} decided once, 0 wrong, ${Math.round(clicks.length / seconds)} clicks/s\n`,
  )
})
