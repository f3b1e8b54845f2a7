import type { OnConnection } from '../db/transaction.ts'
import type { Verdict } from '../graph/batch.ts'
import { CoverageSpans, LOST_FLOWS } from '../graph/coverage.ts'
import { FlowCounters } from '../graph/flows.ts'
import type { ScopeState } from '../graph/scope-state.ts'
import { idHalves } from '../graph/seen.ts'
import { loadSeen } from '../graph/write.ts'
import type { Lease } from '../graph/writer.ts'
import type { FlowObservation } from '../model/observation.ts'
import { HOUR, hourOf, hourStart } from '../model/time.ts'

/**
 * Absorbs lines of flow logs of one leased scope and says for each what became of it. Each counts once, by the SHA-256 of its
 * canonical record, which is remembered with the hour of its start as the ids of requests are. A window without traffic (NODATA) only
 * says that the log was there, as often as it comes.
 */
export async function absorbFlows(
  { client }: OnConnection,
  lease: Lease,
  flows: readonly FlowObservation[],
): Promise<readonly Verdict[]> {
  if (flows.length === 0) return []
  const { state } = lease
  await loadSeen(client, lease, new Set(flows.map(({ at }) => hourOf(at))))
  const coverage = new CoverageSpans()
  const counters = new FlowCounters()
  const verdicts = flows.map((flow): Verdict => {
    const { talk, at, until, isLost } = flow
    const verdict = talk === null && !isLost ? 'landed' : verdictOn(state, flow)
    if (verdict !== 'landed') return verdict
    cover(coverage, flow)
    if (talk === null) return verdict
    counters.add(state, talk, at, until)
    const about = state.about(flow.entities, [], flow.links)
    for (const nr of about.entities) state.entitySpans.widen(nr, at, until)
    for (const nr of about.links) state.linkSpans.widen(nr, hourStart(hourOf(at)), hourStart(hourOf(until)))
    return verdict
  })
  await counters.write(client, lease)
  await coverage.write(client, lease)
  return verdicts
}

/** Stage and outcome of a request, which a flow has not. */
const STAGE = 1
const OUTCOME = 0

const id = new Uint32Array(4)
const halves = new Uint32Array(2)

function verdictOn({ seen }: ScopeState, { at, body }: FlowObservation): Verdict {
  const nr = hourOf(at)
  if (seen.isSealed(nr)) return 'too-late'
  const hour = seen.hour(nr)
  for (let part = 0; part < 4; part++) id[part] = Number.parseInt(body.slice(part * 8, part * 8 + 8), 16)
  idHalves(id, 0, halves)
  const [high = 0, low = 0] = halves
  const check = Number.parseInt(body.slice(32, 36), 16)
  if (hour.find(high, low, STAGE, OUTCOME, check) !== 'new') return 'duplicate'
  hour.add(high, low, STAGE, OUTCOME, check)
  seen.added(nr)
  return 'landed'
}

/** Each hour that the window touches was logged, or lost, from its first moment in it to its last. */
function cover(coverage: CoverageSpans, { at, until, isLost }: FlowObservation): void {
  const source = isLost ? LOST_FLOWS : 'flow'
  coverage.see(source, at)
  for (let hour = hourOf(at) + 1; hour <= hourOf(until); hour++) {
    coverage.see(source, hour * HOUR - 1)
    coverage.see(source, hour * HOUR)
  }
  coverage.see(source, until)
}
