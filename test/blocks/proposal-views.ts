import type { Plan, Step, Tier } from '../../src/model/plan.ts'
import type { ProposalView } from '../../src/model/proposal.ts'
import { planQuorum } from '../../src/model/quorum.ts'
import { SECOND } from '../../src/model/time.ts'
import { step } from '../approvals/people.ts'
import { AGENT, EMPHASIS, NOW, POD } from './views.ts'

function hostileStep(tier: Tier, phase: Step['phase'], kind: Step['kind'], key: string): Step {
  return {
    ...step(tier, phase, kind),
    sentence: ['Deny all traffic of pod ', { code: key }, ' (NetworkPolicy)'],
  }
}

const STEPS: readonly Step[] = [
  hostileStep(1, 'preserve', 'save-manifest', POD),
  hostileStep(1, 'preserve', 'label-pod', EMPHASIS),
  hostileStep(2, 'quarantine', 'deny-pod-traffic', AGENT),
]

function planOf(steps: readonly Step[], more: Partial<Plan> = {}): Plan {
  const { isContainFirst = false } = more
  return {
    v: 1,
    action: 'isolate-pod',
    title: 'Isolate 1 pod',
    target: { kind: 'pod', key: POD, uid: 'uid-1' },
    steps,
    undo: [step(2, 'quarantine', 'allow-pod-traffic')],
    blast: {
      pods: { affected: 1, of: 3 },
      services: [POD],
      budget: null,
      others: [],
      sentences: [['1 of 3 pods behind service ', { code: POD }, '; 2 pods stay up.']],
    },
    ifNobodyActs: ['It still sends to ', { code: EMPHASIS }, '.'],
    open: [
      ['Policy ', { code: AGENT }, ' also selects this pod and allows egress: deny-all will not isolate it.'],
    ],
    tenant: 'T',
    scope: '123456789012/eu-west-1/prod-payments',
    incident: 41,
    requester: 'ada',
    reason: `${POD} ${EMPHASIS}`,
    mode: 'enforce',
    quorum: planQuorum(steps, isContainFirst),
    isContainFirst,
    evidence: [],
    policy: 'p',
    createdAt: NOW - 120 * SECOND,
    expiresAt: NOW + 1680 * SECOND,
    startWithin: 600,
    keepFor: 86_400,
    nonce: '0',
    ...more,
  }
}

const waiting: ProposalView = {
  number: 118,
  revision: 1,
  state: 'proposed',
  plan: planOf(STEPS),
  digest: `9f3c${'0'.repeat(58)}ab`,
  cluster: 'prod-payments',
  requester: 'UADA',
  votes: [],
  approvers: ['UMO', 'UKIM'],
  since: NOW - 120 * SECOND,
  ended: null,
  startBy: null,
  replacedBy: null,
  lock: null,
  brokeGlass: null,
}
const vote = {
  by: 'UMO',
  at: NOW - 60 * SECOND,
  decision: 'approve',
  isOperator: false,
  words: null,
  voided: null,
} as const
const ended = { by: 'UMO', words: `Checkout peak, isolate after 03:00. ${EMPHASIS} ${POD}` }

export const proposals: Readonly<Record<string, ProposalView>> = {
  'proposal-waiting': waiting,
  'proposal-dry-run': { ...waiting, plan: planOf(STEPS, { mode: 'dry-run' }) },
  'proposal-two-votes': {
    ...waiting,
    plan: planOf([...STEPS, hostileStep(4, 'remove', 'deny-pod-traffic', POD)]),
    votes: [vote],
  },
  'proposal-contain-first': { ...waiting, plan: planOf(STEPS.toReversed(), { isContainFirst: true }) },
  'proposal-long': {
    ...waiting,
    plan: planOf(Array.from({ length: 12 }, (_, nr) => STEPS[nr % 3] ?? step(1))),
  },
  'proposal-final-step': {
    ...waiting,
    plan: planOf([...STEPS, { ...hostileStep(2, 'rotate', 'deny-pod-traffic', POD), reversible: false }]),
  },
  'proposal-voided': { ...waiting, votes: [{ ...vote, voided: ['may no longer approve'] }] },
  'proposal-nobody': { ...waiting, approvers: [] },
  'proposal-locked': { ...waiting, lock: { by: 'USAM', since: NOW, words: `wrong cluster ${EMPHASIS}` } },
  'proposal-approved': { ...waiting, state: 'approved', votes: [vote], ended, startBy: NOW + 600 * SECOND },
  'proposal-ended-denied': { ...waiting, state: 'denied', ended },
  'proposal-ended-expired': { ...waiting, state: 'expired', since: NOW + 1680 * SECOND },
  'proposal-ended-superseded': { ...waiting, state: 'superseded', replacedBy: 119 },
  'proposal-ended-withdrawn': { ...waiting, state: 'withdrawn', ended: { by: 'UADA', words: null } },
}
