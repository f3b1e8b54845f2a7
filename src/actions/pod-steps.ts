import type { Canonical, Step, StepTarget } from '../model/plan.ts'
import { pathOf, pointer } from './kube.ts'
import { INCIDENT_LABEL, type PodTarget, QUARANTINE_LABEL } from './pod-target.ts'

const JSON_PATCH = 'application/json-patch+json'

export function podTarget({ namespace, name, uid }: PodTarget): StepTarget {
  return { kind: 'pod', key: `${namespace}/${name}`, uid }
}

/** Reads an object whole and keeps it. Works on anything that has a path. */
export function saveManifest(
  target: StepTarget,
  path: string,
  permission: Pick<Step['permission'], 'apiGroup' | 'resource' | 'namespace' | 'name'>,
): Step {
  return {
    kind: 'save-manifest',
    phase: 'preserve',
    target,
    call: { method: 'GET', path, contentType: null, body: null },
    preconditions: [{ path: '/metadata/uid', equals: target.uid }],
    before: null,
    permission: { ...permission, verb: 'get' },
    tier: 1,
    reversible: true,
    sentence: [`Save the manifest of ${target.kind} `, { code: target.key }],
    way: 'nothing is changed',
    proof: 'the saved copy has the uid of the target and a SHA-256 of its own',
  }
}

/**
 * Labels that tell what the pod is held for; only new ones, so that its controller keeps it. The one that a policy selects by belongs to
 * who isolates: to undo a preserve must not free what is isolated.
 */
function labelsFor(pod: PodTarget, incident: number, isIsolated: boolean): ReadonlyMap<string, string> {
  return new Map([
    [INCIDENT_LABEL, `INC-${incident}`],
    ...(isIsolated ? ([[QUARANTINE_LABEL, pod.uid]] as const) : []),
  ])
}

export function labelPod(pod: PodTarget, incident: number, isIsolated: boolean): Step {
  const labels = labelsFor(pod, incident, isIsolated)
  const before = Object.fromEntries([...labels].map(([key]) => [key, pod.labels.get(key) ?? null]))
  const isBare = pod.labels.size === 0
  const body: Canonical = [
    { op: 'test', path: '/metadata/uid', value: pod.uid },
    // The map of labels is made where there is none: whoever made it meanwhile must not lose theirs.
    ...(isBare
      ? [
          { op: 'test', path: '/metadata/resourceVersion', value: pod.version },
          { op: 'add', path: '/metadata/labels', value: {} },
        ]
      : []),
    ...[...labels].map(([key, value]) => ({ op: 'add', path: pointer('metadata', 'labels', key), value })),
  ]
  return {
    kind: 'label-pod',
    phase: 'preserve',
    target: podTarget(pod),
    call: { method: 'PATCH', path: pod.path, contentType: JSON_PATCH, body },
    preconditions: [
      { path: '/metadata/uid', equals: pod.uid },
      ...[...labels].map(([key]) => ({
        path: pointer('metadata', 'labels', key),
        equals: pod.labels.get(key) ?? null,
      })),
    ],
    before,
    permission: podPermission(pod, 'patch'),
    tier: 1,
    reversible: true,
    sentence: ['Label pod ', { code: `${pod.namespace}/${pod.name}` }, ` with INC-${incident}`],
    way: 'take our labels off',
    proof: 'our labels stand on the pod, and its uid is the same',
  }
}

export function unlabelPod(pod: PodTarget, incident: number, isIsolated: boolean): Step {
  const labels = labelsFor(pod, incident, isIsolated)
  const body: Canonical = [
    { op: 'test', path: '/metadata/uid', value: pod.uid },
    ...[...labels].flatMap(([key, value]): Canonical[] => {
      const path = pointer('metadata', 'labels', key)
      const before = pod.labels.get(key)
      const back = before === undefined ? { op: 'remove', path } : { op: 'replace', path, value: before }
      return [{ op: 'test', path, value }, back]
    }),
  ]
  return {
    ...labelPod(pod, incident, isIsolated),
    kind: 'unlabel-pod',
    call: { method: 'PATCH', path: pod.path, contentType: JSON_PATCH, body },
    preconditions: [
      { path: '/metadata/uid', equals: pod.uid },
      ...[...labels].map(([key, value]) => ({ path: pointer('metadata', 'labels', key), equals: value })),
    ],
    before: Object.fromEntries(labels),
    sentence: ['Take our labels off pod ', { code: `${pod.namespace}/${pod.name}` }],
    way: 'label it again',
    proof: 'none of our labels stands on the pod',
  }
}

/** The name of the policy that holds one pod for one incident. */
export function policyName(pod: PodTarget, incident: number): string {
  return `firebreak-${incident}-${pod.uid.slice(0, 8)}`
}

export function policyPath(pod: PodTarget, name = ''): string {
  return pathOf('networking.k8s.io/v1', pod.namespace, 'networkpolicies', name)
}

export function denyTraffic(pod: PodTarget, incident: number): Step {
  const name = policyName(pod, incident)
  return {
    kind: 'deny-pod-traffic',
    phase: 'quarantine',
    target: podTarget(pod),
    call: {
      method: 'POST',
      path: policyPath(pod),
      contentType: 'application/json',
      body: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name, namespace: pod.namespace, labels: { [INCIDENT_LABEL]: `INC-${incident}` } },
        spec: {
          podSelector: { matchLabels: { [QUARANTINE_LABEL]: pod.uid } },
          policyTypes: ['Ingress', 'Egress'],
        },
      },
    },
    preconditions: [
      { path: '/metadata/uid', equals: pod.uid },
      { path: pointer('metadata', 'labels', QUARANTINE_LABEL), equals: pod.uid },
    ],
    before: { policy: null },
    permission: policyPermission(pod, 'create', null),
    tier: 2,
    reversible: true,
    sentence: ['Deny all traffic of pod ', { code: `${pod.namespace}/${pod.name}` }, ' (NetworkPolicy)'],
    way: 'delete the policy',
    proof: 'the policy is there, selects the pod, and no flow of the pod is seen after it',
  }
}

export function allowTraffic(pod: PodTarget, incident: number): Step {
  const name = policyName(pod, incident)
  return {
    ...denyTraffic(pod, incident),
    kind: 'allow-pod-traffic',
    call: {
      method: 'DELETE',
      path: policyPath(pod, name),
      contentType: 'application/json',
      body: { apiVersion: 'v1', kind: 'DeleteOptions' },
    },
    preconditions: [{ path: pointer('metadata', 'labels', INCIDENT_LABEL), equals: `INC-${incident}` }],
    before: { policy: name },
    permission: policyPermission(pod, 'delete', name),
    sentence: [
      'Allow traffic of pod ',
      { code: `${pod.namespace}/${pod.name}` },
      ' again (delete our NetworkPolicy)',
    ],
    way: 'deny it again',
    proof: 'the policy is gone',
  }
}

export function podPermission({ namespace, name }: PodTarget, verb: string): Step['permission'] {
  return { apiGroup: '', resource: 'pods', verb, namespace, name }
}

function policyPermission({ namespace }: PodTarget, verb: string, name: string | null): Step['permission'] {
  return { apiGroup: 'networking.k8s.io', resource: 'networkpolicies', verb, namespace, name }
}
