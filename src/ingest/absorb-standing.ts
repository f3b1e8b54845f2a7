import type { OnConnection } from '../db/transaction.ts'
import type { Verdict } from '../graph/batch.ts'
import { resolveEntities } from '../graph/resolve.ts'
import { type ReadingRow, type StandingRow, writeReadings, writeStanding } from '../graph/write-standing.ts'
import type { Lease } from '../graph/writer.ts'
import type { StandingObservation } from '../model/observation.ts'
import { HOUR, hourOf, type Micros } from '../model/time.ts'

/**
 * Absorbs what stands in one leased scope and says for each what became of it: exactly that was known already, or it landed.
 * An older state lands and changes no newer one. What does not say when it was read was read `now`.
 */
export async function absorbStanding(
  { client }: OnConnection,
  lease: Lease,
  observations: readonly StandingObservation[],
  now: Micros,
): Promise<readonly Verdict[]> {
  if (observations.length === 0) return []
  const { state } = lease
  for (const { entities, traits, links, takenAt } of observations) {
    const at = takenAt ?? now
    const hour = hourOf(at) * HOUR
    const about = state.about(entities, traits, links)
    for (const nr of about.entities) state.entitySpans.widen(nr, at, at)
    for (const nr of about.traits) state.traitSpans.widen(nr, hour, hour)
    for (const nr of about.links) state.linkSpans.widen(nr, hour, hour)
  }
  await resolveEntities(client, lease, state.entitySpans.touched)
  const rows: StandingRow[] = []
  const readings: ReadingRow[] = []
  const rowOf: (number | null)[] = []
  for (const { entity, of: kind, source, takenAt, state: text, reading } of observations) {
    const at = takenAt ?? now
    if (reading !== null) readings.push({ source, kind, takenAt: at, ...reading })
    if (entity === null) rowOf.push(null)
    else {
      const id = state.entities.ids[state.entity(entity)] ?? 0
      rowOf.push(rows.push({ entity: id, kind, source, takenAt: at, state: text }) - 1)
    }
  }
  const known = await writeStanding(client, lease, rows)
  await writeReadings(client, lease, readings)
  return rowOf.map((row) => (row !== null && known[row] === true ? 'duplicate' : 'landed'))
}
