import type { OnConnection } from '../db/transaction.ts'
import type { Verdict } from '../graph/batch.ts'
import { resolveEntities } from '../graph/resolve.ts'
import type { Lease } from '../graph/writer.ts'
import { assign } from '../incidents/assign.ts'
import type { FindingObservation } from '../model/observation.ts'
import { formatTime, HOUR, hourOf, type Micros } from '../model/time.ts'
import { earlierVersions, newAddresses } from './finding-versions.ts'
import { digest, type Entry, heldEvents, readLedger, writeLedger } from './ledger.ts'

/**
 * Absorbs findings of one leased scope, whose account is locked and has the scopes `siblings`, and says for each what became of it, and which incidents changed. A newer
 * `updatedAt` updates the row; an older one lands and changes no finding; the same with another body conflicts, and
 * the same by way of Security Hub is a duplicate, in whatever order they come.
 */
export async function absorbFindings(
  { trx, client }: OnConnection,
  lease: Lease,
  siblings: readonly number[],
  findings: readonly FindingObservation[],
): Promise<{ readonly verdicts: readonly Verdict[]; readonly incidents: ReadonlySet<number> }> {
  const incidents = new Set<number>()
  if (findings.length === 0) return { verdicts: [], incidents }
  const { scope, state } = lease
  const events = findings.map(eventsOf)
  const own = await readLedger(trx, scope, 'finding', [...new Set(events.map(([event]) => event))])
  const known = new Map(own.map(({ event, body }) => [event, body]))
  // Who told of a finding second may not say its cluster, so that the first stands in another scope.
  const held = await heldEvents(trx, siblings, 'finding', [...new Set(events.map(([, other]) => other))])
  const entries: Entry[] = []
  const fresh: FindingObservation[] = []
  const verdicts = findings.map((finding): Verdict => {
    const [event, other] = eventsOf(finding)
    const body = finding.body.slice(0, 32)
    const existing = known.get(event)
    if (existing !== undefined) return existing === body ? 'duplicate' : 'conflicting'
    known.set(event, body)
    entries.push({ event, stage: 0, body, place: null })
    fresh.push(finding)
    return known.has(other) || held.has(other) ? 'duplicate' : 'landed'
  })
  await writeLedger(trx, scope, 'finding', entries)
  const earlier = await earlierVersions(trx, siblings, fresh)
  for (const finding of fresh.toSorted((a, b) => a.updatedAt - b.updatedAt)) {
    const { entities, traits, links, firstSeen, lastSeen } = finding
    const about = state.about(entities, traits, links)
    const before = earlier.get(finding.id)
    const late = new Set(newAddresses(finding, before).map((address) => state.entity(address)))
    const sinceBefore = Math.min(Math.max(firstSeen, before?.lastSeen ?? firstSeen), lastSeen)
    const since = (...named: readonly number[]): Micros =>
      named.some((nr) => late.has(nr)) ? sinceBefore : firstSeen
    const hour = (at: Micros): Micros => hourOf(at) * HOUR
    for (const nr of about.entities) state.entitySpans.widen(nr, since(nr), lastSeen)
    for (const [at, { entity }] of traits.entries())
      state.traitSpans.widen(about.traits[at] ?? 0, hour(since(state.entity(entity))), hour(lastSeen))
    for (const [at, { from, to }] of links.entries()) {
      const first = since(state.entity(from), state.entity(to))
      state.linkSpans.widen(about.links[at] ?? 0, hour(first), hour(lastSeen))
    }
    if (before === undefined || before.updatedAt < finding.updatedAt) earlier.set(finding.id, finding)
  }
  await resolveEntities(client, lease, state.entitySpans.touched)
  // In order of time within the batch, so that an incident is opened by its first finding.
  const ordered = fresh.toSorted(
    (a, b) => a.firstSeen - b.firstSeen || a.updatedAt - b.updatedAt || (a.id < b.id ? -1 : 1),
  )
  if (ordered.length === 0) return { verdicts, incidents }
  for (const finding of ordered) {
    for (const incident of await assign(trx, { own: scope, all: siblings }, finding)) incidents.add(incident)
  }
  return { verdicts, incidents }
}

/** The event that this version of a finding is by whom it came, and that of the other way: each counts once. */
function eventsOf({ id, updatedAt, via }: FindingObservation): readonly [own: string, other: string] {
  const [direct, passedOn] = [
    digest(id, formatTime(updatedAt)),
    digest(id, formatTime(updatedAt), 'securityhub'),
  ]
  return via === 'guardduty' ? [direct, passedOn] : [passedOn, direct]
}
