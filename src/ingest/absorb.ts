import type { JobSender } from '../db/jobs.ts'
import type { Pool } from '../db/open.ts'
import { inTransaction, type OnConnection } from '../db/transaction.ts'
import { RequestBatch, VERDICTS, type Verdict } from '../graph/batch.ts'
import { Fold, widenSpans } from '../graph/fold.ts'
import type { ScopeState } from '../graph/scope-state.ts'
import { loadSeen, resolve, writeFold, writeState } from '../graph/write.ts'
import type { GraphWriter, Lease } from '../graph/writer.ts'
import { lockAccounts } from '../incidents/account-scopes.ts'
import type { Rejected } from '../model/observation.ts'
import { formatScope, type Scope, UNKNOWN_PART } from '../model/scope.ts'
import type { Micros } from '../model/time.ts'
import { absorbFindings } from './absorb-findings.ts'
import { absorbFlows } from './absorb-flows.ts'
import { absorbStanding } from './absorb-standing.ts'
import {
  type Delivery,
  type Fate,
  type Fates,
  halves,
  type Incoming,
  joined,
  NO_FATES,
  type Scanned,
  sizeOf,
} from './delivery.ts'
import { firstLook, type Located } from './first-look.ts'
import { isKept, keptOf, storeRejects } from './rejects.ts'
import { isDataFault, withRetries } from './retries.ts'
import type { Terms } from './terms.ts'
import { countUndated, decideUndated } from './undated.ts'
import { earliestOf } from './when.ts'

export interface AbsorbDeps {
  readonly pool: Pool
  readonly writer: GraphWriter
  readonly jobs: JobSender
  /** Time of a reject, for the record, and what is too far ahead. */
  readonly now: () => Micros
}

/** Takes in parsed records; see `absorbDelivery`. */
export async function absorb(
  deps: AbsorbDeps,
  batch: readonly Incoming[],
  given: Scope | null,
): Promise<readonly Fate[]> {
  return (await absorbDelivery(deps, { incoming: batch, scanned: null }, given)).incoming
}

/**
 * Takes in a delivery in one transaction: rejects what cannot be used, folds observations into the graph, upserts
 * findings and incidents, moves the ledger and sends the jobs that redraw cards. What PostgreSQL refuses because of one
 * record's data is halved until that record stands alone and is rejected: neighbours always land.
 */
export async function absorbDelivery(
  deps: AbsorbDeps,
  delivery: Delivery,
  given: Scope | null,
  terms: Terms | null = null,
): Promise<Fates> {
  try {
    return await withRetries(() => attempt(deps, delivery, given, terms))
  } catch (error) {
    const size = sizeOf(delivery)
    if (!isDataFault(error) || size === 0) throw new Error('taking in a batch of records', { cause: error })
    if (size > 1) {
      const [left, right] = halves(delivery)
      const early = terms === null ? null : { ...terms, last: null }
      return joined(
        await absorbDelivery(deps, left, given, early),
        await absorbDelivery(deps, right, given, terms),
      )
    }
    const reason = `The database cannot store this record: ${(error as Error).message}.`
    const parsed: Rejected = { kind: 'rejected', class: 'malformed', pointer: '', reason }
    const [only] = delivery.incoming
    if (only?.parsed.kind === 'rejected') throw new Error('keeping a reject', { cause: error })
    const { scanned } = delivery
    if (only !== undefined)
      return absorbDelivery(deps, { incoming: [{ ...only, parsed }], scanned: null }, given, terms)
    if (scanned === null) throw error
    const row = scanned.range.from
    const line = scanned.batch.lines[row] ?? 0
    const raw = JSON.stringify(scanned.batch.describe(row))
    await absorbDelivery(
      deps,
      { incoming: [{ parsed, file: scanned.file, line, raw }], scanned: null },
      given,
      terms,
    )
    return { ...NO_FATES, rejected: [{ file: scanned.file, line, reject: parsed, row }] }
  }
}

