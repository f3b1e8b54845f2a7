import { titleOf } from '../model/finding-types.ts'
import type { FindingObservation } from '../model/observation.ts'
import type { SequenceView, SignalLine } from '../model/views.ts'

/** The signals of an attack sequence as lines of a card, in order of time; none for every other finding. */
export function signalLines({ signals }: FindingObservation): readonly SignalLine[] {
  return signals.map(({ kind, name, tactic, firstSeen, count }) => ({
    firstSeen,
    tactic,
    title: kind === 'FINDING' ? titleOf(name) : null,
    name,
    count,
  }))
}

/** What the card says of an attack: its signals, and how many took part; null when the finding is no sequence. */
export function sequenceOf(
  main: FindingObservation,
  members: readonly FindingObservation[],
): SequenceView | null {
  if (main.signals.length === 0) return null
  const named = (kind: 'subject' | 'ip' | 'instance'): number =>
    new Set([
      ...main.entities.filter((entity) => entity.kind === kind).map(({ key }) => key),
      ...members.map((member) => member[kind]).filter((key) => key !== null),
    ]).size
  return {
    signals: signalLines(main),
    firstSeen: Math.min(...main.signals.map(({ firstSeen }) => firstSeen)),
    lastSeen: Math.max(...main.signals.map(({ lastSeen }) => lastSeen)),
    subjects: named('subject'),
    addresses: named('ip'),
    nodes: named('instance'),
  }
}
