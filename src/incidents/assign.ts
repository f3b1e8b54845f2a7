import { sql } from 'kysely'
import type { Trx } from '../db/transaction.ts'
import type { FindingObservation } from '../model/observation.ts'
import { DAY, formatTime } from '../model/time.ts'
import type { AccountScopes } from './account-scopes.ts'
import { tiedBySequence } from './attack.ts'
import { attackKeys, joinKeys } from './join-keys.ts'
import { lockRoots, takeIn } from './merge.ts'
import { refreshIncident } from './refresh.ts'
import { firstKept, hasGrown, type KeptFinding, keptAfter } from './versions.ts'

/**
 * Stores a finding that is new, or newer than the row there is, in its incident: the open one that it joins (same
 * scope, a key in common, spans at most 24 h apart, samples among samples), else a new one. Findings of one attack
 * sequence make one incident of all that they belong to: the one opened first takes the others in. Returns the numbers
 * of the incidents that changed; an older version changes no row, but what it names ties its incident to others all the
 * same. The caller holds the lease of the scope and the lock of its account, so no other writer opens the same incident
 * meanwhile.
 */
export async function assign(
  trx: Trx,
  scopes: AccountScopes,
  finding: FindingObservation,
): Promise<ReadonlySet<number>> {
  const { own: scope } = scopes
  const known = await knownRow(trx, scopes, finding.id)
  const own = joinKeys(finding)
  const tied = await tiedBySequence(trx, scopes.all, finding)
  const joins = known?.incident ?? (await findOpen(trx, scope, finding, own))
  const roots = await lockRoots(trx, [...(joins === null ? [] : [joins]), ...tied])
  const keys = finding.related.length === 0 ? own : [...own, ...attackKeys(finding)]
  const [first, ...others] = roots
  if (first === undefined) return new Set([await openIncident(trx, scope, finding, keys)])
  const kept = known === undefined ? firstKept(finding) : keptAfter(known, finding)
  if (kept !== null) await storeFinding(trx, scope, finding, kept, first, known)
  await storeKeys(trx, scope, keys, first)
  const changed = new Set<number>()
  let atLeast = 0
  for (const other of others) {
    const { numbers, severity } = await takeIn(trx, first, other)
    for (const number of numbers) changed.add(number)
    atLeast = Math.max(atLeast, severity)
  }
  if (kept !== null || others.length > 0) {
    const grew = known !== undefined && kept !== null && hasGrown(known.detail, kept.detail)
    const news = known === undefined ? 'joined' : grew ? 'signals-grew' : null
    await refreshIncident(trx, first, finding, { news, atLeast })
    changed.add(first)
  }
  return changed
}

interface KnownRow extends KeptFinding {
  readonly scope: number
  readonly incident: number
}

/** The row of a finding; Security Hub may not have said in which cluster it is, so that it stands in another scope. */
async function knownRow(trx: Trx, scopes: AccountScopes, id: string): Promise<KnownRow | undefined> {
  const rows = await trx
    .selectFrom('finding')
    .select(['scope', 'incident', 'told_at as toldAt', 'detail'])
    .where('scope', 'in', [...scopes.all])
    .where('id', '=', id)
    .execute()
  return rows.find((row) => row.scope === scopes.own) ?? rows[0]
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
      joined_to: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await storeFinding(trx, scope, finding, firstKept(finding), id, undefined)
  await storeKeys(trx, scope, keys, id)
  return id
}

async function storeFinding(
  trx: Trx,
  scope: number,
  finding: FindingObservation,
  { detail, toldAt }: KeptFinding,
  incident: number,
  known: KnownRow | undefined,
): Promise<void> {
  // A cluster that is known once stays known.
  const isPlaced = finding.scope.cluster === undefined && known?.detail.scope.cluster !== undefined
  const place = isPlaced ? known.scope : scope
  const row = {
    updated_at: formatTime(detail.updatedAt),
    type: detail.type,
    severity: detail.severity,
    first_seen: formatTime(detail.firstSeen),
    last_seen: formatTime(detail.lastSeen),
    count: detail.count,
    archived: detail.archived,
    sample: detail.sample,
    detail: JSON.stringify({ ...detail, scope: isPlaced ? known.detail.scope : finding.scope }),
    told_at: toldAt === null ? null : formatTime(toldAt),
  }
  if (known !== undefined) {
    await trx
      .updateTable('finding')
      .set({ scope: place, ...row })
      .where('scope', '=', known.scope)
      .where('id', '=', finding.id)
      .execute()
    return
  }
  await trx
    .insertInto('finding')
    .values({ scope: place, id: finding.id, incident, ...row })
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
