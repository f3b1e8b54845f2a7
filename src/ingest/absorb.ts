import type { Kysely } from 'kysely'
import type { JobSender } from '../db/jobs.ts'
import type { Database } from '../db/tables.ts'
import { leaseScopes, type Trx } from '../graph/dictionary.ts'
import type {
  FindingObservation,
  IgnoredClass,
  Parsed,
  Rejected,
  RequestObservation,
} from '../model/observation.ts'
import { formatScope, resolveScope, type Scope, UNKNOWN_PART } from '../model/scope.ts'
import { formatTime, type Micros } from '../model/time.ts'
import { absorbFindings } from './absorb-findings.ts'
import { absorbRequests, type Verdict } from './absorb-requests.ts'
import { digest } from './ledger.ts'

/** One record on its way in, with where it came from. `raw` is kept with a reject, at most 64 KB. */
export interface Incoming {
  readonly parsed: Parsed
  readonly file: string
  /** Line of the file, or index in an array. */
  readonly line: number
  readonly raw: string
}

/** What became of one record. */
export type Fate =
  | { readonly kind: 'landed' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'ignored'; readonly class: IgnoredClass }
  | { readonly kind: 'rejected'; readonly reject: Rejected }

export interface AbsorbDeps {
  readonly db: Kysely<Database>
  readonly jobs: JobSender
  /** Time of a reject, for the record. */
  readonly now: () => Micros
}

const MAX_RAW = 65_536

/**
 * Takes in a batch in one transaction: rejects what cannot be used, folds observations into the graph, upserts
 * findings and incidents, moves the ledger and sends the jobs that redraw cards. Returns the fate of each record, in
 * order. A batch that PostgreSQL refuses because of one record's data is halved until that record stands alone and
 * is rejected: neighbours always land.
 */
export async function absorb(
  deps: AbsorbDeps,
  batch: readonly Incoming[],
  given: Scope | null,
): Promise<readonly Fate[]> {
  try {
    return await withRetries(() => deps.db.transaction().execute((trx) => absorbIn(trx, deps, batch, given)))
  } catch (error) {
    const [only, ...others] = batch
    const isHopeless = others.length === 0 && (only === undefined || only.parsed.kind === 'rejected')
    if (isHopeless || !isDataFault(error)) throw new Error('taking in a batch of records', { cause: error })
    if (others.length === 0 && only !== undefined) {
      const reason = `The database cannot store this record: ${(error as Error).message}.`
      const parsed: Rejected = { kind: 'rejected', class: 'malformed', pointer: '', reason }
      return absorb(deps, [{ ...only, parsed }], given)
    }
    const half = Math.ceil(batch.length / 2)
    return [
      ...(await absorb(deps, batch.slice(0, half), given)),
      ...(await absorb(deps, batch.slice(half), given)),
    ]
  }
}

interface Placed {
  readonly at: number
  readonly scope: Scope
  readonly observation: RequestObservation | FindingObservation
}

async function absorbIn(
  trx: Trx,
  deps: AbsorbDeps,
  batch: readonly Incoming[],
  given: Scope | null,
): Promise<readonly Fate[]> {
  const fates: Fate[] = []
  const placed: Placed[] = []
  batch.forEach(({ parsed }, at) => {
    const fate = firstLook(parsed, given)
    if ('scope' in fate) placed.push({ at, ...fate })
    else fates[at] = fate
  })

  const groups = new Map<string, Placed[]>()
  for (const item of placed) {
    const name = formatScope(item.scope)
    groups.set(name, [...(groups.get(name) ?? []), item])
  }
  const scopes = [...groups.values()].flatMap((group) => group.slice(0, 1).map((item) => item.scope))
  const ids = await leaseScopes(trx, scopes)
  const changed = new Set<number>()
  for (const [at, group] of [...groups.values()].entries()) {
    const id = ids[at]
    const scope = scopes[at]
    if (id === undefined || scope === undefined) throw new Error('a scope was leased without an id')
    await absorbGroup(trx, id, scope, group, fates, changed)
  }

  await storeRejects(trx, deps.now(), batch, fates)
  for (const incident of changed) {
    await deps.jobs.send(trx, 'refresh-card', String(incident), { incident })
  }
  return fates
}

function firstLook(parsed: Parsed, given: Scope | null): Fate | Omit<Placed, 'at'> {
  if (parsed.kind === 'ignored') return { kind: 'ignored', class: parsed.class }
  if (parsed.kind === 'rejected') return { kind: 'rejected', reject: parsed }
  const resolved = resolveScope(parsed.scope, given)
  if ('scope' in resolved) return { scope: resolved.scope, observation: located(parsed, resolved.scope) }
  const part = resolved.differs
  const reason = `The record says ${part} ${JSON.stringify(parsed.scope[part])}, and it was given for ${given === null ? '' : formatScope(given)}. Ingest it with its own --scope, or without one.`
  return { kind: 'rejected', reject: { kind: 'rejected', class: 'foreign-scope', pointer: '', reason } }
}

