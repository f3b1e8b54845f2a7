import type { Queries } from '../directory.ts'
import { asFields, type Fields } from '../json.ts'

/** A file of the workspace. All of them are the app's. */
export interface StoredFile {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly altText: string
  /** Bytes, as the app announced them. */
  readonly size: number
  /** requested: its bytes are awaited; uploaded: they came; complete: the app said that the upload is done. */
  readonly state: 'requested' | 'uploaded' | 'complete'
  /** Seconds since 1970. */
  readonly created: number
  /** When Slack has read it, in milliseconds since 1970; null before it is complete. */
  readonly ready: number | null
  /** Empty before the bytes came. */
  readonly mimetype: string
  /** Where it was shared: by channel, the messages. */
  readonly shares: { readonly [channel: string]: readonly Share[] }
}

export interface Share {
  readonly ts: string
  readonly thread_ts?: string
}

interface Row extends Omit<StoredFile, 'shares'> {
  readonly shares: unknown
}

const FILE = `
  select id, name, title, alt_text as "altText", size, state, created, ready::float8 as ready, mimetype, shares
  from workspace.file`

/** All files together keep so many bytes; beyond it the oldest are dropped. */
const KEPT = 100 * 1024 * 1024
/** An upload that was not completed is forgotten after so many seconds. */
const AWAITED = 24 * 60 * 60

function fromRow(row: Row | undefined): StoredFile | null {
  return row === undefined ? null : { ...row, shares: (asFields(row.shares) ?? {}) as StoredFile['shares'] }
}

/** Keeps what the app announced; `ticket` is the last part of the upload's address. */
export async function requestFile(
  db: Queries,
  file: Pick<StoredFile, 'id' | 'name' | 'altText' | 'size' | 'created'>,
  ticket: string,
): Promise<void> {
  const { id, name, altText, size, created } = file
  await db.query("delete from workspace.file where state <> 'complete' and created < $1", [created - AWAITED])
  await db.query(
    `insert into workspace.file (id, ticket, name, title, alt_text, size, state, created, mimetype, shares)
     values ($1, $2, $3, $3, $4, $5, 'requested', $6, '', '{}')`,
    [id, ticket, name, altText, size, created],
  )
}

export async function findFile(db: Queries, id: string): Promise<StoredFile | null> {
  return fromRow((await db.query<Row>(`${FILE} where id = $1`, [id])).rows[0])
}

/** The file whose bytes are awaited at an upload's address. */
export async function findAwaited(db: Queries, ticket: string): Promise<StoredFile | null> {
  const found = await db.query<Row>(`${FILE} where ticket = $1 and state = 'requested'`, [ticket])
  return fromRow(found.rows[0])
}

/** Keeps the bytes of an announced file, once; false when they came before. */
export async function keepBytes(db: Queries, id: string, mimetype: string, bytes: Buffer): Promise<boolean> {
  const kept = await db.query(
    `update workspace.file set state = 'uploaded', mimetype = $2, bytes = $3
     where id = $1 and state = 'requested'`,
    [id, mimetype, bytes],
  )
  return kept.rowCount === 1
}

export async function readBytes(db: Queries, id: string): Promise<Buffer | null> {
  const found = await db.query<{ bytes: Buffer | null }>('select bytes from workspace.file where id = $1', [
    id,
  ])
  return found.rows[0]?.bytes ?? null
}

/** Marks an uploaded file complete, once; false when it is not uploaded or complete already. `ready`: see StoredFile. */
export async function completeFile(db: Queries, id: string, title: string, ready: number): Promise<boolean> {
  const done = await db.query(
    `update workspace.file set state = 'complete', title = $2, ready = $3::bigint
     where id = $1 and state = 'uploaded'`,
    [id, title, String(Math.trunc(ready))],
  )
  return done.rowCount === 1
}

/** Notes in which messages a file was shared. */
export async function noteShares(db: Queries, id: string, shares: StoredFile['shares']): Promise<void> {
  await db.query('update workspace.file set shares = $2 where id = $1', [id, JSON.stringify(shares)])
}

/** Deletes a file; messages that showed it keep its place. */
export async function deleteFile(db: Queries, id: string): Promise<void> {
  await db.query('delete from workspace.file where id = $1', [id])
  const gone: Fields = { id, mode: 'tombstone' }
  await db.query(
    `update workspace.message set body = jsonb_set(body, '{files}', (
       select jsonb_agg(case when file ->> 'id' = $1 then $2::jsonb else file end)
       from jsonb_array_elements(body -> 'files') file))
     where body -> 'files' @> jsonb_build_array(jsonb_build_object('id', $1::text))`,
    [id, JSON.stringify(gone)],
  )
}

/** Drops the oldest files until the rest is within `most` bytes. */
export async function dropOldest(db: Queries, most = KEPT): Promise<void> {
  const { rows } = await db.query<{ id: string }>(
    `select id from (
       select id, sum(octet_length(bytes)) over (order by created desc, id) as total from workspace.file
     ) file where total > $1`,
    [most],
  )
  for (const { id } of rows) await deleteFile(db, id)
}
