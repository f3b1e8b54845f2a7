import { describe, expect, test } from 'vitest'
import { readRequest, saidBy, write } from './written.ts'

const OLD = `sha256:${'a'.repeat(64)}`
const NEW = `sha256:${'b'.repeat(64)}`

/** As an API server answers the create of a pod that wants the whole node. */
const pod = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: {
    name: 'shell-x7k2p',
    generateName: 'shell-',
    namespace: 'web',
    uid: '0c8a3d1e-0000-4000-8000-000000000001',
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'shell-7f', uid: 'r1', controller: true },
    ],
  },
  spec: {
    volumes: [
      { name: 'host', hostPath: { path: '/', type: 'Directory' } },
      { name: 'tls', secret: { secretName: 'tls' } },
      { name: 'csi', csi: { driver: 'd', nodePublishSecretRef: { name: 'publish' } } },
      {
        name: 'all',
        projected: {
          sources: [{ serviceAccountToken: { path: 'token' } }, { secret: { name: 'projected' } }],
        },
      },
    ],
    initContainers: [{ name: 'init', image: 'busybox:1.36' }],
    containers: [
      {
        name: 'shell',
        image: 'alpine',
        securityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN', 'NET_RAW'] } },
        env: [
          { name: 'A', value: 'x' },
          { name: 'B', valueFrom: { secretKeyRef: { name: 'db', key: 'p' } } },
        ],
        envFrom: [{ configMapRef: { name: 'c' } }, { secretRef: { name: 'env' } }],
      },
      { name: 'side', image: 'registry:5000/side:2', securityContext: { runAsUser: 1000 } },
    ],
    securityContext: { runAsUser: 0 },
    serviceAccountName: 'ci-deployer',
    imagePullSecrets: [{ name: 'pull' }],
    nodeName: 'ip-10-0-1-11.ec2.internal',
    hostNetwork: true,
    hostPID: true,
  },
  status: { phase: 'Pending' },
}
const POD = 'pod:web/shell-x7k2p'

test('a pod says what it is, what it may do, and what it is given', () => {
  expect(saidBy({ resource: 'pods', namespace: 'web', answer: pod })).toEqual([
    `${POD} uid 0c8a3d1e-0000-4000-8000-000000000001`,
    `${POD} privileged true`,
    `${POD} host-network true`,
    `${POD} host-pid true`,
    `${POD} run-as-root true`,
    `${POD} host-path /`,
    `${POD} capability SYS_ADMIN`,
    `${POD} capability NET_RAW`,
    'image:alpine repository library/alpine',
    'image:alpine registry docker.io',
    'image:registry:5000/side:2 repository side',
    'image:registry:5000/side:2 registry registry:5000',
    'image:busybox:1.36 repository library/busybox',
    'image:busybox:1.36 registry docker.io',
    `${POD} owned-by workload:web/replicasets/shell-7f`,
    `${POD} on node:ip-10-0-1-11.ec2.internal`,
    `${POD} uses subject:system:serviceaccount:web:ci-deployer`,
    `${POD} runs image:alpine`,
    `${POD} runs image:registry:5000/side:2`,
    `${POD} runs image:busybox:1.36`,
    `${POD} reads secret:web/db`,
    `${POD} reads secret:web/env`,
    `${POD} reads secret:web/tls`,
    `${POD} reads secret:web/publish`,
    `${POD} reads secret:web/projected`,
    `${POD} reads secret:web/pull`,
  ])
})

test('every entity of a trait or link is one of the entities', () => {
  const { entities, traits, links } = readRequest(write({ resource: 'pods', namespace: 'web', answer: pod }))
  for (const one of [...traits.map(({ entity }) => entity), ...links.flatMap(({ from, to }) => [from, to])]) {
    expect(entities).toContainEqual(one)
  }
  expect(new Set(entities.map((one) => JSON.stringify(one))).size).toBe(entities.length)
})

test('a harmless pod has no trait that says so', () => {
  const spec = {
    containers: [{ name: 'a', image: 'a', securityContext: { privileged: false, runAsUser: 1000 } }],
    hostNetwork: false,
    securityContext: { runAsUser: 0 },
  }
  const said = saidBy({ resource: 'pods', namespace: 'web', name: 'a', answer: { kind: 'Pod', spec } })
  expect(said).toEqual([
    'image:a repository library/a',
    'image:a registry docker.io',
    'pod:web/a runs image:a',
  ])
})

