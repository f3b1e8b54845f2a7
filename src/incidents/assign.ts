import { sql } from 'kysely'
import type { Trx } from '../db/transaction.ts'
import { severityWord } from '../model/finding-types.ts'
import type { FindingObservation } from '../model/observation.ts'
import { DAY, formatTime } from '../model/time.ts'
import { joinKeys } from './join-keys.ts'

/**
 * Stores a finding that is new, or newer than the row there is, in its incident: the open one that it joins (same
 * scope, a key in common, spans at most 24 h apart, samples among samples), else a new one. Returns the incident's
 * number, or null for an older version: that changes no row, but what it names ties its incident to others all the same.
 * The caller holds the lease of the scope, so no other writer opens the same incident meanwhile.
 */
export async function assign(trx: Trx, scope: number, finding: FindingObservation): Promise<number | null> {
  const known = await trx
    .selectFrom('finding')
    .select(['incident', 'updated_at'])
    .where('scope', '=', scope)
    .where('id', '=', finding.id)
    .executeTakeFirst()
  const keys = joinKeys(finding)
  if (known !== undefined && known.updated_at >= finding.updatedAt) {
    await storeKeys(trx, scope, keys, known.incident)
    return null
  }
  const incident = known?.incident ?? (await findOpen(trx, scope, finding, keys))
  if (incident === null) return openIncident(trx, scope, finding, keys)
  await storeFinding(trx, scope, finding, incident)
  await storeKeys(trx, scope, keys, incident)
  await refreshIncident(trx, incident, finding, known === undefined)
  return incident
}

async function findOpen(
  trx: Trx,
  scope: number,
  finding: FindingObservation,
  keys: readonly string[],
): Promise<number | null> {
  if (keys.length === 0) return null
  const row = await trx
    .selectFrom('incident')
    .select('id')
    .where('scope', '=', scope)
    .where('state', '=', 'open')
    .where('sample', '=', finding.sample)
    .where('id', 'in', (query) =>
      query
        .selectFrom('incident_key')
        .select('incident')
        .where('incident_key.scope', '=', scope)
        .where('incident_key.key', 'in', [...keys]),
    )
    .where('last_seen', '>=', sql<never>`${formatTime(finding.firstSeen - DAY)}::timestamptz`)
    .where('first_seen', '<=', sql<never>`${formatTime(finding.lastSeen + DAY)}::timestamptz`)
    .orderBy('last_seen', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}

async function openIncident(
  trx: Trx,
  scope: number,
  finding: FindingObservation,
  keys: readonly string[],
): Promise<number> {
  const { id } = await trx
    .insertInto('incident')
    .values({
      scope,
      state: 'open',
      sample: finding.sample,
      first_seen: formatTime(finding.firstSeen),
      last_seen: formatTime(finding.lastSeen),
      severity: finding.severity,
      was_severity: null,
      was_until: null,
      revision: 1,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await storeFinding(trx, scope, finding, id)
  await storeKeys(trx, scope, keys, id)
  return id
}

async function storeFinding(
  trx: Trx,
  scope: number,
  finding: FindingObservation,
  incident: number,
): Promise<void> {
  const row = {
    updated_at: formatTime(finding.updatedAt),
    type: finding.type,
    severity: finding.severity,
    first_seen: formatTime(finding.firstSeen),
    last_seen: formatTime(finding.lastSeen),
    count: finding.count,
    archived: finding.archived,
    sample: finding.sample,
    detail: JSON.stringify(finding),
  }
  await trx
    .insertInto('finding')
    .values({ scope, id: finding.id, incident, ...row })
    .onConflict((conflict) => conflict.columns(['scope', 'id']).doUpdateSet(row))
    .execute()
}

async function storeKeys(trx: Trx, scope: number, keys: readonly string[], incident: number): Promise<void> {
  if (keys.length === 0) return
  await trx
    .insertInto('incident_key')
    .values(keys.map((key) => ({ scope, key, incident })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Brings span and severity up to date and notes what the thread has to say. */
async function refreshIncident(
  trx: Trx,
  incident: number,
  finding: FindingObservation,
  joined: boolean,
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
  const severity = Math.max(now.severity, before.severity)
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
  if (joined) await note(trx, incident, 'joined', finding)
  if (rose) await note(trx, incident, 'severity-rose', finding)
}

async function note(
  trx: Trx,
  incident: number,
  kind: 'joined' | 'severity-rose',
  finding: FindingObservation,
): Promise<void> {
  const { last } = await trx
    .selectFrom('incident_event')
    .select((query) => query.fn.coalesce(query.fn.max('seq'), sql<number>`0`).as('last'))
    .where('incident', '=', incident)
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('incident_event')
    .values({ incident, seq: last + 1, kind, finding: finding.id, severity: finding.severity })
    .execute()
}
