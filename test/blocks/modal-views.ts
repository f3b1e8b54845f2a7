import type { View } from '@slack/types'
import { type AskModalView, askModal } from '../../blocks/ask-modal.ts'
import { type HomeView, home } from '../../blocks/home.ts'
import { HOUR, SECOND } from '../../src/model/time.ts'
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

const standing: HomeView = {
  incidents: [
    incident,
    { ...incident, number: 42, severity: 'Critical', title: null, cluster: LINK, url: null },
  ],
  open: 2,
  sources: [
    { name: 'prod-payments', firstAt: NOW - 48 * HOUR, lastAt: NOW - 60 * SECOND },
    { name: LINK, firstAt: NOW - HOUR, lastAt: NOW },
  ],
  lastFinding: NOW - 180 * SECOND,
}

const many: HomeView = {
  ...standing,
  incidents: Array.from({ length: 10 }, (_, at) => ({ ...incident, number: at + 1 })),
  open: 1_204,
  sources: Array.from({ length: 13 }, (_, at) => ({
    name: `cluster-${at}`,
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
    ['home-empty', home({ incidents: [], open: 0, sources: [], lastFinding: null }, NOW)],
    ['home-many', home(many, NOW)],
  ])
}
