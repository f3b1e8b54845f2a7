import type { KubeObject, PlanAsked, Reader } from '../model/action.ts'
import { type Refused, refuse } from '../model/refusals.ts'
import { parseTime } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import { itemsAt, labelsOf, nameOf, pathOf, selects, textAt, textsAt, uidOf } from './kube.ts'

/** Labels that Firebreak puts on what it contains. */
export const INCIDENT_LABEL = 'firebreak.dev/incident'
export const QUARANTINE_LABEL = 'firebreak.dev/quarantine'

/** A pod that something is planned for. */
export interface PodTarget {
  readonly namespace: string
  readonly name: string
  readonly uid: string
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
  if (isOwn(object)) return refuse('own-resource', {})
  return { namespace, name, uid, path, object, labels: labelsOf(object) }
}

export function gone({ now }: PlanAsked): Refused {
  return refuse('target-gone', { T: clockWords(now, now) })
}

/** What belongs to Firebreak itself is never a target. */
export function isOwn(object: KubeObject): boolean {
  const labels = labelsOf(object)
  return ['app.kubernetes.io/name', 'app.kubernetes.io/part-of'].some(
    (key) => labels.get(key) === 'firebreak',
  )
}

/** Pods that the same controller runs, the pod itself among them; null where nobody runs it. */
export async function siblingsOf(reader: Reader, pod: PodTarget): Promise<readonly KubeObject[] | null> {
  const owner = controllerOf(pod.object)
  if (owner === null) return null
  const pods = await reader.list(pathOf('', pod.namespace, 'pods'))
  return pods.filter((one) => controllerOf(one) === owner && isUp(one))
}

function controllerOf(pod: KubeObject): string | null {
  const owner = itemsAt(pod, 'metadata', 'ownerReferences').find(
    (one) => typeof one === 'object' && one !== null && 'controller' in one && one['controller'] === true,
  )
  return textAt(owner, 'uid')
}

function isUp(pod: KubeObject): boolean {
  return ['Running', 'Pending'].includes(textAt(pod, 'status', 'phase') ?? 'Running')
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
