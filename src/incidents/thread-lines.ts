import type { Kysely } from 'kysely'
import type { ReadonlyKysely } from 'kysely/readonly'
import type { Database, IncidentEventTable } from '../db/tables.ts'
import type { Sentence } from '../model/answer.ts'
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
    .select(['event.seq', 'event.kind', 'event.severity', 'event.other', 'finding.type', 'finding.detail'])
    .where('event.incident', '=', incident)
    .where('event.seq', '>', after)
    // An incident that was taken in only says where to.
    .where((where) => where.or([where('incident.state', '=', 'open'), where('event.kind', '=', 'joined-to')]))
    .orderBy('event.seq')
    .execute()
  return rows.map(({ seq, kind, type, detail, ...event }) => ({
    seq,
    kind,
    view: {
      number: incident,
      ...words(kind, incident, { ...event, type }),
      signals: kind === 'joined' ? signalLines(detail) : [],
    },
  }))
}

function words(
  kind: PendingLine['kind'],
  incident: number,
  event: { readonly severity: number; readonly type: string; readonly other: number | null },
): { readonly line: Sentence; readonly push: string } {
  const word = severityWord(event.severity)
  const title = titleOf(event.type)
  const name = title ?? 'Unrecognised finding'
  const finding = title === null ? { code: event.type } : name
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
    case 'took-in':
      return {
        line: [`Joined by INC-${event.other ?? 0}: ${word} · `, finding, '.'],
        push: `Joined by INC-${event.other ?? 0} · INC-${incident}`,
      }
    case 'joined-to':
      return {
        line: [`Joined INC-${event.other ?? 0}; what follows is told there.`],
        push: `Joined INC-${event.other ?? 0} · INC-${incident}`,
      }
  }
}
