import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { TrailAct } from '../model/trail.ts'
import { CHAIN } from './hash.ts'
import type { Entry } from './verify.ts'

/** Entries of one reading. */
const PAGE = 5_000

/** All entries in order, a page at a time. */
export async function* readTrail(db: Kysely<Database>, chain = CHAIN): AsyncGenerator<Entry> {
  let after = 0
  for (;;) {
    const page = await db
      .selectFrom('trail_entry')
      .select(['chain', 'seq', 'prev', 'hash', 'body'])
      .where('chain', '=', chain)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.seq
  }
}

/** Number and hash of what the database says is the last entry; null: nothing was ever appended. */
export async function readHead(
  db: Kysely<Database>,
  chain = CHAIN,
): Promise<{ readonly seq: number; readonly hash: Buffer } | null> {
  const head = await db
    .selectFrom('trail_head')
    .select(['seq', 'hash'])
    .where('chain', '=', chain)
    .executeTakeFirst()
  return head === undefined || head.seq === 0 ? null : head
}

/** One entry of an incident, as people read it. */
export interface IncidentEntry {
  readonly seq: number
  readonly body: { readonly [key: string]: unknown }
}

/** Entries of an incident, newest last: the last `most` of them, or of those of one act. */
export async function incidentTrail(
  db: Kysely<Database>,
  incident: number,
  { most, act = null, chain = CHAIN }: { most: number; act?: TrailAct | null; chain?: string },
): Promise<{ readonly entries: readonly IncidentEntry[]; readonly total: number }> {
  const own = db
    .selectFrom('trail_entry')
    .where('chain', '=', chain)
    .where('incident', '=', incident)
    .$if(act !== null, (query) => query.where(sql<boolean>`body::jsonb ->> 'act' = ${act}`))
  const rows = await own.select(['seq', 'body']).orderBy('seq', 'desc').limit(most).execute()
  const { total } = await own
    .select((query) => query.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const entries = rows.map(({ seq, body }) => ({ seq, body: JSON.parse(body) as IncidentEntry['body'] }))
  return { entries: entries.toReversed(), total }
}