describe('ephemeral containers', () => {
  test('what was put into a running pod runs in it', () => {
    const debugged = {
      ...pod,
      spec: { ephemeralContainers: [{ name: 'debug', image: 'nicolaka/netshoot' }] },
    }
    const one = { verb: 'patch', namespace: 'web', name: 'shell-x7k2p', code: 200, answer: debugged }
    expect(saidBy({ ...one, resource: 'pods/ephemeralcontainers' })).toContain(
      `${POD} runs image:nicolaka/netshoot`,
    )
  })
})

describe('status', () => {
  const status = (image: string, imageID: string) => ({
    podIP: '10.244.1.16',
    podIPs: [{ ip: '10.244.1.16' }, { ip: '2001:DB8::16' }, { ip: 'nonsense' }],
    containerStatuses: [{ name: 'app', image, imageID }],
  })
  const patched = (sent: unknown, answer?: unknown) =>
    saidBy({ verb: 'patch', resource: 'pods/status', namespace: 'web', name: 'app', sent, answer, code: 200 })
  const withSpec = (asked: string, running: string, imageID: string) =>
    patched(
      {},
      {
        kind: 'Pod',
        spec: { containers: [{ name: 'app', image: asked }] },
        status: status(running, imageID),
      },
    )

  test('the kubelet says which addresses a pod has and which digest was pulled', () => {
    expect(
      patched({
        metadata: { uid: 'u1' },
        status: status('docker.io/library/app:1', `docker.io/library/app@${NEW}`),
      }),
    ).toEqual([
      'pod:web/app uid u1',
      `pod:web/app digest ${NEW}`,
      `image:docker.io/library/app:1 digest ${NEW}`,
      'pod:web/app at ip:10.244.1.16',
      'pod:web/app at ip:2001:db8::16',
    ])
  })
  test('the digest is of the image as the spec spells it', () => {
    const said = withSpec('app:1', 'docker.io/library/app:1', `docker.io/library/app@${NEW}`)
    expect(said).toContain(`image:app:1 digest ${NEW}`)
    expect(said).toContain(`pod:web/app digest ${NEW}`)
  })
  test('a status that still speaks of the image before says nothing about the new one', () => {
    const said = withSpec('app:2', 'docker.io/library/app:1', `docker.io/library/app@${OLD}`)
    expect(said).toContain(`pod:web/app digest ${OLD}`)
    expect(said.filter((one) => one.startsWith('image:') && one.includes('digest'))).toEqual([])
  })
  test('an id of the local store is no digest', () => {
    expect(patched({ status: status('app:1', OLD) }).join()).not.toContain('digest')
  })
  test('an image that is asked for by digest has it at once', () => {
    const spec = { containers: [{ name: 'app', image: `app@${NEW}` }] }
    expect(
      saidBy({ resource: 'pods', namespace: 'web', name: 'app', answer: { kind: 'Pod', spec } }),
    ).toContain(`image:app@${NEW} digest ${NEW}`)
  })
})

describe('owners', () => {
  const owned = (...ownerReferences: readonly object[]) =>
    saidBy({
      resource: 'pods',
      namespace: 'web',
      name: 'app',
      answer: { kind: 'Pod', metadata: { ownerReferences } },
    })
  test('kinds of other APIs keep their group, so that they are not taken for those of Kubernetes', () => {
    expect(
      owned(
        { apiVersion: 'batch/v1', kind: 'Job', name: 'j' },
        { apiVersion: 'batch.volcano.sh/v1alpha1', kind: 'Job', name: 'j' },
        { apiVersion: 'v1', kind: 'ReplicationController', name: 'rc' },
      ),
    ).toEqual([
      'pod:web/app owned-by workload:web/jobs/j',
      'pod:web/app owned-by workload:web/job.batch.volcano.sh/j',
      'pod:web/app owned-by workload:web/replicationcontrollers/rc',
    ])
  })
  test('a node is no workload', () => {
    expect(owned({ apiVersion: 'v1', kind: 'Node', name: 'n' })).toEqual([])
  })
})

describe('binding', () => {
  const bind = (target: unknown) =>
    saidBy({
      resource: 'pods/binding',
      namespace: 'web',
      name: 'app',
      sent: { kind: 'Binding', metadata: { uid: 'u1' }, target },
      answer: { kind: 'Status', status: 'Success', code: 201 },
    })
  test('the scheduler says on which node a pod runs', () => {
    expect(bind({ kind: 'Node', name: 'n1' })).toEqual(['pod:web/app uid u1', 'pod:web/app on node:n1'])
    expect(bind({ name: 'n1' })).toContain('pod:web/app on node:n1')
  })
  test('what is no node is none', () => {
    expect(bind({ kind: 'Pod', name: 'n1' })).toEqual(['pod:web/app uid u1'])
  })
})
