import { describe, expect, test } from 'vitest'
import { actionNamed } from '../../src/actions/index.ts'
import { castOf } from '../../src/gameday/opening/cast.ts'
import { openingObjects } from '../../src/gameday/opening/cluster.ts'
import { podOf, uidOf } from '../../src/gameday/opening/ids.ts'
import { roguePod } from '../../src/gameday/opening/takeover.ts'
import type { KubeObject } from '../../src/model/action.ts'
import type { Planned } from '../../src/model/plan.ts'
import { isRefused, type Refused } from '../../src/model/refusals.ts'
import { SimulatedCluster } from '../../src/simulated/cluster.ts'
import { micros, plain } from '../helpers/seed.ts'

const CAST = castOf(1)
const OBJECTS = openingObjects(CAST)
const NOW = micros('2026-11-22T04:30:00Z')
const ROGUE = `kube-system/${CAST.pod}`

interface Ask {
  readonly objects?: readonly KubeObject[]
  readonly key?: string
  readonly kind?: 'pod' | 'node'
  readonly uid?: string | null
  readonly isContainFirst?: boolean
}

async function plan(action: string, ask: Ask = {}): Promise<Planned | Refused> {
  const { objects = OBJECTS, key = ROGUE, kind = 'pod', uid = null, isContainFirst = false } = ask
  const planner = actionNamed(action)
  if (planner === null) throw new Error(`no action ${action}`)
  const asked = { incident: 41, target: { kind, key }, uid, isContainFirst, now: NOW }
  return planner.plan(new SimulatedCluster(objects), asked)
}

async function planned(action: string, ask: Ask = {}): Promise<Planned> {
  const result = await plan(action, ask)
  if (isRefused(result)) throw new Error(result.refused)
  return result
}

async function refusal(action: string, ask: Ask = {}): Promise<string> {
  const result = await plan(action, ask)
  return isRefused(result) ? result.refused : 'planned'
}

/** The objects with one of them changed. */
function changed(name: string, change: (object: KubeObject) => KubeObject): readonly KubeObject[] {
  return OBJECTS.map((object) =>
    (object['metadata'] as KubeObject)['name'] === name ? change(object) : object,
  )
}

function withSpec(object: KubeObject, spec: KubeObject): KubeObject {
  return { ...object, spec: { ...(object['spec'] as KubeObject), ...spec } }
}

function withMetadata(object: KubeObject, metadata: KubeObject): KubeObject {
  return { ...object, metadata: { ...(object['metadata'] as KubeObject), ...metadata } }
}

const served = podOf(CAST, 'payments', CAST.service)

