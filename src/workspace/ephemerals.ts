import type { Queries } from './directory.ts'
import { asFields, type Fields, toStored } from './json.ts'

/** A message that one person sees. */
export interface Ephemeral {
  readonly channel: string
  readonly ts: string
  readonly person: string
  readonly threadTs: string | null
  readonly body: Fields
}

interface Row extends Omit<Ephemeral, 'body'> {
  readonly body: unknown
}

/** So many are kept for a person, the newest ones. */
const KEPT = 200

const EPHEMERAL = `select channel, ts, person, thread_ts as "threadTs", body from workspace.ephemeral`

function fromRow(row: Row): Ephemeral {
  return { ...row, body: asFields(row.body) ?? {} }
}

/** Keeps a message for one person, or what it says from now on, and drops those of that person that are too many. */
export async function putEphemeral(
  db: Queries,
  { channel, ts, person, threadTs, body }: Ephemeral,
): Promise<void> {
  await db.query(
    `insert into workspace.ephemeral (channel, ts, person, thread_ts, body) values ($1, $2, $3, $4, $5)
     on conflict (channel, ts) do update set body = excluded.body`,
    [channel, ts, person, threadTs, toStored(body)],
  )
  await db.query(
    `delete from workspace.ephemeral where (channel, ts) in
       (select channel, ts from workspace.ephemeral where person = $1 order by ts desc, channel offset $2)`,
    [person, KEPT],
  )
}

export async function findEphemeral(db: Queries, channel: string, ts: string): Promise<Ephemeral | null> {
  const { rows } = await db.query<Row>(`${EPHEMERAL} where channel = $1 and ts = $2`, [channel, ts])
  return rows[0] === undefined ? null : fromRow(rows[0])
}

/** What only this person sees, oldest first. */
export async function listEphemerals(db: Queries, person: string): Promise<readonly Ephemeral[]> {
  return (await db.query<Row>(`${EPHEMERAL} where person = $1 order by ts`, [person])).rows.map(fromRow)
}

export async function deleteEphemeral(db: Queries, channel: string, ts: string): Promise<void> {
  await db.query('delete from workspace.ephemeral where channel = $1 and ts = $2', [channel, ts])
}

/** Slack's ephemeral messages do not survive a reload; ours do not survive a start. */
export async function forgetEphemerals(db: Queries): Promise<void> {
  await db.query('delete from workspace.ephemeral')
}
