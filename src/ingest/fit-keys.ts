import type { FindingObservation, RequestObservation } from '../model/observation.ts'
import { fitName } from '../sources/names.ts'

/**
 * The observation with names that an index can hold. Its sources see to each name; this does so for the keys that are
 * made of several.
 */
export function fitKeys<O extends RequestObservation | FindingObservation>(observation: O): O {
  const { kind, subject, entities } = observation
  const fitted = {
    subject: fit(subject),
    entities: entities.map((entity) => ({ ...entity, key: fitName(entity.key) })),
  }
  if (kind === 'finding') return { ...observation, ...fitted }
  const { actingAs, verb, resource, namespace, object } = observation
  return {
    ...observation,
    ...fitted,
    actingAs: fit(actingAs),
    verb: fitName(verb),
    resource: fitName(resource),
    namespace: fit(namespace),
    object: fit(object),
  }
}

function fit(name: string | null): string | null {
  return name === null ? null : fitName(name)
}
