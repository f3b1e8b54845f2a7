import type { Actor } from '../../src/approvals/ports.ts'
import type { Planned, Step, Tier } from '../../src/model/plan.ts'
import { refuse } from '../../src/model/refusals.ts'
import {
  type PersonRole,
  personOf,
  type Roster,
  type RosterPerson,
  type RosterSource,
} from '../../src/model/roster.ts'
import type { Phase, StepKind } from '../../src/model/steps.ts'

export const SCOPE = '111122223333/eu-west-1/shop'
const TEAM = 'TTEAM'

/** A person with accounts `U<ID>`, and `U<ID>2` where there are two. */
function person(id: string, roles: readonly PersonRole[], scopes = [SCOPE], accounts = 1): RosterPerson {
  const users = Array.from({ length: accounts }, (_, at) => `U${id.toUpperCase()}${at === 0 ? '' : at + 1}`)
  return { id, roles, scopes, accounts: users.map((user) => ({ team: TEAM, user })) }
}

const PEOPLE: readonly RosterPerson[] = [
  person('ada', ['responder', 'approver'], [SCOPE], 2),
  person('sam', ['responder']),
  person('mo', ['approver']),
  person('kim', ['approver']),
  person('op', ['operator']),
  person('far', ['approver'], ['999999999999/*/*']),
]

/** A roster that tests change while it is in use. */
export interface Cast extends RosterSource {
  roster: Roster
  trouble: string | null
  /** Takes every role from a person, or gives them back. */
  revoke(id: string): void
  restore(id: string): void
}

export function cast(more: Partial<Roster> = {}): Cast {
  const roster: Roster = {
    tenant: TEAM,
    people: PEOPLE,
    clusters: [{ scope: SCOPE, alias: 'shop', mode: 'enforce' }],
    channels: [],
    breakGlass: ['ada'],
    standardMode: 'dry-run',
    policy: 'policy-1',
    ...more,
  }
  return {
    roster,
    trouble: null,
    current() {
      return this.roster
    },
    problem() {
      return this.trouble
    },
    onChange: () => undefined,
    revoke(id) {
      const people = this.roster.people.map((one) => (one.id === id ? { ...one, roles: [] } : one))
      this.roster = { ...this.roster, people }
    },
    restore(id) {
      const whole = PEOPLE.find((one) => one.id === id)
      const people = this.roster.people.map((one) => (one.id === id && whole !== undefined ? whole : one))
      this.roster = { ...this.roster, people }
    },
  }
}

/** Whoever presses with an account: `USAM`, `UADA2`, `UNOBODY`; `bot` and `guest` are none that decides. */
export function actor(roster: Roster, user: string): Actor {
  const account = { team: TEAM, user }
  const known = personOf(roster, account)
  return {
    account,
    person: known,
    isBot: user === 'UBOT',
    refused: user === 'UGUEST' ? refuse('guest', {}) : null,
  }
}

/** A step on a pod, of a tier. */
export function step(
  tier: Tier,
  phase: Phase = 'preserve',
  kind: StepKind = 'label-pod',
  uid = 'uid-1',
): Step {
  return {
    kind,
    phase,
    target: { kind: 'pod', key: 'shop/web-1', uid },
    call: {
      method: 'PATCH',
      path: '/api/v1/namespaces/shop/pods/web-1',
      contentType: 'application/json-patch+json',
      body: [],
    },
    preconditions: [{ path: '/metadata/uid', equals: uid }],
    before: null,
    permission: { apiGroup: '', resource: 'pods', verb: 'patch', namespace: 'shop', name: 'web-1' },
    tier,
    reversible: true,
    sentence: ['Label pod ', { code: 'shop/web-1' }],
    way: 'take the labels off',
    proof: 'the labels stand on the pod',
  }
}

export function planned(steps: readonly Step[] = [step(1)]): Planned {
  return {
    action: 'label-pod',
    title: 'Label 1 pod',
    target: { kind: 'pod', key: 'shop/web-1', uid: 'uid-1' },
    steps,
    undo: [],
    blast: { pods: null, services: [], budget: null, others: [], sentences: [['Nothing stops.']] },
    ifNobodyActs: null,
    open: [],
  }
}
