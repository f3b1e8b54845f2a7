import type { Quorum } from '../../src/model/plan.ts'
import type { Decision, ProposalState } from '../../src/model/proposal.ts'
import type { RefusalCode } from '../../src/model/refusals.ts'

/** What the model knows of a proposal. */
export interface Known {
  readonly requester: string
  /** The account that proposed. */
  readonly user: string
  readonly quorum: Quorum
  readonly isContainFirst: boolean
  readonly policy: string
  readonly expiresAt: number
  state: ProposalState
  startBy: number
  readonly votes: Map<string, { readonly decision: Decision; isVoid: boolean }>
  readonly readers: Set<string>
}

/** What the model knows of all; seconds since it began. */
export interface World {
  now: number
  policy: string
  trouble: boolean
  readonly revoked: Set<string>
  readonly holds: Map<string, { readonly lifters: Set<string> }>
  readonly proposals: Known[]
}

/** Who may vote, whom the model knows by heart: not read from the code under test. */
const VOTERS: ReadonlyMap<string, 'approver' | 'operator'> = new Map([
  ['ada', 'approver'],
  ['mo', 'approver'],
  ['kim', 'approver'],
  ['op', 'operator'],
])
const PROPOSERS: ReadonlySet<string> = new Set(['ada', 'sam'])

export const PERSON_OF: ReadonlyMap<string, string> = new Map([
  ['UADA', 'ada'],
  ['UADA2', 'ada'],
  ['USAM', 'sam'],
  ['UMO', 'mo'],
  ['UKIM', 'kim'],
  ['UOP', 'op'],
  ['UFAR', 'far'],
])

export function mayVote(world: World, person: string | undefined): boolean {
  return person !== undefined && VOTERS.has(person) && !world.revoked.has(person)
}

function mayPropose(world: World, person: string | undefined): boolean {
  return person !== undefined && PROPOSERS.has(person) && !world.revoked.has(person)
}

export function isHeld(world: World, people: readonly string[]): boolean {
  return (
    world.holds.has('all') ||
    world.holds.has('scope') ||
    people.some((one) => world.holds.has(`person ${one}`))
  )
}

export function counted(world: World, known: Known): { readonly votes: number; readonly operators: number } {
  const valid = [...known.votes].filter(
    ([person, { decision, isVoid }]) =>
      decision === 'approve' &&
      !isVoid &&
      !world.holds.has(`person ${person}`) &&
      mayVote(world, person) &&
      person !== known.requester,
  )
  return {
    votes: valid.length,
    operators: valid.filter(([person]) => VOTERS.get(person) === 'operator').length,
  }
}

export function expectPropose(world: World, user: string, words: string): RefusalCode | 'done' {
  if (user === 'UGUEST') return 'guest'
  const person = PERSON_OF.get(user)
  if (!mayPropose(world, person)) return 'not-responder'
  if (isHeld(world, [person ?? ''])) return 'locked'
  if (world.trouble) return 'policy-unreadable'
  return words.length < 10 ? 'reason-missing' : 'done'
}

export interface Pressed {
  readonly user: string
  readonly decision: Decision
  readonly words: string | null
  readonly isWaiver: boolean
  readonly isStale: boolean
}

/** What has to come of a press; the model's own ladder, written from the rules and not from the code. */
export function expectVote(world: World, known: Known, pressed: Pressed): RefusalCode | 'done' {
  const { user, decision, words, isWaiver, isStale } = pressed
  if (user === 'UGUEST') return 'guest'
  const person = PERSON_OF.get(user)
  if (known.state === 'superseded') return 'plan-changed'
  const mine = known.votes.get(person ?? '')
  if (mine !== undefined && !mine.isVoid && mayVote(world, person))
    return mine.decision === decision ? 'already-counted' : 'vote-final'
  if (known.state === 'expired') return 'expired'
  if (known.state !== 'proposed') return 'already-decided'
  if (world.now >= known.expiresAt) return 'expired'
  if (isStale) return 'wrong-proposal'
  if (user === 'UBOT') return 'not-a-person'
  if (user === known.user) return 'same-person'
  if (person === known.requester) return 'second-identity'
  if (!mayVote(world, person)) {
    const others = [...VOTERS.keys()].filter((one) => mayVote(world, one) && one !== known.requester)
    return others.length === 0 ? 'no-approvers' : 'not-approver'
  }
  if (isHeld(world, [known.requester, person ?? ''])) return 'locked'
  if (world.trouble) return 'policy-unreadable'
  const length = (words ?? '').trim().length
  if (decision === 'deny') return length >= 10 ? 'done' : 'reason-missing'
  if (known.policy !== world.policy) return 'policy-changed'
  if (!mayPropose(world, known.requester)) return 'requester-lapsed'
  if (known.quorum.isRead && !known.readers.has(person ?? '')) return 'plan-not-read'
  const least = known.isContainFirst ? 20 : known.quorum.tier >= 3 ? 10 : 0
  if (length < least) return 'reason-missing'
  return known.isContainFirst && !isWaiver ? 'evidence-first' : 'done'
}