/** The observation with the parts of its scope that its feed or `--scope` added: from here on those decide. */
function located<O extends RequestObservation | FindingObservation>(observation: O, scope: Scope): O {
  const known = Object.entries(scope).filter(([, part]) => part !== UNKNOWN_PART)
  const placed = { ...observation, scope: Object.fromEntries(known) }
  if (observation.kind === 'request') return placed
  const added = (['cluster', 'account'] as const)
    .filter(
      (kind) => scope[kind] !== UNKNOWN_PART && !observation.entities.some((entity) => entity.kind === kind),
    )
    .map((kind) => ({ kind, key: scope[kind] }))
  return { ...placed, entities: [...observation.entities, ...added] }
}

async function absorbGroup(
  trx: Trx,
  id: number,
  scope: Scope,
  group: readonly Placed[],
  fates: Fate[],
  changed: Set<number>,
): Promise<void> {
  const requests = group.flatMap(({ at, observation }) =>
    observation.kind === 'request' ? [{ at, observation }] : [],
  )
  const findings = group.flatMap(({ at, observation }) =>
    observation.kind === 'finding' ? [{ at, observation }] : [],
  )
  const cluster = scope.cluster === UNKNOWN_PART ? null : scope.cluster
  const counted = await absorbRequests(
    trx,
    id,
    cluster,
    requests.map((item) => item.observation),
  )
  requests.forEach(({ at }, nr) => {
    fates[at] = fateOf(counted[nr], 'audit id and stage')
  })
  const { verdicts, incidents } = await absorbFindings(
    trx,
    id,
    findings.map((item) => item.observation),
  )
  findings.forEach(({ at }, nr) => {
    fates[at] = fateOf(verdicts[nr], 'finding id and updatedAt')
  })
  for (const incident of incidents) changed.add(incident)
}

function fateOf(verdict: Verdict | undefined, same: string): Fate {
  if (verdict === undefined) throw new Error('a record was absorbed without a verdict')
  if (verdict !== 'conflicting') return { kind: verdict }
  const reason = `Another record with the same ${same} and other contents has landed before; it stays as it is.`
  return { kind: 'rejected', reject: { kind: 'rejected', class: 'conflicting', pointer: '', reason } }
}

/** What is kept of a reject: the record as it was read, or for one that was understood what was understood of it. */
function keptOf({ raw, parsed }: Incoming): string {
  return raw === '' && (parsed.kind === 'request' || parsed.kind === 'finding') ? JSON.stringify(parsed) : raw
}

async function storeRejects(
  trx: Trx,
  now: Micros,
  batch: readonly Incoming[],
  fates: readonly Fate[],
): Promise<void> {
  const rows = fates.flatMap((fate, at) => {
    const record = batch[at]
    if (fate.kind !== 'rejected' || record === undefined) return []
    const { class: name, pointer, reason } = fate.reject
    const raw = keptOf(record).slice(0, MAX_RAW).replaceAll('\0', '\uFFFD').toWellFormed()
    const key = raw === '' ? `${record.file}:${record.line}` : raw
    return [
      {
        digest: Buffer.from(digest(name, pointer, key), 'hex'),
        at: formatTime(now),
        class: name,
        file: record.file,
        line: record.line,
        pointer: pointer.replaceAll('\0', '\uFFFD').toWellFormed(),
        reason: reason.replaceAll('\0', '\uFFFD').toWellFormed(),
        raw,
      },
    ]
  })
  // The same reject once, however often its file is read.
  for (let at = 0; at < rows.length; at += 500) {
    await trx
      .insertInto('rejected')
      .values(rows.slice(at, at + 500))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/**
 * The value itself is at fault, not the server or the moment: SQLSTATE class 22, or 54000, which is what a value too
 * long for an index raises.
 */
function isDataFault(error: unknown): boolean {
  const state = sqlState(error)
  return state.startsWith('22') || state === '54000'
}

async function withRetries<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 10; ; left--) {
    try {
      return await attempt()
    } catch (error) {
      // Serialization failure, deadlock, a lease that another writer holds: nothing was left behind, so it can run again.
      if (left === 0 || !['40001', '40P01', '55P03'].includes(sqlState(error))) throw error
    }
  }
}

function sqlState(error: unknown): string {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : ''
}
