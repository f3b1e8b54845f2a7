import { Random } from '../random.ts'
import { type Call, inTurn } from '../records/call.ts'
import type { Callers } from './callers.ts'
import type { Cast, Node } from './cast.ts'
import { podIp, uidOf } from './ids.ts'
import type { Timeline } from './timeline.ts'

/** Second of play at which the pod is made, and at which it begins to mine. */
export const POD_MADE = 52
export const MINING = 68

/** The pod with its node's disk, as the API server stored it. */
export interface RoguePod {
  readonly uid: string
  readonly ip: string
  readonly node: Node
  readonly manifest: { readonly metadata: object; readonly spec: object }
}

/** The intruder's pod, the same in every record. */
export function roguePod(cast: Cast): RoguePod {
  const [, node] = cast.nodes
  return {
    uid: uidOf(cast, { resource: 'pods', namespace: 'kube-system', name: cast.pod }),
    ip: podIp(node, new Random(`${cast.seed}/rogue-pod`)),
    node,
    manifest: {
      metadata: { name: cast.pod, namespace: 'kube-system', labels: { 'k8s-app': cast.rogue } },
      spec: {
        serviceAccountName: cast.rogue,
        hostPID: true,
        hostNetwork: false,
        nodeName: node.name,
        containers: [
          {
            name: 'agent',
            image: cast.image,
            command: ['sleep', 'infinity'],
            securityContext: { privileged: true },
            volumeMounts: [{ name: 'host', mountPath: '/host' }],
          },
        ],
        volumes: [{ name: 'host', hostPath: { path: '/', type: 'Directory' } }],
      },
    },
  }
}

/** The intruder's own account at work, from both addresses. */
export function takeoverCalls(cast: Cast, callers: Callers, timeline: Timeline): readonly Call[] {
  const [first, second] = cast.outsiders
  const pod = { resource: 'pods', namespace: 'kube-system', name: cast.pod }
  const { manifest, uid, node } = roguePod(cast)
  const exec = (...command: readonly string[]): typeof pod & { subresource: string; query: string } => ({
    ...pod,
    subresource: 'exec',
    query: `${command.map((word) => `command=${encodeURIComponent(word)}`).join('&')}&container=agent&stderr=true&stdin=true&stdout=true&tty=true`,
  })
  const get = { verb: 'get', target: pod, code: 200 } as const
  return [
    ...inTurn(callers.rogue(second), timeline.at(43), 6, [
      { verb: 'list', target: { resource: 'nodes', query: 'limit=500' }, code: 200 },
      { verb: 'list', target: { resource: 'pods', namespace: 'kube-system', query: 'limit=500' }, code: 200 },
      { verb: 'get', target: { resource: 'secrets', namespace: 'orders', name: 'orders-db' }, code: 200 },
      { verb: 'list', target: { resource: 'secrets', namespace: 'orders' }, code: 200 },
    ]),
    ...inTurn(callers.rogue(first), timeline.at(POD_MADE - 1.5), 26, [
      { verb: 'create', target: pod, code: 422, body: { ...manifest, spec: {} } },
      {
        verb: 'create',
        target: pod,
        code: 201,
        body: manifest,
        stored: { metadata: { uid } },
        stages: 'both',
      },
    ]),
    {
      at: timeline.at(POD_MADE + 0.1),
      caller: callers.kubelet(node),
      verb: 'patch',
      target: { ...pod, subresource: 'status' },
      code: 200,
      body: { metadata: { uid }, status: { phase: 'Running' } },
    },
    ...inTurn(callers.rogue(first), timeline.at(POD_MADE + 1), 8, [
      get,
      { verb: 'create', target: exec('sh'), code: 500 },
      get,
      { verb: 'create', target: exec('chroot', '/host', 'sh'), code: 101, stages: 'stream' },
    ]),
    ...inTurn(callers.rogue(first), timeline.at(MINING - 2), 25, [
      {
        verb: 'create',
        target: exec('chroot', '/host', 'sh', '-c', 'nohup /tmp/.kw/kw &'),
        code: 101,
        stages: 'stream',
      },
      get,
    ]),
    ...inTurn(callers.rogue(second), timeline.at(96), 55, [
      get,
      { verb: 'get', target: { ...pod, subresource: 'log', query: 'tailLines=20' }, code: 200 },
      {
        verb: 'list',
        target: { resource: 'events', namespace: 'kube-system', query: 'limit=500' },
        code: 200,
      },
      get,
    ]),
  ]
}
