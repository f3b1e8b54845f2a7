import type { View } from '@slack/types'
import { type AskModalView, askModal } from '../../blocks/ask-modal.ts'
import { containModal, planningModal, previewModal } from '../../blocks/contain-modal.ts'
import { glassModal, reviewModal } from '../../blocks/glass-modals.ts'
import { type HomeProposal, type HomeView, home } from '../../blocks/home.ts'
import { approveModal, denyModal, planModal } from '../../blocks/vote-modals.ts'
import type { ProposalView } from '../../src/model/proposal.ts'
import { HOUR, SECOND } from '../../src/model/time.ts'
import { proposals } from './proposal-views.ts'
import { LINK, NOW, POD, SUBJECT } from './views.ts'

const ask: AskModalView = {
  incident: 41,
  entity: { kind: 'pod', key: POD },
  questions: [{ lookup: 'seen', label: 'First and last seen' }],
}

const incident: HomeView['incidents'][number] = {
  number: 41,
  severity: 'High',
  title: 'Anonymous access granted',
  cluster: 'prod-payments',
  url: 'https://firebreak-practice.slack.com/archives/C0INCIDENTS/p1795000000000100',
}

const proposal: HomeProposal = {
  number: 118,
  title: 'Isolate 1 pod',
  cluster: 'prod-payments',
  until: NOW + 1_680 * SECOND,
  isYours: false,
  url: incident.url,
}

const waiting = required('proposal-waiting')
const containFirst = required('proposal-contain-first')
const buttonOf = (verb: string): string => `id-of-${verb}`

function required(name: string): ProposalView {
  const view = proposals[name]
  if (view === undefined) throw new Error(`no view ${name}`)
  return view
}

const standing: HomeView = {
  waiting: [proposal, { ...proposal, number: 117, cluster: LINK, isYours: true, url: null }],
  incidents: [
    incident,
    { ...incident, number: 42, severity: 'Critical', title: null, cluster: LINK, url: null },
  ],
  open: 2,
  sources: [
    { name: 'prod-payments', firstAt: NOW - 48 * HOUR, lastAt: NOW - 60 * SECOND, missingHours: 0 },
    { name: LINK, firstAt: NOW - HOUR, lastAt: NOW, missingHours: 1 },
  ],
  lastFinding: NOW - 180 * SECOND,
}

const many: HomeView = {
  ...standing,
  incidents: Array.from({ length: 10 }, (_, at) => ({ ...incident, number: at + 1 })),
  open: 1_204,
  sources: Array.from({ length: 13 }, (_, at) => ({
    name: `cluster-${at}`,
    missingHours: 1_204,
    firstAt: NOW - HOUR,
    lastAt: NOW,
  })),
}

/** Every modal and Home in every situation, by the name of its golden. */
export function allViews(): ReadonlyMap<string, View> {
  return new Map<string, View>([
    ['ask', askModal(ask)],
    ['ask-nothing', askModal({ ...ask, entity: null })],
    ['ask-too-long', askModal({ ...ask, entity: { kind: 'subject', key: `${SUBJECT}${'x'.repeat(200)}` } })],
    ['home', home(standing, NOW)],
    ['home-empty', home({ waiting: [], incidents: [], open: 0, sources: [], lastFinding: null }, NOW)],
    ['home-many', home(many, NOW)],
    [
      'contain',
      containModal({
        incident: 41,
        cluster: 'prod-payments',
        mode: 'enforce',
        actions: [{ name: 'isolate-pod', label: 'Isolate the pod' }],
        targets: [{ value: 'a', kind: 'pod', key: `${SUBJECT}/${'x'.repeat(100)}` }],
      }),
    ],
    ['preview', previewModal({ ...waiting.plan }, { draft: 'id', cluster: LINK, isChanged: true })],
    ['planning', planningModal()],
    ...(['approver', 'requester', 'reader'] as const).map(
      (role) =>
        [`plan-${role}`, planModal(waiting, { now: NOW, role, mayBreakGlass: true, buttonOf })] as const,
    ),
    ['approve', approveModal(waiting, { press: 'id' })],
    ['approve-waive', approveModal(containFirst, { press: 'id' })],
    ['deny', denyModal({ press: 'id' })],
    ['glass', glassModal({ ...waiting, cluster: LINK }, { press: 'id' })],
    ['review', reviewModal(waiting, { press: 'id' })],
  ])
}