/** One try, alone among those of this writer; what it learned is kept when it commits and forgotten when it does not. */
async function attempt(
  deps: AbsorbDeps,
  delivery: Delivery,
  given: Scope | null,
  terms: Terms | null,
): Promise<Fates> {
  return deps.writer.alone(async () => {
    const states = new Set<ScopeState>()
    try {
      const fates = await inTransaction(deps.pool, (on) => absorbIn(on, deps, delivery, given, terms, states))
      for (const state of states) state.keep()
      return fates
    } catch (error) {
      for (const state of states) state.drop()
      deps.writer.forgetScopes()
      throw error
    }
  })
}

interface Placed extends Located {
  readonly at: number
}

/** What a delivery has for one scope. */
interface Group {
  readonly scope: Scope
  readonly state: ScopeState
  readonly placed: Placed[]
}

async function absorbIn(
  on: OnConnection,
  deps: AbsorbDeps,
  { incoming, scanned }: Delivery,
  given: Scope | null,
  terms: Terms | null,
  states: Set<ScopeState>,
): Promise<Fates> {
  const fates: Fate[] = []
  const groups = new Map<string, Group>()
  const groupOf = (scope: Scope, state = deps.writer.state(scope)): Group => {
    const name = formatScope(scope)
    const group = groups.get(name) ?? { scope, state, placed: [] }
    groups.set(name, group)
    return group
  }
  // What was read ahead carries the state that it was read with.
  if (scanned !== null) groupOf(scanned.scope, scanned.batch.state)
  incoming.forEach(({ parsed }, at) => {
    const fate = firstLook(parsed, given, terms, deps.now())
    if ('scope' in fate) groupOf(fate.scope).placed.push({ at, ...fate })
    else fates[at] = fate
  })
  for (const { state } of groups.values()) states.add(state)

  const list = [...groups.values()]
  const leases = await deps.writer.lease(on, list)
  const telling = list.filter(({ placed }) =>
    placed.some(({ observation }) => observation.kind === 'finding'),
  )
  const siblings = await lockAccounts(
    on.trx,
    telling.map(({ scope }) => scope),
  )
  const changed = new Set<number>()
  let totals = NO_FATES
  for (const [nr, lease] of leases.entries()) {
    const group = list[nr]
    if (group === undefined) throw new Error('a scope was leased that nobody asked for')
    const own = scanned !== null && scanned.batch.state === group.state ? scanned : null
    const all = siblings[telling.indexOf(group)] ?? [lease.scope]
    const more = await absorbGroup(on, deps, lease, group, own, all, fates, changed)
    totals = joined(totals, more)
    await deps.writer.sign(on, lease)
  }
  const rejected = [
    ...fates.flatMap((fate, at) => {
      const record = incoming[at]
      return fate.kind === 'rejected' && record !== undefined && isKept(fate.reject)
        ? [{ file: record.file, line: record.line, reject: fate.reject, raw: keptOf(record) }]
        : []
    }),
    ...totals.rejected
      .filter(({ reject }) => isKept(reject))
      .map((one) => ({ ...one, raw: JSON.stringify(scanned?.batch.describe(one.row) ?? null) })),
  ]
  await storeRejects(on.trx, deps.now(), rejected)
  for (const incident of changed) {
    await deps.jobs.send(on.trx, 'refresh-card', String(incident), { incident })
  }
  await terms?.last?.(on.trx)
  return { ...totals, incoming: fates }
}

