import type { Trx } from '../db/transaction.ts'
import type { FindingObservation } from '../model/observation.ts'
import { attackKeys } from './join-keys.ts'

/**
 * The incidents that belong to the same attack as a finding: those of the findings that it names, and those whose
 * findings name it, or one that it names. `scopes` are those of its account and region.
 */
export async function tiedBySequence(
  trx: Trx,
  scopes: readonly number[],
  finding: FindingObservation,
): Promise<readonly number[]> {
  const naming = await trx
    .selectFrom('incident_key')
    .innerJoin('incident', 'incident.id', 'incident_key.incident')
    .select('incident.id')
    .where('incident_key.scope', 'in', [...scopes])
    .where('incident_key.key', 'in', [...attackKeys(finding)])
    .where('incident.sample', '=', finding.sample)
    .execute()
  if (finding.related.length === 0) return naming.map(({ id }) => id)
  const named = await trx
    .selectFrom('finding')
    .select('incident')
    .where('scope', 'in', [...scopes])
    .where('id', 'in', [...finding.related])
    .where('sample', '=', finding.sample)
    .execute()
  return [...naming.map(({ id }) => id), ...named.map(({ incident }) => incident)]
}
