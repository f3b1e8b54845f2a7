import type { Kysely } from 'kysely'
import type { ReadonlyKysely } from 'kysely/readonly'
import type { Database } from '../db/tables.ts'
import { severityWord, titleOf } from '../model/finding-types.ts'
import type { ThreadLineView } from '../model/views.ts'

/** One line that the thread has still to say. */
export interface PendingLine {
  readonly seq: number
  readonly kind: 'joined' | 'severity-rose'
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
      join.onRef('finding.scope', '=', 'incident.scope').onRef('finding.id', '=', 'event.finding'),
    )
    .select(['event.seq', 'event.kind', 'event.severity', 'finding.type'])
    .where('event.incident', '=', incident)
    .where('event.seq', '>', after)
    .orderBy('event.seq')
    .execute()
  return rows.map(({ seq, kind, severity, type }) => {
    const word = severityWord(severity)
    const title = titleOf(type)
    const name = title ?? 'Unrecognised finding'
    const line =
      kind === 'joined'
        ? [`Joined by ${word} · `, ...(title === null ? [{ code: type }] : [name]), '.']
        : [`Severity rose to ${word}: `, ...(title === null ? [{ code: type }] : [name]), '.']
    return {
      seq,
      kind,
      view: {
        number: incident,
        line,
        push:
          kind === 'joined'
            ? `Joined by ${word}: ${name} · INC-${incident}`
            : `Now ${word}: ${name} · INC-${incident}`,
      },
    }
  })
}
