import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import type { Answer } from '../../src/model/answer.ts'
import { formatTime } from '../../src/model/time.ts'
import { type Counted, countAudit } from '../helpers/count-audit.ts'
import { ROOT } from '../helpers/documents.ts'
import { packAll } from '../helpers/pack.ts'
import { micros, openWorld, type World } from '../helpers/seed.ts'

const FOLDER = join(ROOT, '../shared/data/k8s-audit')
const FILES = [
  'apiserver-1.32-incident.ndjson.gz',
  'audit2rbac-demo.ndjson',
  'falco-k8s-audit.ndjson',
  'ocsf-eks-node-create.ndjson',
  'panther-eks-audit-tests.ndjson',
  'sekoia-k8s-audit.ndjson',
].map((name) => join(FOLDER, name))

const OUTCOMES = ['success', 'failure', 'unauthorized', 'forbidden'] as const
type Test = (request: Counted) => boolean

function totalsOf(requests: readonly Counted[]): Answer['totals'] {
  const of = (outcome: string): number => requests.filter((one) => one.outcome === outcome).length
  return {
    success: of('success'),
    failure: of('failure'),
    unauthorized: of('unauthorized'),
    forbidden: of('forbidden'),
  }
}

/** A line for each group of requests: its name, its four counts, and when it was seen. */
function linesOf(requests: readonly Counted[], nameOf: (request: Counted) => string): readonly string[] {
  const groups = new Map<string, Counted[]>()
  for (const one of requests) groups.set(nameOf(one), [...(groups.get(nameOf(one)) ?? []), one])
  return [...groups]
    .map(([name, own]) => {
      const totals = totalsOf(own)
      const first = formatTime(Math.min(...own.map((one) => one.first)))
      const last = formatTime(Math.max(...own.map((one) => one.last)))
      return [name, ...OUTCOMES.map((outcome) => totals?.[outcome]), first, last].join(' | ')
    })
    .toSorted()
}

function fieldText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function rowLines(answer: Answer, names: readonly string[]): readonly string[] {
  return answer.rows
    .map((row) =>
      [...names, ...OUTCOMES, 'firstSeen', 'lastSeen'].map((field) => fieldText(row[field])).join(' | '),
    )
    .toSorted()
}

describe.skipIf(!existsSync(FOLDER))('real audit logs beside a count by hand', () => {
  let world: World
  let all: readonly Counted[] = []
  beforeAll(async () => {
    world = await openWorld()
    const { stopped, unreadable } = await ingestFiles(world.deps(), FILES, null)
    expect([stopped, unreadable]).toEqual([null, []])
    all = countAudit(FILES)
  })
  afterAll(() => world.close())

  const caller = ({ subject, ip, as }: Counted): string => [subject, ip, as].map(String).join(' | ')

  async function check(lookup: 'subject' | 'ip', entity: string, isAsked: Test): Promise<void> {
    const answer = await world.ask(lookup, entity, { limit: 10_000 })
    const own = all.filter(isAsked)
    // What others did in a subject's name is in the rows and not in the totals.
    const shown = lookup === 'ip' ? own : [...own, ...all.filter((one) => one.as === entity)]
    expect(shown.length, entity).toBeGreaterThan(0)
    expect({ totals: answer.totals, rows: rowLines(answer, ['subject', 'ip', 'as']) }).toEqual({
      totals: totalsOf(own),
      rows: linesOf(shown, caller),
    })
  }

  test('there is something to count', () => {
    expect(all.length).toBeGreaterThan(2500)
    expect(new Set(all.map((one) => one.outcome))).toEqual(new Set(OUTCOMES))
  })

  test.each([
    'system:anonymous',
    'kubernetes-admin',
    'system:serviceaccount:ops:external-secrets',
    'system:serviceaccount:kube-system:kube-controller',
    'viewer',
    'minikube-user',
  ])('who called, from where, with what outcome: %s', (key) =>
    check('subject', key, (one) => one.subject === key),
  )

  test('who acted as others, and in whose name', async () => {
    await check('subject', 'system:admin', (one) => one.subject === 'system:admin')
    await check('subject', 'bob', (one) => one.subject === 'bob')
  })

  test.each(['127.66.0.7', '127.66.0.9', '192.168.99.1', '::1', '1.2.3.4'])(
    'what an address did: %s',
    (key) => check('ip', key, (one) => one.ip === key),
  )

  test('what a network and a pattern match', async () => {
    await check('ip', '127.66.0.0/16', (one) => one.ip?.startsWith('127.66.') === true)
    await check(
      'subject',
      'system:serviceaccount:monitoring:*',
      (one) => one.subject?.startsWith('system:serviceaccount:monitoring:') === true,
    )
  })

  test('a 401 is counted for the address, as nobody', async () => {
    const { totals, rows } = await world.ask('ip', '127.66.0.9')
    const own = all.filter((one) => one.ip === '127.66.0.9' && one.outcome === 'unauthorized')
    expect(own.length).toBeGreaterThan(0)
    expect(totals?.unauthorized).toBe(own.length)
    expect(rows.find((row) => row['subject'] === null)).toMatchObject({ unauthorized: own.length })
  })

  test('an hour by itself, and hours without any', async () => {
    const window = { from: micros('2026-11-22T04:00:00Z'), to: micros('2026-11-22T05:00:00Z') }
    const inside = (one: Counted): boolean => one.at >= window.from && one.at < window.to
    for (const key of ['kubernetes-admin', 'system:anonymous', 'minikube-user']) {
      const own = all.filter((one) => one.subject === key && inside(one))
      expect((await world.ask('subject', key, { window })).totals, key).toEqual(totalsOf(own))
    }
    const later = { from: window.to + 86_400_000_000, to: window.to + 2 * 86_400_000_000 }
    expect((await world.ask('subject', '*', { window: later })).totals).toEqual(totalsOf([]))
  })

  test.each([
    'system:serviceaccount:ops:external-secrets',
    'system:serviceaccount:kube-system:kube-controller',
  ])('which secrets were reached by name: %s', async (key) => {
    const own = all.filter(
      (one) => one.subject === key && one.resource === 'secrets' && one.name !== '' && one.verb === 'get',
    )
    expect(own.length).toBeGreaterThan(0)
    const answer = await world.ask('secrets', key, { limit: 10_000 })
    const read = answer.rows.filter((row) => row['how'] === 'read by name' || row['how'] === 'read')
    expect(rowLines({ ...answer, rows: read }, ['secret'])).toEqual(
      linesOf(own, (one) => `${one.namespace}/${one.name}`),
    )
  })

  test('since when addresses are known', async () => {
    for (const key of ['127.66.0.7', '192.168.99.1', '127.0.50.21']) {
      const own = all.filter((one) => one.ip === key)
      const answer = await world.ask('seen', `ip:${key}`)
      expect([answer.firstSeen, answer.lastSeen]).toEqual([
        Math.min(...own.map((one) => one.first)),
        Math.max(...own.map((one) => one.last)),
      ])
    }
  })

  test('everybody together, and again once it is packed', async () => {
    for (const round of ['hot', 'packed']) {
      const { totals } = await world.ask('subject', '*', { limit: 10_000 })
      expect(totals, round).toEqual(totalsOf(all.filter((one) => one.subject !== null)))
      await packAll(world.ingest)
    }
    await check('subject', 'system:anonymous', (one) => one.subject === 'system:anonymous')
  })
})
