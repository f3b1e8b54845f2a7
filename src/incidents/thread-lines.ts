import type { Kysely } from 'kysely'
import type { ReadonlyKysely } from 'kysely/readonly'
import type { Database, IncidentEventTable } from '../db/tables.ts'
import type { Sentence, Words } from '../model/answer.ts'
import { severityWord, titleOf } from '../model/finding-types.ts'
import type { ThreadLineView } from '../model/views.ts'
import { signalLines } from './signals.ts'

/** One line that the thread has still to say. */
export interface PendingLine {
  readonly seq: number
  readonly kind: IncidentEventTable['kind']
  readonly view: ThreadLineView
}

/** What the thread of an incident has not said yet: the events after number `after`, oldest first. */
export async function pendingLines(
  db: Kysely<Database> | ReadonlyKysely<Database>,
  incident: number,
  after: number,
): Promise<readonly PendingLine[]> {
  const graph = db as ReadonlyKysely<Database>
  const rows = await graph
    .selectFrom('incident_event as event')
    .innerJoin('incident', 'incident.id', 'event.incident')
    .innerJoin('finding', (join) =>
      join
        // What was taken in has gone on to the incident that took it.
        .on((on) => on('finding.incident', '=', on.fn.coalesce('incident.joined_to', 'incident.id')))
        .onRef('finding.id', '=', 'event.finding'),
    )
    .select([
      'event.seq',
      'event.kind',
      'event.severity',
      'event.finding',
      'event.other',
      'event.types',
      'finding.type',
      'finding.detail',
    ])
    .where('event.incident', '=', incident)
    .where('event.seq', '>', after)
    // An incident that was taken in only says where to.
    .where((where) => where.or([where('incident.state', '=', 'open'), where('event.kind', '=', 'joined-to')]))
    .orderBy('event.seq')
    .execute()
  const told = rows.filter(({ seq, kind, finding }) => {
    // The signals are told as they are now, once.
    const isRepeated = rows.some(
      (later) => later.kind === kind && later.finding === finding && later.seq > seq,
    )
    return kind !== 'signals-grew' || !isRepeated
  })
  return told.map(({ seq, kind, type, detail, ...event }) => ({
    seq,
    kind,
    view: {
      number: incident,
      ...words(kind, incident, { ...event, type, signals: detail.signals.length }),
      signals: WITH_SIGNALS.has(kind) ? signalLines(detail) : [],
    },
  }))
}

/** What tells of a finding that the thread did not list before, or of more of it. */
const WITH_SIGNALS: ReadonlySet<PendingLine['kind']> = new Set(['joined', 'took-in', 'signals-grew'])

/** Findings that a line lists besides the one that it is about. */
const FURTHER = 3

function words(
  kind: PendingLine['kind'],
  incident: number,
  event: {
    readonly severity: number
    readonly type: string
    readonly other: number | null
    readonly types: readonly string[] | null
    readonly signals: number
  },
): { readonly line: Sentence; readonly push: string } {
  const word = severityWord(event.severity)
  const name = titleOf(event.type) ?? 'Unrecognised finding'
  const finding = named(event.type)
  switch (kind) {
    case 'joined':
      return {
        line: [`Joined by ${word} · `, finding, '.'],
        push: `Joined by ${word}: ${name} · INC-${incident}`,
      }
    case 'severity-rose':
      return {
        line: [`Severity rose to ${word}: `, finding, '.'],
        push: `Now ${word}: ${name} · INC-${incident}`,
      }
    case 'signals-grew': {
      const grown = event.signals === 1 ? '1 signal' : `${event.signals} signals`
      return { line: [`Now ${grown}: `, finding, '.'], push: `Now ${grown}: ${name} · INC-${incident}` }
    }
    case 'took-in':
      return {
        line: [`Joined by INC-${event.other ?? 0}: ${word} · `, finding, ...further(event.types ?? []), '.'],
        push: `Joined by INC-${event.other ?? 0} · INC-${incident}`,
      }
    case 'joined-to':
      return {
        line: [`Joined INC-${event.other ?? 0}; what follows is told there.`],
        push: `Joined INC-${event.other ?? 0} · INC-${incident}`,
      }
  }
}

function further(types: readonly string[]): Sentence {
  const left = types.length - FURTHER
  const listed = types.slice(0, FURTHER).flatMap((type): Words[] => [' · ', named(type)])
  return left > 0 ? [...listed, ` · ${left} more`] : listed
}

function named(type: string): Words {
  return titleOf(type) ?? { code: type }
}
