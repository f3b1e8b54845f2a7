import { canonicalIp } from '../model/ip.ts'
import { entityRef, type Facts } from './facts.ts'
import { imageRef, parseImage, pulledDigest } from './image.ts'
import { get, isObject, type JsonObject, list, name, obj, said } from './json.ts'
import type { WrittenObject } from './object.ts'
import { containersOf, ownerFacts, specFacts } from './object-spec.ts'

/** What a pod says: who made it, where it runs, what may be done in it, what it is given. */
export function podFacts(facts: Facts, { object, namespace, called }: WrittenObject): void {
  const pod = entityRef('pod', namespace, called)
  const metadata = obj(get(object, 'metadata'))
  const spec = obj(get(object, 'spec'))
  const status = obj(get(object, 'status'))
  facts.trait(pod, 'uid', name(get(metadata, 'uid')))
  ownerFacts(facts, pod, namespace, metadata)
  facts.link(pod, 'on', entityRef('node', name(get(spec, 'nodeName'))))
  for (const ip of podIps(status)) facts.link(pod, 'at', entityRef('ip', ip))
  for (const { image, digest } of pulled(spec, status)) {
    facts.trait(pod, 'digest', digest)
    facts.trait(imageRef(image), 'digest', digest)
  }
  specFacts(facts, pod, namespace, spec)
}

/** `pods/binding`: the scheduler's word about where a pod goes. */
export function podBindingFacts(facts: Facts, { object, namespace, called }: WrittenObject): void {
  const pod = entityRef('pod', namespace, called)
  const target = obj(get(object, 'target'))
  facts.trait(pod, 'uid', name(get(obj(get(object, 'metadata')), 'uid')))
  const kind = get(target, 'kind')
  if (kind !== undefined && kind !== '' && kind !== 'Node') return
  facts.link(pod, 'on', entityRef('node', name(get(target, 'name'))))
}

function podIps(status: JsonObject | null): readonly string[] {
  const all = [get(status, 'podIP'), ...list(get(status, 'podIPs')).map((one) => get(obj(one), 'ip'))]
  return all.map((ip) => (typeof ip === 'string' ? canonicalIp(ip) : null)).filter((ip) => ip !== null)
}

interface Pulled {
  /** The reference that the digest is certainly of; null when the status does not say. */
  readonly image: string | null
  readonly digest: string
}

function pulled(spec: JsonObject | null, status: JsonObject | null): readonly Pulled[] {
  const asked = new Map(containersOf(spec).map((one) => [get(one, 'name'), said(get(one, 'image'))]))
  return ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']
    .flatMap((key) => list(get(status, key)))
    .filter(isObject)
    .flatMap((container) => {
      const digest = pulledDigest(said(get(container, 'imageID')) ?? '')
      if (digest === null) return []
      const running = said(get(container, 'image'))
      const image = spec === null ? running : (asked.get(get(container, 'name')) ?? null)
      return [{ image: isSame(image, running) ? image : null, digest }]
    })
}

/** Just after its image was changed, a container's status still speaks of the one before; and each has its spelling. */
function isSame(asked: string | null, running: string | null): boolean {
  const [a, b] = [parseImage(asked ?? ''), parseImage(running ?? '')]
  if (a === null || b === null) return false
  return a.registry === b.registry && a.repository === b.repository && a.tag === b.tag
}
