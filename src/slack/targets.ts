import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { ContainTarget } from '../../blocks/contain-modal.ts'
import type { Database } from '../db/tables.ts'

/** Something that an incident's findings name and an action may be about. */
export interface Target extends ContainTarget {
  readonly kind: 'pod' | 'node'
  /** The uid that the finding names; null: none. */
  readonly uid: string | null
}

const FINDINGS = 200
const MOST = 25

/** Pods and nodes that the findings of an incident name, the gravest finding's first. */
export async function targetsOf(db: Kysely<Database>, incident: number): Promise<readonly Target[]> {
  const findings = await db
    .selectFrom('finding')
    .select('detail')
    .where('incident', '=', incident)
    .orderBy('severity', 'desc')
    .orderBy('first_seen')
    .orderBy('id')
    .limit(FINDINGS)
    .execute()
  const found = new Map<string, Target>()
  const add = (kind: Target['kind'], key: string, uid: string | null): void => {
    const before = found.get(`${kind}:${key}`)
    if (before !== undefined && (before.uid !== null || uid === null)) return
    const value = createHash('sha256').update(`${kind}:${key}`).digest('hex').slice(0, 24)
    found.set(`${kind}:${key}`, { value, kind, key, uid })
  }
  for (const { detail } of findings) {
    const { pod } = detail
    if (pod !== null && pod.namespace !== null) add('pod', `${pod.namespace}/${pod.name}`, pod.uid)
    for (const { kind, key } of detail.entities) if (kind === 'pod' || kind === 'node') add(kind, key, null)
  }
  return [...found.values()].slice(0, MOST)
}
