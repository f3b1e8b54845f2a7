import { createHash } from 'node:crypto'
import type { FindingObservation, RequestObservation } from '../model/observation.ts'

/** Bytes of one name in a key: two of them fit into a row of an index, which ends at 2,704. */
const LONGEST = 1_000
const KEPT = 900

/**
 * The observation with names that an index can hold: a longer one is cut and ends in a digest of the whole. Whoever
 * picks a name that long (in an impersonation, for one) must not be able to keep a call out of the graph with it.
 */
export function fitKeys<O extends RequestObservation | FindingObservation>(observation: O): O {
  const { kind, subject, entities } = observation
  const fitted = {
    subject: fit(subject),
    entities: entities.map((entity) => ({ ...entity, key: fit(entity.key) })),
  }
  if (kind === 'finding') return { ...observation, ...fitted }
  const { actingAs, verb, resource, namespace, object } = observation
  return {
    ...observation,
    ...fitted,
    actingAs: fit(actingAs),
    verb: fit(verb),
    resource: fit(resource),
    namespace: fit(namespace),
    object: fit(object),
  }
}

function fit<T extends string | null>(name: T): T | string {
  // A code unit takes at most three bytes, so most names need no counting.
  if (name === null || name.length * 3 <= LONGEST || Buffer.byteLength(name) <= LONGEST) return name
  const kept = Buffer.from(name)
    .subarray(0, KEPT)
    .toString('utf8')
    .replace(/\uFFFD$/, '')
  return `${kept}…${createHash('sha256').update(name).digest('hex').slice(0, 16)}`
}
