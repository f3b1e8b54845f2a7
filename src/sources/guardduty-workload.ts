import type { EntityRef } from '../model/entity.ts'
import type { FindingPod } from '../model/observation.ts'
import { entityRef, type Facts } from './facts.ts'
import { field } from './guardduty-fields.ts'
import { imageFacts } from './image.ts'
import { flag, isObject, type JsonObject, list, name, obj, said } from './json.ts'
import { accountRef } from './object-account.ts'
import { workloadOfWord } from './workload-kinds.ts'

/** What ran where, as a finding describes it. */
export interface Workload {
  readonly pod: FindingPod | null
  /** The pod, or the workload that the finding is about; null when it is not said whole. */
  readonly runner: EntityRef | null
  readonly namespace: string | null
  readonly uid: string | null
  readonly account: string | null
  readonly images: readonly string[]
  readonly hostPaths: readonly string[]
  readonly privileged: boolean
  readonly hostNetwork: boolean
  readonly hostPid: boolean
}

/** Reads `kubernetesWorkloadDetails`, and the single container of a runtime finding. */
export function readWorkload(resource: JsonObject | null): Workload {
  const details = obj(field(obj(field(resource, 'kubernetesDetails')), 'kubernetesWorkloadDetails'))
  const lone = obj(field(resource, 'containerDetails'))
  const containers = [
    ...list(field(details, 'containers')).filter(isObject),
    ...(lone === null ? [] : [lone]),
  ]
  const images = [
    ...new Set(containers.map((one) => name(field(one, 'image'))).filter((image) => image !== null)),
  ]
  const called = name(field(details, 'name'))
  const kind = said(field(details, 'type'))?.toLowerCase() ?? null
  const isPod = kind === 'pods' || kind === 'pod'
  const namespace = name(field(details, 'namespace'))
  const uid = name(field(details, 'uid'))
  const hostPaths = list(field(details, 'volumes'))
    .map((volume) => name(field(obj(field(obj(volume), 'hostPath')), 'path')))
    .filter((path) => path !== null)
  const privileged = containers.some((one) => flag(field(obj(field(one, 'securityContext')), 'privileged')))
  return {
    pod: isPod && called !== null ? { namespace, name: called, uid, images, privileged, hostPaths } : null,
    runner: isPod
      ? entityRef('pod', namespace, called)
      : entityRef('workload', namespace, kind === null ? null : name(workloadOfWord(kind)), called),
    namespace,
    uid,
    account: name(field(details, 'serviceAccountName')),
    images,
    hostPaths,
    privileged,
    hostNetwork: flag(field(details, 'hostNetwork')),
    hostPid: flag(field(details, 'hostPID', 'hostPid')),
  }
}

/** The pod or workload, what it may do on its node, and what it runs as. */
export function runnerFacts(facts: Facts, workload: Workload): void {
  const { runner, namespace } = workload
  facts.name(runner)
  facts.add('namespace', namespace)
  facts.trait(runner, 'uid', workload.uid)
  facts.trait(runner, 'privileged', workload.privileged)
  facts.trait(runner, 'host-network', workload.hostNetwork)
  facts.trait(runner, 'host-pid', workload.hostPid)
  for (const path of workload.hostPaths) facts.trait(runner, 'host-path', path)
  facts.link(runner, 'uses', accountRef(namespace, workload.account))
  for (const image of workload.images) imageFacts(facts, runner, image)
}
