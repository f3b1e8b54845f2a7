import { afterAll, beforeAll, expect, test } from 'vitest'
import { now } from '../../src/wire.ts'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { lastFinding, openingAt } from '../helpers/opening.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

const { scenario, readable } = openingAt(now())

/** GuardDuty's story of the opening: four findings, one of them of another incident, and a call. */
function sequence(): object {
  const types = [
    'Policy:Kubernetes/AnonymousAccessGranted',
    'CredentialAccess:Kubernetes/SuccessfulAnonymousAccess',
    'PrivilegeEscalation:Kubernetes/PrivilegedContainer',
    'Discovery:Kubernetes/AnomalousBehavior.PermissionChecked',
  ]
  const members = types.map((type) => lastFinding(readable, type) as unknown as Event)
  const [first] = members
  if (first === undefined) throw new Error('the opening has no findings')
  const signals = members.map(({ detail }) => ({
    uid: detail.arn,
    type: 'FINDING',
    name: detail.type,
    firstSeenAt: detail.service.eventFirstSeen,
    lastSeenAt: detail.service.eventLastSeen,
  }))
  const last = members
    .map(({ detail }) => detail.updatedAt)
    .toSorted()
    .at(-1)
  const cluster = first.detail.resource.eksClusterDetails
  return {
    ...first,
    detail: {
      ...first.detail,
      id: 'a-sequence',
      arn: first.detail.arn.replace(/[^/]+$/, 'a-sequence'),
      type: 'AttackSequence:EKS/CompromisedCluster',
      severity: 9,
      updatedAt: last,
      resource: { resourceType: 'AttackSequence' },
      service: {
        ...first.detail.service,
        action: undefined,
        featureName: 'Correlation',
        count: 1,
        detection: {
          sequence: {
            uid: 'a-sequence',
            actors: [{ id: 'a', user: { name: 'system:anonymous' } }],
            endpoints: [{ id: 'e', ip: scenario.cast.outsiders[0] }],
            resources: [{ uid: cluster.arn, name: cluster.name, data: { eksCluster: { arn: cluster.arn } } }],
            signals: [
              ...signals,
              { uid: 'c', type: 'EKS_AUDIT_LOGS', name: 'list secrets', firstSeenAt: last, count: 14 },
            ],
          },
        },
      },
    },
  }
}

interface Event {
  readonly detail: {
    readonly arn: string
    readonly type: string
    readonly updatedAt: string
    readonly resource: { readonly eksClusterDetails: { readonly name: string; readonly arn: string } }
    readonly service: { readonly eventFirstSeen: string; readonly eventLastSeen: string }
  }
}

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  await stage.feed(readable, scenario.scope)
  await stage.settled()
})
afterAll(() => stage.close())

test('an attack sequence turns the first card into its own, and the other card leads there', async () => {
  const cards = async () => {
    const all = await stage.workspace.messages(INCIDENTS_CHANNEL)
    return all.filter(({ threadTs }) => threadTs === null)
  }
  expect(await cards()).toHaveLength(2)
  await stage.feed([sequence()], scenario.scope)
  await stage.settled()
  const [attack, joined] = await cards()
  expect(attack?.text).toMatch(/^Critical: Attack sequence · prod-payments · first seen /)
  const drawn = JSON.stringify(attack?.blocks)
  for (const words of [
    '5 signals',
    'Anonymous access granted',
    'Privilege escalation',
    '1 more in the thread',
  ])
    expect(drawn).toContain(words)
  expect(drawn).toMatch(/INC-1 · open · 10 findings joined/)
  expect(joined?.text).toBe('Joined INC-1 · INC-2')
  expect(JSON.stringify(joined?.blocks)).toContain(`/archives/${INCIDENTS_CHANNEL}/p`)
  const threads = (await stage.workspace.messages(INCIDENTS_CHANNEL)).filter(
    ({ threadTs }) => threadTs !== null,
  )
  const told = threads.filter(({ threadTs }) => threadTs === joined?.ts).map(({ text }) => text)
  expect(told.filter((text) => text.startsWith('Joined'))).toEqual(['Joined INC-1 · INC-2'])
  expect(threads.map(({ text }) => text)).toContain('Now Critical: Attack sequence · INC-1')
  const listed = threads.find(({ text }) => text === 'Joined by Critical: Attack sequence · INC-1')
  expect(JSON.stringify(listed?.blocks)).toContain('list secrets')
  // A button in the joined thread is answered where the story goes on.
  const reply = threads.find(
    ({ threadTs, blocks }) => threadTs === joined?.ts && JSON.stringify(blocks).includes('ask:seen'),
  )
  const channel = INCIDENTS_CHANNEL
  await stage.workspace.press({ channel, ts: reply?.ts ?? '', actionId: 'ask:seen', userId: 'UALEX' })
  const answer = await stage.workspace.waitForMessage(({ text }) => text.startsWith('First and last seen'))
  expect(answer.threadTs).toBe(attack?.ts)
  expect(stage.errors).toEqual([])
})
