import { entityRef, type Facts } from './facts.ts'
import { get, name, obj } from './json.ts'
import type { WrittenObject } from './object.ts'
import { ownerFacts, specFacts, templateOf } from './object-spec.ts'

/** What a workload of that resource (`deployments`) says of itself and of the pods that it makes. */
export function workloadFacts(
  facts: Facts,
  resource: string,
  { object, namespace, called }: WrittenObject,
): void {
  const workload = entityRef('workload', namespace, resource, called)
  const metadata = obj(get(object, 'metadata'))
  facts.trait(workload, 'uid', name(get(metadata, 'uid')))
  ownerFacts(facts, workload, namespace, metadata)
  specFacts(facts, workload, namespace, templateOf(object))
}