/** Takes in what one scope gets: requests through folds, then findings, flows and what stands; `siblings` are the scopes of its account. */
async function absorbGroup(
  on: OnConnection,
  deps: AbsorbDeps,
  lease: Lease,
  { scope, state, placed }: Group,
  scanned: Scanned | null,
  siblings: readonly number[],
  fates: Fate[],
  changed: Set<number>,
): Promise<Fates> {
  const requests = placed.flatMap(({ at, observation }) =>
    observation.kind === 'request' ? [{ at, observation }] : [],
  )
  const findings = placed.flatMap(({ at, observation }) =>
    observation.kind === 'finding' ? [{ at, observation }] : [],
  )
  const parsed = new RequestBatch(state, Math.max(16, requests.length))
  for (const { observation } of requests) parsed.add(observation, 0)
  const folds = [
    ...(scanned === null ? [] : [new Fold(scanned.batch, scanned.range)]),
    new Fold(parsed, { from: 0, to: parsed.size }),
  ]
  await absorbRequests(on, lease, scope, folds)
  const own = folds.at(-1)
  requests.forEach(({ at, observation }, row) => {
    fates[at] = fateOf(VERDICTS[own?.verdicts[row] ?? 0], IDS[observation.source])
  })
  const { verdicts, incidents } = await absorbFindings(
    on,
    lease,
    siblings,
    findings.map((item) => item.observation),
  )
  findings.forEach(({ at }, nr) => {
    fates[at] = fateOf(verdicts[nr], 'finding id and updatedAt')
  })
  for (const incident of incidents) changed.add(incident)
  const flows = placed.flatMap(({ at, observation }) =>
    observation.kind === 'flow' ? [{ at, observation }] : [],
  )
  const decided = await absorbFlows(
    on,
    lease,
    flows.map((item) => item.observation),
  )
  flows.forEach(({ at, observation: { talk, isLost } }, nr) => {
    fates[at] =
      talk === null && !isLost ? { kind: 'ignored', class: 'nodata' } : fateOf(decided[nr], 'contents')
  })
  const standing = placed.flatMap(({ at, observation }) =>
    observation.kind === 'standing' ? [{ at, observation }] : [],
  )
  const told = await absorbStanding(
    on,
    lease,
    standing.map((item) => item.observation),
    deps.now(),
  )
  standing.forEach(({ at }, nr) => {
    fates[at] = fateOf(told[nr], 'name and time of reading')
  })
  await writeState(on.client, lease, deps.now())
  const earliest = earliestOf(deps.now(), lease.months)
  const oldFlows = flows.filter(
    ({ observation }, nr) =>
      observation.talk !== null && decided[nr] === 'landed' && observation.at < earliest,
  )
  const old = folds.reduce((n, fold) => n + fold.landedBefore(earliest), oldFlows.length)
  const added = scanned === null || folds[0] === undefined ? NO_FATES : scannedFates(scanned, folds[0])
  return { ...added, old }
}

async function absorbRequests(
  on: OnConnection,
  lease: Lease,
  scope: Scope,
  folds: readonly Fold[],
): Promise<void> {
  const { state } = lease
  for (const fold of folds) {
    if (fold.range.to === fold.range.from) continue
    await loadSeen(on.client, lease, fold.hours())
    fold.run()
    const undated = await decideUndated(on, lease, fold)
    widenSpans(fold, scope.cluster === UNKNOWN_PART ? 0 : state.entities.of('cluster', scope.cluster))
    await resolve(on.client, lease, fold)
    await countUndated(on, lease, fold, undated)
    await writeFold(on.client, lease, fold)
  }
}

/** The verdicts on scanned requests, added up; what was rejected is told one by one. */
function scannedFates({ batch, file, range }: Scanned, fold: Fold): Fates {
  let landed = 0
  let duplicates = 0
  const rejected: Fates['rejected'][number][] = []
  for (let row = range.from; row < range.to; row++) {
    const verdict = VERDICTS[fold.verdicts[row - range.from] ?? 0]
    if (verdict === 'landed') landed += 1
    else if (verdict === 'duplicate') duplicates += 1
    else {
      const fate = fateOf(verdict, 'audit id and stage')
      if (fate.kind === 'rejected')
        rejected.push({ file, line: batch.lines[row] ?? 0, reject: fate.reject, row })
    }
  }
  return { ...NO_FATES, landed, duplicates, rejected }
}

/** What two records of one request have in common. */
const IDS = { audit: 'audit id and stage', cloudtrail: 'eventID' } as const

function fateOf(verdict: Verdict | undefined, same: string): Fate {
  if (verdict === undefined) throw new Error('a record was absorbed without a verdict')
  if (verdict === 'landed' || verdict === 'duplicate') return { kind: verdict }
  if (verdict === 'too-late') return { kind: 'rejected', reject: TOO_LATE }
  const reason = `Another record with the same ${same} and other contents has landed before; it stays as it is.`
  return { kind: 'rejected', reject: { kind: 'rejected', class: 'conflicting', pointer: '', reason } }
}

const TOO_LATE: Rejected = {
  kind: 'rejected',
  class: 'too-late',
  pointer: '',
  reason:
    'The hour of this request was closed 14 days after it was last written to, so it can no longer be told whether it was counted.',
}
