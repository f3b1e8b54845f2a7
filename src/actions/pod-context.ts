import type { KubeObject, Reader } from '../model/action.ts'
import type { Sentence } from '../model/answer.ts'
import { FeedFault } from '../model/feed.ts'
import type { Blast } from '../model/plan.ts'
import { at, itemsAt, labelsOf, nameOf, numberAt, pathOf, textAt } from './kube.ts'
import { othersUp, type PodTarget, selecting, servicesOf } from './pod-target.ts'

/** What depends on a pod, counted. */
export async function blastOf(reader: Reader, pod: PodTarget): Promise<Blast> {
  const others = await othersUp(reader, pod)
  const services = await servicesOf(reader, pod)
  const budgets = await selecting(reader, pod, 'policy/v1', 'poddisruptionbudgets', 'selector')
  const budget = budgets
    .map((one) => ({ name: nameOf(one), allowed: numberAt(one, 'status', 'disruptionsAllowed') ?? 0 }))
    .toSorted((a, b) => a.allowed - b.allowed)[0]
  const pods = others === null ? null : { affected: 1, of: others + 1 }
  return {
    pods,
    services,
    budget: budget ?? null,
    others: [],
    sentences: [blastSentence(pods, services, budget ?? null)],
  }
}

function blastSentence(pods: Blast['pods'], services: readonly string[], budget: Blast['budget']): Sentence {
  const behind: Sentence =
    services.length === 0
      ? [', behind no service']
      : [
          ` behind ${services.length === 1 ? 'service ' : 'services '}`,
          ...services.slice(0, 3).flatMap((name, nth) => [...(nth === 0 ? [] : [', ']), { code: name }]),
          ...(services.length > 3 ? [` and ${services.length - 3} more`] : []),
        ]
  if (pods === null) return ['This one pod', ...behind, '; nobody starts another one in its place.']
  const left = pods.of - 1
  const stay = left === 0 ? 'no other pod stays up' : `${left} ${left === 1 ? 'pod stays' : 'pods stay'} up`
  const allows: Sentence =
    budget === null ? [] : ['; disruption budget ', { code: budget.name }, ` allows ${budget.allowed}`]
  return [`1 of ${pods.of} ${pods.of === 1 ? 'pod' : 'pods'}`, ...behind, `; ${stay}`, ...allows, '.']
}

/** What a policy that denies all would leave open, warnings first. */
export async function openAfterDeny(reader: Reader, pod: PodTarget): Promise<readonly Sentence[]> {
  const policies = await selecting(reader, pod, 'networking.k8s.io/v1', 'networkpolicies', 'podSelector')
  const allowing = policies.filter(isAllowing)
  const enforcement = await enforcementOf(reader)
  const isHost = at(pod.object, 'spec', 'hostNetwork') === true
  const warnings: Sentence[] = [
    ...(isHost
      ? [['The pod uses the network of its node, which no NetworkPolicy holds. Choose the node.'] as Sentence]
      : []),
    ...(enforcement === 'none'
      ? [
          [
            'No controller that Firebreak knows enforces NetworkPolicy here: the object may be accepted and do nothing. Ask the cluster operator.',
          ] as Sentence,
        ]
      : []),
    ...(enforcement === 'unknown'
      ? [
          [
            'Whether anything here enforces NetworkPolicy could not be read. Ask the cluster operator.',
          ] as Sentence,
        ]
      : []),
    ...allowing.map(
      (policy): Sentence => [
        'Policy ',
        { code: nameOf(policy) },
        ` also selects this pod and allows ${allowed(policy)}: deny-all will not isolate it.`,
      ],
    ),
    ...(policies.length > 0
      ? [['A policy selected this pod before, so connections already open will survive.'] as Sentence]
      : []),
    ...(isManagedElsewhere(pod.object)
      ? [['GitOps manages this pod and may put it back; change the source too.'] as Sentence]
      : []),
  ]
  return [
    ...warnings,
    ['What runs in the pod goes on, with the service account and the secrets that it has.'],
    [
      'DNS is cut too: a liveness probe that fails restarts the container, and what it holds in memory is lost.',
    ],
    ['The node and its role are not touched; the kubelet still reaches the pod.'],
  ]
}

function isAllowing(policy: KubeObject): boolean {
  return itemsAt(policy, 'spec', 'ingress').length + itemsAt(policy, 'spec', 'egress').length > 0
}

function allowed(policy: KubeObject): string {
  const sides = [
    ...(itemsAt(policy, 'spec', 'ingress').length > 0 ? ['ingress'] : []),
    ...(itemsAt(policy, 'spec', 'egress').length > 0 ? ['egress'] : []),
  ]
  return sides.join(' and ')
}

/** Whether something in the cluster acts on NetworkPolicy objects. */
async function enforcementOf(reader: Reader): Promise<'some' | 'none' | 'unknown'> {
  try {
    const sets = await reader.list(pathOf('apps/v1', 'kube-system', 'daemonsets'))
    const others = await reader.list(pathOf('apps/v1', 'calico-system', 'daemonsets'))
    return [...sets, ...others].some(isEnforcing) ? 'some' : 'none'
  } catch (error) {
    if (error instanceof FeedFault && error.code === 'access-denied') return 'unknown'
    throw error
  }
}

/** The VPC CNI with its agent switched on, Calico or Cilium. */
function isEnforcing(set: KubeObject): boolean {
  const name = nameOf(set)
  if (name === 'calico-node' || name === 'cilium') return true
  if (name !== 'aws-node') return false
  return itemsAt(set, 'spec', 'template', 'spec', 'containers').some((container) =>
    itemsAt(container, 'args').includes('--enable-network-policy=true'),
  )
}

function isManagedElsewhere(object: KubeObject): boolean {
  const keys = [...labelsOf(object).keys()]
  return (
    keys.some((key) =>
      /^(?:argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io)\//.test(key),
    ) || textAt(object, 'metadata', 'annotations', 'argocd.argoproj.io/tracking-id') !== null
  )
}
