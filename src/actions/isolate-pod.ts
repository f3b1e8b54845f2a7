import type { KubeObject, Planner, Reader } from '../model/action.ts'
import { isRefused, refuse } from '../model/refusals.ts'
import { parseTime } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import { at, labelsOf, nameOf, selects, textAt } from './kube.ts'
import { blastOf, openAfterDeny } from './pod-context.ts'
import {
  allowTraffic,
  denyTraffic,
  labelPod,
  podPermission,
  podTarget,
  policyName,
  policyPath,
  saveManifest,
  unlabelPod,
} from './pod-steps.ts'
import { INCIDENT_LABEL, type PodTarget, readPod } from './pod-target.ts'

/** Cuts one pod off from the network, after what stands of it was saved. */
export const isolatePod: Planner = {
  name: 'isolate-pod',
  label: 'Isolate the pod',
  about: 'pod',
  async plan(reader, asked) {
    const pod = await readPod(reader, asked)
    if (isRefused(pod)) return pod
    if (isFargate(pod)) return refuse('fargate-pod', {})
    const policy = await holding(reader, pod, asked.incident)
    if (policy !== null) {
      const made = parseTime(textAt(policy, 'metadata', 'creationTimestamp') ?? '') ?? asked.now
      return refuse('already-contained', { P2: 'An earlier plan', T: clockWords(made, asked.now) })
    }
    const save = saveManifest(podTarget(pod), pod.path, podPermission(pod, 'get'))
    const label = labelPod(pod, asked.incident, true)
    const deny = denyTraffic(pod, asked.incident)
    return {
      action: this.name,
      title: 'Isolate 1 pod',
      target: podTarget(pod),
      // The policy selects by a label, so that the label comes first in either order.
      steps: asked.isContainFirst ? [label, deny, save] : [save, label, deny],
      undo: [allowTraffic(pod, asked.incident), unlabelPod(pod, asked.incident, true)],
      blast: await blastOf(reader, pod),
      ifNobodyActs: null,
      open: await openAfterDeny(reader, pod),
    }
  },
}

/** A policy of ours that holds the pod already, for whichever incident, or has the name of ours; null: none does. */
async function holding(reader: Reader, pod: PodTarget, incident: number): Promise<KubeObject | null> {
  const policies = await reader.list(policyPath(pod))
  const name = policyName(pod, incident)
  const isOurs = (policy: KubeObject): boolean =>
    labelsOf(policy).has(INCIDENT_LABEL) && selects(at(policy, 'spec', 'podSelector'), pod.labels)
  return policies.find((policy) => nameOf(policy) === name || isOurs(policy)) ?? null
}

/** On Fargate there is no node to hold, and nothing enforces a policy. */
function isFargate({ object }: PodTarget): boolean {
  return (
    labelsOf(object).has('eks.amazonaws.com/fargate-profile') ||
    textAt(object, 'spec', 'schedulerName') === 'fargate-scheduler'
  )
}
