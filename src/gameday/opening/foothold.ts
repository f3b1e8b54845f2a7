import { type Call, inTurn } from '../records/call.ts'
import type { Callers } from './callers.ts'
import type { Cast } from './cast.ts'
import { uidOf } from './ids.ts'
import type { Timeline } from './timeline.ts'

/** The pipeline's token in the intruder's hands: it makes a service account of kube-system an administrator. */
export function footholdCalls(cast: Cast, callers: Callers, timeline: Timeline): readonly Call[] {
  const [, second] = cast.outsiders
  const agent = 'kubectl/v1.30.0 (linux/amd64) kubernetes/7c48c2b'
  const account = { resource: 'serviceaccounts', namespace: 'kube-system', name: cast.rogue }
  const binding = { resource: 'clusterrolebindings', name: cast.rogueBinding }
  const group = 'rbac.authorization.k8s.io'
  return [
    {
      at: timeline.at(31.5),
      caller: callers.nobody(second, agent),
      verb: 'get',
      target: { path: '/api' },
      code: 401,
    },
    ...inTurn(callers.stolen(second, agent), timeline.at(32), 7, [
      {
        verb: 'create',
        target: { resource: 'selfsubjectrulesreviews' },
        code: 201,
        body: { spec: { namespace: 'payments' } },
      },
      { verb: 'list', target: { resource: 'nodes', query: 'limit=500' }, code: 200 },
      { verb: 'list', target: { resource: 'clusterrolebindings', query: 'limit=500' }, code: 200 },
      {
        verb: 'list',
        target: { resource: 'serviceaccounts', namespace: 'kube-system', query: 'limit=500' },
        code: 200,
      },
      {
        verb: 'create',
        target: account,
        code: 201,
        body: { metadata: { name: cast.rogue, namespace: 'kube-system' } },
        stored: { metadata: { uid: uidOf(cast, account) } },
        stages: 'both',
      },
      {
        verb: 'create',
        target: binding,
        code: 201,
        body: {
          metadata: { name: cast.rogueBinding },
          subjects: [{ kind: 'ServiceAccount', name: cast.rogue, namespace: 'kube-system' }],
          roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'cluster-admin' },
        },
        stored: { metadata: { uid: uidOf(cast, binding) } },
      },
      { verb: 'create', target: { ...account, subresource: 'token' }, code: 201 },
      {
        verb: 'create',
        target: account,
        code: 409,
        body: { metadata: { name: cast.rogue, namespace: 'kube-system' } },
      },
    ]),
  ]
}
