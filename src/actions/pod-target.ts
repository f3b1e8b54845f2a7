import type { KubeObject, PlanAsked, Reader } from '../model/action.ts'
import { type Refused, refuse } from '../model/refusals.ts'
import { parseTime } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import { itemsAt, labelsOf, nameOf, pathOf, selects, textAt, textsAt, uidOf } from './kube.ts'

/** Labels that Firebreak puts on what it contains. */
export const INCIDENT_LABEL = 'firebreak.dev/incident'
export const QUARANTINE_LABEL = 'firebreak.dev/quarantine'

/** Where Firebreak itself runs. */
const OWN_NAMESPACE = 'firebreak'

/** A pod that something is planned for. */
export interface PodTarget {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** `metadata.resourceVersion` */
  readonly version: string
  readonly path: string
  readonly object: KubeObject
  readonly labels: ReadonlyMap<string, string>
}

/** Reads the pod, or says why nothing is planned for it: gone, replaced, Firebreak's own. */
export async function readPod(reader: Reader, asked: PlanAsked): Promise<PodTarget | Refused> {
  const { key } = asked.target
  const slash = key.indexOf('/')
  const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)]
  if (slash < 1 || name === '') return gone(asked)
  const path = pathOf('', namespace, 'pods', name)
  const object = await reader.get(path)
  if (object === null) return gone(asked)
  const uid = uidOf(object)
  if (asked.uid !== null && uid !== asked.uid) {
    const made = parseTime(textAt(object, 'metadata', 'creationTimestamp') ?? '') ?? asked.now
    return refuse('target-replaced', { T: clockWords(made, asked.now) })
  }
  if (isOwn(namespace)) return refuse('own-resource', {})
  const version = textAt(object, 'metadata', 'resourceVersion') ?? ''
  return { namespace, name, uid, version, path, object, labels: labelsOf(object) }
}

export function gone({ now }: PlanAsked): Refused {
  return refuse('target-gone', { T: clockWords(now, now) })
}

/** What belongs to Firebreak itself is never a target. A label would not tell: whoever makes a pod chooses its labels. */
function isOwn(namespace: string): boolean {
  return namespace === OWN_NAMESPACE
}

/**
 * How many other pods of the same workload are up; null where nobody runs the pod. A Deployment runs its pods through ReplicaSets, of which
 * there are several while it is rolled out.
 */
export async function othersUp(reader: Reader, pod: PodTarget): Promise<number | null> {
  const owner = controllerOf(pod.object)
  if (owner === null) return null
  const sets = await reader.list(pathOf('apps/v1', pod.namespace, 'replicasets'))
  const own = sets.find((set) => uidOf(set) === owner)
  const workload = own === undefined ? null : controllerOf(own)
  const owners = new Set([
    owner,
    ...(workload === null ? [] : sets.filter((set) => controllerOf(set) === workload).map(uidOf)),
  ])
  const pods = await reader.list(pathOf('', pod.namespace, 'pods'))
  return pods.filter((one) => owners.has(controllerOf(one) ?? '') && uidOf(one) !== pod.uid && isUp(one))
    .length
}

function controllerOf(pod: KubeObject): string | null {
  const owner = itemsAt(pod, 'metadata', 'ownerReferences').find(
    (one) => typeof one === 'object' && one !== null && 'controller' in one && one['controller'] === true,
  )
  return textAt(owner, 'uid')
}

/** True for a pod that serves: running, not on its way out, and ready as far as it says. */
function isUp(pod: KubeObject): boolean {
  const ready = itemsAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready')
  return (
    textAt(pod, 'status', 'phase') === 'Running' &&
    textAt(pod, 'metadata', 'deletionTimestamp') === null &&
    (ready === undefined || textAt(ready, 'status') === 'True')
  )
}

/** Names of the services that send traffic to the pod. */
export async function servicesOf(
  reader: Reader,
  { namespace, labels }: PodTarget,
): Promise<readonly string[]> {
  const services = await reader.list(pathOf('', namespace, 'services'))
  return services
    .filter((service) => {
      const wanted = [...textsAt(service, 'spec', 'selector')]
      return wanted.length > 0 && wanted.every(([key, value]) => labels.get(key) === value)
    })
    .map(nameOf)
    .toSorted()
}

/** Objects of a namespace whose selector selects the pod. */
export async function selecting(
  reader: Reader,
  { namespace, labels }: PodTarget,
  group: string,
  resource: string,
  field: string,
): Promise<readonly KubeObject[]> {
  const objects = await reader.list(pathOf(group, namespace, resource))
  return objects.filter((object) => selects((object['spec'] as KubeObject | undefined)?.[field], labels))
}
