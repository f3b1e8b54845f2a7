import type { FindingPod } from '../model/observation.ts'
import { field } from './guardduty-fields.ts'
import { flag, isObject, type JsonObject, list, name, obj, said } from './json.ts'

/** What ran where, as a finding describes it. */
export interface Workload {
  readonly pod: FindingPod | null
  /** `[namespace, kind, name]` of anything else than a pod; null parts are not said. */
  readonly workload: readonly (string | null)[] | null
  readonly images: readonly string[]
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
  const kind = name(said(field(details, 'type'))?.toLowerCase())
  const namespace = name(field(details, 'namespace'))
  if (called === null) return { pod: null, workload: null, images }
  if (kind !== 'pods' && kind !== 'pod') return { pod: null, workload: [namespace, kind, called], images }
  const pod = {
    namespace,
    name: called,
    uid: name(field(details, 'uid')),
    images,
    privileged: containers.some((one) => flag(field(obj(field(one, 'securityContext')), 'privileged'))),
    hostPaths: list(field(details, 'volumes'))
      .map((volume) => name(field(obj(field(obj(volume), 'hostPath')), 'path')))
      .filter((path) => path !== null),
  }
  return { pod, workload: null, images }
}
