import type { OnConnection } from '../db/transaction.ts'
import type { Verdict } from '../graph/batch.ts'
import { resolveEntities } from '../graph/resolve.ts'
import type { Lease } from '../graph/writer.ts'
import { assign } from '../incidents/assign.ts'
import type { FindingObservation } from '../model/observation.ts'
import { formatTime, HOUR, hourOf } from '../model/time.ts'
import { digest, type Entry, readLedger, writeLedger } from './ledger.ts'

/**
 * Absorbs findings of one leased scope and says for each what became of it, and which incidents changed. A newer
 * `updatedAt` updates the row; an older one lands and changes no finding; the same with another body conflicts.
 */
export async function absorbFindings(
  { trx, client }: OnConnection,
  lease: Lease,
  findings: readonly FindingObservation[],
): Promise<{ readonly verdicts: readonly Verdict[]; readonly incidents: ReadonlySet<number> }> {
  const incidents = new Set<number>()
  if (findings.length === 0) return { verdicts: [], incidents }
  const { scope, state } = lease
  const events = findings.map((finding) => digest(finding.id, formatTime(finding.updatedAt)))
  const known = new Map(
    (await readLedger(trx, scope, 'finding', [...new Set(events)])).map((e) => [e.event, e.body]),
  )
  const entries: Entry[] = []
  const fresh: FindingObservation[] = []
  const verdicts = findings.map((finding, at): Verdict => {
    const event = events[at] ?? ''
    const body = finding.body.slice(0, 32)
    const existing = known.get(event)
    if (existing !== undefined) return existing === body ? 'duplicate' : 'conflicting'
    known.set(event, body)
    entries.push({ event, stage: 0, body, place: null })
    fresh.push(finding)
    return 'landed'
  })
  await writeLedger(trx, scope, 'finding', entries)
  // Every version counts for first and last seen: whatever the order of arrival, the graph ends the same.
  for (const { entities, traits, links, firstSeen, lastSeen } of fresh) {
    const about = state.about(entities, traits, links)
    for (const nr of about.entities) state.entitySpans.widen(nr, firstSeen, lastSeen)
    const [first, last] = [hourOf(firstSeen) * HOUR, hourOf(lastSeen) * HOUR]
    for (const nr of about.traits) state.traitSpans.widen(nr, first, last)
    for (const nr of about.links) state.linkSpans.widen(nr, first, last)
  }
  await resolveEntities(client, lease, state.entitySpans.touched)
  // In order of time within the batch, so that an incident is opened by its first finding.
  const ordered = fresh.toSorted(
    (a, b) => a.firstSeen - b.firstSeen || a.updatedAt - b.updatedAt || (a.id < b.id ? -1 : 1),
  )
  for (const finding of ordered) {
    const changed = await assign(trx, scope, finding)
    if (changed !== null) incidents.add(changed)
  }
  return { verdicts, incidents }
}
