import type { Trx } from '../db/transaction.ts'
import { type EntityRef, formatEntity } from '../model/entity.ts'
import type { FindingObservation } from '../model/observation.ts'

/**
 * The versions of these findings that came before them, by id. `scopes` are all of their account and region, since
 * Security Hub may not have said in which cluster a finding is.
 */
export async function earlierVersions(
  trx: Trx,
  scopes: readonly number[],
  findings: readonly FindingObservation[],
): Promise<Map<string, FindingObservation>> {
  if (findings.length === 0) return new Map()
  const rows = await trx
    .selectFrom('finding')
    .select(['id', 'detail'])
    .where('scope', 'in', [...scopes])
    .where('id', 'in', [...new Set(findings.map(({ id }) => id))])
    .execute()
  return new Map(rows.map(({ id, detail }) => [id, detail]))
}

/**
 * The addresses that a finding which came again names and did not name before: GuardDuty gives the span of all its
 * occurrences and the address of the last, so that these are known only since the earlier version was last seen.
 * A version that comes after a newer one changes nothing of what that said.
 */
export function newAddresses(
  finding: FindingObservation,
  before: FindingObservation | undefined,
): readonly EntityRef[] {
  if (before === undefined || before.updatedAt >= finding.updatedAt) return []
  const named = new Set(before.entities.map(formatEntity))
  return finding.entities.filter((entity) => entity.kind === 'ip' && !named.has(formatEntity(entity)))
}
