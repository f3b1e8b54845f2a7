import type { Quorum, Step, Tier } from './plan.ts'

/** Votes that a tier takes, and how many of them are of cluster operators. */
const BY_TIER: { readonly [tier in Tier]: Omit<Quorum, 'tier'> } = {
  1: { votes: 1, operators: 0, isRead: false },
  2: { votes: 1, operators: 0, isRead: false },
  3: { votes: 1, operators: 1, isRead: false },
  4: { votes: 2, operators: 1, isRead: true },
}

/** Steps that a card shows whole; a longer plan is opened before it is voted on. */
export const SHOWN_STEPS = 8

/**
 * What the steps ask of approvers: the highest tier decides. A plan that contains first by name takes two votes at least, and one that
 * is longer than a card is read whole.
 */
export function planQuorum(steps: readonly Pick<Step, 'tier'>[], isContainFirst: boolean): Quorum {
  const tier = steps.reduce<Tier>((highest, step) => (step.tier > highest ? step.tier : highest), 1)
  const { votes, operators, isRead } = BY_TIER[tier]
  return {
    tier,
    votes: isContainFirst ? Math.max(votes, 2) : votes,
    operators,
    isRead: isRead || steps.length > SHOWN_STEPS,
  }
}
