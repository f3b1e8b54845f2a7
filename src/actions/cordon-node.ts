import type { KubeObject, Planner, Reader } from '../model/action.ts'
import type { Sentence } from '../model/answer.ts'
import type { Blast, Canonical, Step, StepTarget } from '../model/plan.ts'
import { refuse } from '../model/refusals.ts'
import { parseTime } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import { at, itemsAt, labelsOf, textAt, uidOf } from './kube.ts'
import { saveManifest } from './pod-steps.ts'
import { gone } from './pod-target.ts'

/** Keeps new pods off one node, after what stands of it was saved. What runs there runs on. */
export const cordonNode: Planner = {
  name: 'cordon-node',
  label: 'Preserve the node: save its object, cordon it',
  about: 'node',
  async plan(reader, asked) {
    const name = asked.target.key
    const path = `/api/v1/nodes/${encodeURIComponent(name)}`
    const node = await reader.get(path)
    if (node === null) return gone(asked)
    const uid = uidOf(node)
    if (asked.uid !== null && asked.uid !== uid) {
      const made = parseTime(textAt(node, 'metadata', 'creationTimestamp') ?? '') ?? asked.now
      return refuse('target-replaced', { T: clockWords(made, asked.now) })
    }
    if (labelsOf(node).get('eks.amazonaws.com/compute-type') === 'fargate') return refuse('fargate-pod', {})
    const target: StepTarget = { kind: 'node', key: name, uid }
    const isCordoned = at(node, 'spec', 'unschedulable') === true
    const step = cordon(target, path, isCordoned)
    return {
      action: this.name,
      title: 'Cordon 1 node',
      target,
      steps: [saveManifest(target, path, { apiGroup: '', resource: 'nodes', namespace: null, name }), step],
      // Somebody had cordoned it before: then it stays so.
      undo: isCordoned ? [] : [uncordon(target, path)],
      blast: await blastOf(reader, name),
      ifNobodyActs: null,
      open: openAfter(node),
    }
  },
}

function cordon(target: StepTarget, path: string, isCordoned: boolean): Step {
  const body: Canonical = [
    { op: 'test', path: '/metadata/uid', value: target.uid },
    { op: 'add', path: '/spec/unschedulable', value: true },
  ]
  return {
    kind: 'cordon-node',
    phase: 'preserve',
    target,
    call: { method: 'PATCH', path, contentType: 'application/json-patch+json', body },
    preconditions: [
      { path: '/metadata/uid', equals: target.uid },
      { path: '/spec/unschedulable', equals: isCordoned ? true : null },
    ],
    before: { unschedulable: isCordoned },
    permission: { apiGroup: '', resource: 'nodes', verb: 'patch', namespace: null, name: target.key },
    tier: 1,
    reversible: true,
    sentence: [
      'Cordon node ',
      { code: target.key },
      ...(isCordoned ? [', which somebody has cordoned already: nothing changes'] : []),
    ],
    way: isCordoned ? 'stays as it was before: cordoned' : 'uncordon it',
    proof: 'the node is unschedulable, and its uid is the same',
  }
}

function uncordon(target: StepTarget, path: string): Step {
  return {
    ...cordon(target, path, false),
    kind: 'uncordon-node',
    call: {
      method: 'PATCH',
      path,
      contentType: 'application/json-patch+json',
      body: [
        { op: 'test', path: '/metadata/uid', value: target.uid },
        { op: 'test', path: '/spec/unschedulable', value: true },
        { op: 'remove', path: '/spec/unschedulable' },
      ],
    },
    preconditions: [
      { path: '/metadata/uid', equals: target.uid },
      { path: '/spec/unschedulable', equals: true },
    ],
    before: { unschedulable: true },
    sentence: ['Uncordon node ', { code: target.key }],
    way: 'cordon it again',
    proof: 'the node is schedulable',
  }
}

async function blastOf(reader: Reader, node: string): Promise<Blast> {
  const pods = await reader.list(
    '/api/v1/pods',
    `fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`,
  )
  const namespaces = [...new Set(pods.map((pod) => textAt(pod, 'metadata', 'namespace') ?? ''))].toSorted()
  const run = pods.length === 1 ? '1 pod runs' : `${pods.length} pods run`
  return {
    pods: null,
    services: [],
    budget: null,
    others: namespaces,
    sentences: [
      [
        `Nothing stops: ${run} on it and stay. New pods go to other nodes; a full cluster leaves them waiting.`,
      ],
    ],
  }
}

function openAfter(node: KubeObject): readonly Sentence[] {
  const isKarpenter = labelsOf(node).has('karpenter.sh/nodepool')
  const isShortLived = itemsAt(node, 'spec', 'taints').some(
    (taint) => textAt(taint, 'key') === 'karpenter.sh/disrupted',
  )
  return [
    ...(isKarpenter
      ? [['Karpenter runs this node and may remove it whatever we do: capture the evidence now.'] as Sentence]
      : []),
    ...(isShortLived ? [['Karpenter is about to remove this node.'] as Sentence] : []),
    ['Everything on the node runs on; DaemonSets still place pods on it.'],
    ['An autoscaler may still remove the node once it is empty.'],
  ]
}