describe('isolating a pod', () => {
  test('saves it, labels it, then denies its traffic; undo goes the other way', async () => {
    const { steps, undo, target } = await planned('isolate-pod')
    const { uid } = roguePod(CAST)
    expect(target).toEqual({ kind: 'pod', key: ROGUE, uid })
    expect(steps.map(({ kind, phase, tier }) => [kind, phase, tier])).toEqual([
      ['save-manifest', 'preserve', 1],
      ['label-pod', 'preserve', 1],
      ['deny-pod-traffic', 'quarantine', 2],
    ])
    expect(undo.map(({ kind }) => kind)).toEqual(['allow-pod-traffic', 'unlabel-pod'])
    expect(steps[1]?.call).toEqual({
      method: 'PATCH',
      path: `/api/v1/namespaces/kube-system/pods/${CAST.pod}`,
      contentType: 'application/json-patch+json',
      body: [
        { op: 'test', path: '/metadata/uid', value: uid },
        { op: 'add', path: '/metadata/labels/firebreak.dev~1incident', value: 'INC-41' },
        { op: 'add', path: '/metadata/labels/firebreak.dev~1quarantine', value: uid },
      ],
    })
    expect(steps[2]?.call).toMatchObject({
      method: 'POST',
      path: '/apis/networking.k8s.io/v1/namespaces/kube-system/networkpolicies',
      body: {
        metadata: { name: `firebreak-41-${uid.slice(0, 8)}` },
        spec: {
          podSelector: { matchLabels: { 'firebreak.dev/quarantine': uid } },
          policyTypes: ['Ingress', 'Egress'],
        },
      },
    })
  })

  test('containing first denies before it saves, and says the same steps', async () => {
    const { steps } = await planned('isolate-pod', { isContainFirst: true })
    expect(steps.map(({ kind }) => kind)).toEqual(['label-pod', 'deny-pod-traffic', 'save-manifest'])
  })

  test('counts who else stands behind the same service, and what the budget allows', async () => {
    const { blast } = await planned('isolate-pod', { key: `payments/${served.name}` })
    expect(blast).toMatchObject({
      pods: { affected: 1, of: 2 },
      services: [CAST.service],
      budget: { name: CAST.service, allowed: 1 },
    })
    expect(blast.sentences.map(plain)).toEqual([
      `1 of 2 pods behind service ${CAST.service}; 1 pod stays up; disruption budget ${CAST.service} allows 1.`,
    ])
  })

  test('a pod that nobody runs is said to be that', async () => {
    const { blast } = await planned('isolate-pod')
    expect(blast.pods).toBeNull()
    expect(blast.sentences.map(plain)).toEqual([
      'This one pod, behind no service; nobody starts another one in its place.',
    ])
  })

  test.each([
    [
      'on the network of its node',
      (pod: KubeObject) => withSpec(pod, { hostNetwork: true }),
      /uses the network of its node/,
    ],
    [
      'kept by GitOps',
      (pod: KubeObject) => withMetadata(pod, { labels: { 'argocd.argoproj.io/instance': 'shop' } }),
      /GitOps manages this pod/,
    ],
  ])('warns of a pod %s', async (_, change, warning) => {
    const { open } = await planned('isolate-pod', { objects: changed(CAST.pod, change) })
    expect(open.map(plain).some((line) => warning.test(line))).toBe(true)
  })

  test('warns where nothing enforces policies, and where a policy allows and selects the pod already', async () => {
    const clean = (await planned('isolate-pod')).open.map(plain)
    expect(clean).toHaveLength(3)
    const silent = changed('aws-node', (set) => withSpec(set, { template: { spec: { containers: [] } } }))
    expect((await planned('isolate-pod', { objects: silent })).open.map(plain)[0]).toMatch(
      /No controller that Firebreak knows enforces/,
    )
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'allow-egress', namespace: 'kube-system', uid: 'p' },
      spec: { podSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'Exists' }] }, egress: [{}] },
    }
    const warned = (await planned('isolate-pod', { objects: [...OBJECTS, policy] })).open.map(plain)
    expect(warned[0]).toBe(
      'Policy allow-egress also selects this pod and allows egress: deny-all will not isolate it.',
    )
    expect(warned[1]).toMatch(/connections already open will survive/)
  })

  test('a Deployment that is rolled out has pods of several ReplicaSets', async () => {
    const owned = (name: string, owner: string): KubeObject => ({
      name,
      namespace: 'payments',
      uid: `uid-${name}`,
      ownerReferences: [{ uid: owner, controller: true }],
    })
    const set = (name: string): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: owned(name, 'uid-deployment'),
      spec: {},
    })
    const pod = (name: string, of: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: owned(name, `uid-${of}`),
      spec: {},
      status: { phase: 'Running' },
    })
    const objects = [...OBJECTS, set('old'), set('new'), pod('a', 'old'), pod('b', 'new'), pod('c', 'new')]
    const { blast } = await planned('isolate-pod', { objects, key: 'payments/a' })
    expect(blast.pods).toEqual({ affected: 1, of: 3 })
    const down = objects.map((one) =>
      (one['metadata'] as KubeObject)['name'] === 'b' ? { ...one, status: { phase: 'Pending' } } : one,
    )
    const left = await planned('isolate-pod', { objects: down, key: 'payments/a' })
    expect(plain(left.blast.sentences[0] ?? [])).toMatch(/^1 of 2 pods.*; 1 pod stays up/)
  })

  test('a pod that a policy of another incident holds is held, and Firebreak itself is no target', async () => {
    const { uid } = roguePod(CAST)
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: 'firebreak-40-x',
        namespace: 'kube-system',
        labels: { 'firebreak.dev/incident': 'INC-40' },
      },
      spec: { podSelector: { matchLabels: { 'firebreak.dev/quarantine': uid } } },
    }
    const held = changed(CAST.pod, (pod) =>
      withMetadata(pod, { labels: { 'firebreak.dev/quarantine': uid } }),
    )
    expect(await refusal('isolate-pod', { objects: [...held, policy] })).toBe('already-contained')
    const own = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'bot', namespace: 'firebreak', uid: 'u' },
      spec: {},
    }
    expect(await refusal('isolate-pod', { objects: [...OBJECTS, own], key: 'firebreak/bot' })).toBe(
      'own-resource',
    )
  })

  test('refuses what is gone, replaced, on Fargate, or held already; a label makes nothing our own', async () => {
    const codes = await Promise.all([
      refusal('isolate-pod', { key: 'kube-system/nobody' }),
      refusal('isolate-pod', { key: 'no-namespace' }),
      refusal('isolate-pod', { uid: 'another' }),
      refusal('isolate-pod', {
        objects: changed(CAST.pod, (pod) =>
          withMetadata(pod, { labels: { 'app.kubernetes.io/part-of': 'firebreak' } }),
        ),
      }),
      refusal('isolate-pod', {
        objects: changed(CAST.pod, (pod) => withSpec(pod, { schedulerName: 'fargate-scheduler' })),
      }),
      refusal('isolate-pod', {
        objects: [
          ...OBJECTS,
          {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'NetworkPolicy',
            metadata: { name: `firebreak-41-${roguePod(CAST).uid.slice(0, 8)}`, namespace: 'kube-system' },
            spec: {},
          },
        ],
      }),
    ])
    expect(codes).toEqual([
      'target-gone',
      'target-gone',
      'target-replaced',
      'planned',
      'fargate-pod',
      'already-contained',
    ])
  })
})

