import type { Call } from '../records/call.ts'
import type { Intrusion } from './intrusion.ts'
import type { Plot } from './plot.ts'

/** The acts of the incident, and what the developer asks beside it. */
export type Acts = Intrusion & { readonly checks: readonly Call[] }

/** Findings about calls; `ofCalls` tells of calls up to a moment, and of the pod that they made. */
export function callPlots(
  acts: Acts,
  ofCalls: (calls: readonly Call[], workload?: object) => Plot['told'],
  workload: object,
): readonly Plot[] {
  const allowed = (calls: readonly Call[], who: string): readonly Call[] =>
    calls.filter(({ caller, code }) => code < 400 && caller.username === who).toSorted((a, b) => a.at - b.at)
  const made = (calls: readonly Call[], resource: string, subresource?: string): readonly Call[] =>
    calls.filter(
      ({ target, verb, code }) =>
        verb === 'create' &&
        code < 400 &&
        'resource' in target &&
        target.resource === resource &&
        target.subresource === subresource,
    )
  const looks = [...allowed(acts.mistake, 'system:anonymous'), ...allowed(acts.discovery, 'system:anonymous')]
  const grants = [...made(acts.mistake, 'clusterrolebindings'), ...made(acts.mistake, 'rolebindings')]
  const pods = made(acts.takeover, 'pods')
  return [
    // The first is the operator's own check; then the strangers, whose last address ties what follows to it.
    {
      type: 'Discovery:Kubernetes/SuccessfulAnonymousAccess',
      severity: 5,
      versions: [2.5, 10, 27],
      told: ofCalls(looks),
    },
    {
      type: 'CredentialAccess:Kubernetes/SuccessfulAnonymousAccess',
      severity: 8,
      versions: [18, 40, 100],
      told: ofCalls(allowed(acts.theft, 'system:anonymous')),
    },
    { type: 'Policy:Kubernetes/AnonymousAccessGranted', severity: 7, versions: [24], told: ofCalls(grants) },
    {
      type: 'PrivilegeEscalation:Kubernetes/AnomalousBehavior.RoleBindingCreated',
      severity: 7,
      versions: [46],
      told: ofCalls(made(acts.foothold, 'clusterrolebindings')),
    },
    {
      type: 'Discovery:Kubernetes/AnomalousBehavior.PermissionChecked',
      severity: 2,
      versions: [52],
      told: ofCalls(acts.checks),
    },
    {
      type: 'PrivilegeEscalation:Kubernetes/PrivilegedContainer',
      severity: 5,
      versions: [60],
      told: ofCalls(pods, workload),
    },
    {
      type: 'Persistence:Kubernetes/ContainerWithSensitiveMount',
      severity: 5,
      versions: [62],
      told: ofCalls(pods, workload),
    },
    {
      type: 'Execution:Kubernetes/ExecInKubeSystemPod',
      severity: 5,
      versions: [66, 76],
      told: ofCalls(made(acts.takeover, 'pods', 'exec'), workload),
    },
  ]
}
