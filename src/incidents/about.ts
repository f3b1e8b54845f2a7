import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { Window } from '../model/answer.ts'
import { ENTITY_KINDS, type EntityRef, exactKey } from '../model/entity.ts'
import { formatScope } from '../model/scope.ts'
import { readJoined } from './joined.ts'

/** What a question about an incident starts from. */
export interface IncidentAbout {
  readonly number: number
  /** `ACCOUNT/REGION/CLUSTER` */
  readonly scope: string
  /** Made by GuardDuty's sample generator. */
  readonly isSample: boolean
  /** First to last seen. */
  readonly window: Window
  /** What its findings name, the kinds in the order of surfaces; keys match exactly. */
  readonly entities: readonly EntityRef[]
}

/** Findings read at most; an incident of more says with the first ones what it is about. */
const FINDINGS = 200

/** Reads what an incident, or the one that took it in, is about; null when there is none of that number. */
export async function readIncidentAbout(db: Kysely<Database>, asked: number): Promise<IncidentAbout | null> {
  const number = (await readJoined(db, asked))?.into ?? asked
  const incident = await db
    .selectFrom('incident')
    .innerJoin('scope', 'scope.id', 'incident.scope')
    .select(['first_seen', 'last_seen', 'account', 'region', 'cluster', 'sample'])
    .where('incident.id', '=', number)
    .executeTakeFirst()
  if (incident === undefined) return null
  const findings = await db
    .selectFrom('finding')
    .select('detail')
    .where('incident', '=', number)
    .orderBy('severity', 'desc')
    .orderBy('first_seen')
    .limit(FINDINGS)
    .execute()
  const entities = new Map<string, EntityRef>()
  for (const { detail } of findings) {
    for (const { kind, key } of detail.entities) entities.set(`${kind}:${key}`, { kind, key: exactKey(key) })
  }
  return {
    number,
    scope: formatScope(incident),
    isSample: incident.sample,
    window: { from: incident.first_seen, to: Math.max(incident.last_seen, incident.first_seen + 1) },
    entities: ENTITY_KINDS.flatMap((kind) => [...entities.values()].filter((one) => one.kind === kind)),
  }
}