test('preserving a pod changes nothing that anything selects by', async () => {
  const { steps, blast } = await planned('label-pod')
  expect(steps.map(({ kind }) => kind)).toEqual(['save-manifest', 'label-pod'])
  expect(JSON.stringify(steps[1]?.call.body)).not.toContain('quarantine')
  expect(plain(blast.sentences[0] ?? [])).toMatch(/^Nothing stops/)
})

test('a pod without labels gets the map for them first, unless somebody made one meanwhile', async () => {
  const bare = changed(CAST.pod, (pod) => withMetadata(pod, { labels: {} }))
  const { steps } = await planned('label-pod', { objects: bare })
  expect((steps[1]?.call.body as readonly KubeObject[] | undefined)?.slice(1, 3)).toEqual([
    { op: 'test', path: '/metadata/resourceVersion', value: expect.any(String) as string },
    {
      op: 'add',
      path: '/metadata/labels',
      value: {},
    },
  ])
})

describe('cordoning a node', () => {
  const [node] = CAST.nodes
  const ask = { kind: 'node', key: node.name } as const

  test('saves it, then cordons it, and counts who runs there', async () => {
    const { steps, undo, blast } = await planned('cordon-node', ask)
    expect(steps.map(({ kind, tier }) => [kind, tier])).toEqual([
      ['save-manifest', 1],
      ['cordon-node', 1],
    ])
    expect(steps[1]?.call.body).toEqual([
      { op: 'test', path: '/metadata/uid', value: uidOf(CAST, { resource: 'nodes', name: node.name }) },
      { op: 'add', path: '/spec/unschedulable', value: true },
    ])
    expect(undo.map(({ kind }) => kind)).toEqual(['uncordon-node'])
    const here = OBJECTS.filter(
      (one) => (one['spec'] as KubeObject | undefined)?.['nodeName'] === node.name,
    ).length
    expect(plain(blast.sentences[0] ?? [])).toContain(
      here === 1 ? '1 pod runs on it' : `${here} pods run on it`,
    )
  })

  test('a node that somebody cordoned stays so when it is undone', async () => {
    const before = changed(node.name, (one) => withSpec(one, { unschedulable: true }))
    const { steps, undo } = await planned('cordon-node', { ...ask, objects: before })
    expect(undo).toEqual([])
    expect(plain(steps[1]?.sentence ?? [])).toMatch(/cordoned already: nothing changes/)
  })

  test('refuses what is gone or replaced', async () => {
    expect(await refusal('cordon-node', { ...ask, key: 'nobody' })).toBe('target-gone')
    expect(await refusal('cordon-node', { ...ask, uid: 'another' })).toBe('target-replaced')
  })
})
