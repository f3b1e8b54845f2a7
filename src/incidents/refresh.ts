import { sql } from 'kysely'
import type { Trx } from '../db/transaction.ts'
import { severityWord } from '../model/finding-types.ts'
import type { FindingObservation } from '../model/observation.ts'
import { UNKNOWN_PART } from '../model/scope.ts'
import { formatTime } from '../model/time.ts'
import { note } from './events.ts'

/** The findings of an incident, `most` at most; the first one is what its card is about. */
export async function bySeverity(
  trx: Trx,
  incident: number,
  most: number,
): Promise<readonly { readonly id: string; readonly severity: number; readonly type: string }[]> {
  return trx
    .selectFrom('finding')
    .select(['id', 'severity', 'type'])
    .where('incident', '=', incident)
    .orderBy('severity', 'desc')
    .orderBy('first_seen')
    .orderBy('id')
    .limit(most)
    .execute()
}

/**
 * Brings span, severity and scope up to date and notes what the thread has to say: the `news` of the finding, and that
 * severity rose. `atLeast` is the severity that an incident had reached which was taken in.
 */
export async function refreshIncident(
  trx: Trx,
  incident: number,
  finding: FindingObservation,
  { news, atLeast }: { readonly news: 'joined' | 'signals-grew' | null; readonly atLeast: number },
): Promise<void> {
  const before = await trx
    .selectFrom('incident')
    .select(['severity'])
    .where('id', '=', incident)
    .executeTakeFirstOrThrow()
  const now = await trx
    .selectFrom('finding')
    .select((query) => [
      query.fn.max('severity').as('severity'),
      query.fn.min('first_seen').as('first'),
      query.fn.max('last_seen').as('last'),
    ])
    .where('incident', '=', incident)
    .executeTakeFirstOrThrow()
  // An incident never falls below what it was: GuardDuty lowering a finding does not undo what was seen.
  const severity = Math.max(now.severity, before.severity, atLeast)
  const rose = severity > before.severity && severityWord(severity) !== severityWord(before.severity)
  await trx
    .updateTable('incident')
    .set((query) => ({
      severity,
      first_seen: formatTime(now.first),
      last_seen: formatTime(now.last),
      revision: query('revision', '+', 1),
      ...(rose && { was_severity: before.severity, was_until: formatTime(finding.updatedAt) }),
    }))
    .where('id', '=', incident)
    .execute()
  await settleInCluster(trx, incident)
  if (news !== null)
    await note(trx, incident, { kind: news, finding: finding.id, severity: finding.severity })
  if (!rose) return
  const [loudest] = await bySeverity(trx, incident, 1)
  await note(trx, incident, { kind: 'severity-rose', finding: loudest?.id ?? finding.id, severity })
}

/** An incident that began in the account and reached a cluster is about the cluster from then on. */
async function settleInCluster(trx: Trx, incident: number): Promise<void> {
  await trx
    .updateTable('incident')
    .set({
      scope: sql<number>`(
        select finding.scope from finding join scope on scope.id = finding.scope
        where finding.incident = ${incident} and scope.cluster <> ${UNKNOWN_PART}
        order by finding.first_seen, finding.id limit 1)`,
    })
    .where('id', '=', incident)
    .where('scope', 'in', (query) =>
      query.selectFrom('scope').select('scope.id').where('cluster', '=', UNKNOWN_PART),
    )
    .where((where) =>
      where.exists(
        where
          .selectFrom('finding')
          .innerJoin('scope', 'scope.id', 'finding.scope')
          .select('finding.id')
          .where('finding.incident', '=', incident)
          .where('scope.cluster', '<>', UNKNOWN_PART),
      ),
    )
    .execute()
}
