import type pg from 'pg'

/** How far a scenario was played into this workspace. */
export interface PlayRow {
  readonly name: string
  readonly seed: number
  /** Milliseconds since 1970. */
  readonly started: number
  /** Seconds of play. */
  readonly position: number
  readonly heldBack: number
  readonly isDone: boolean
}

/** The play that was started last; null when nothing was ever played here. */
export async function readPlayRow(pool: pg.Pool): Promise<PlayRow | null> {
  const { rows } = await pool.query<PlayRow>(
    `select play.name, play.seed, play.started::double precision as started, play.position,
       play.held_back as "heldBack", play.done as "isDone"
     from workspace.play order by play.started desc limit 1`,
  )
  return rows[0] ?? null
}

/** Notes how far a scenario was played; one row for each name. */
export async function writePlayRow(pool: pg.Pool, row: PlayRow): Promise<void> {
  await pool.query(
    `insert into workspace.play (name, seed, started, position, held_back, done) values ($1, $2, $3, $4, $5, $6)
     on conflict (name) do update set seed = excluded.seed, started = excluded.started,
       position = excluded.position, held_back = excluded.held_back, done = excluded.done`,
    [row.name, row.seed, row.started, row.position, row.heldBack, row.isDone],
  )
}
