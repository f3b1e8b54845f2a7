import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import { connectOwner } from './connect-owner.ts'

/** The name that marks the one process which serves a database. */
const GUARD = 'firebreak start'
/** How long a lost guard is tried for again, and how often, in milliseconds. */
const PATIENCE = 20_000
const PAUSE = 500

/** The session that says "this database is served". It ends with the process, however that ends. */
export interface Guard {
  /** Settles with a sentence when the guard is lost for good: the database is gone, or somebody else serves it. */
  readonly lost: Promise<string>
  close(): Promise<void>
}

/** Thrown when an older process serves the database. */
export class AlreadyServed extends Error {}

/**
 * Holds the guard of a database, and refuses when an older session holds it. A guard that breaks is taken again; `place`
 * names the database to people.
 */
export async function holdGuard(ownerUrl: string, place: string): Promise<Guard> {
  const state: { closing: boolean; retaking: Promise<void> | null } = { closing: false, retaking: null }
  const onEnd = (): void => {
    state.retaking = retake()
  }
  let client = await connect(ownerUrl, place, onEnd)
  let lose: (why: string) => void = () => undefined
  const lost = new Promise<string>((done) => {
    lose = done
  })

  async function retake(): Promise<void> {
    for (const end = Date.now() + PATIENCE; !state.closing; await setTimeout(PAUSE)) {
      try {
        client = await connect(ownerUrl, place, onEnd)
        return
      } catch (error) {
        if (error instanceof AlreadyServed) return lose(error.message)
        if (Date.now() > end) {
          return lose(
            `The database (${place}) has not answered for ${PATIENCE / 1000} s, so Firebreak stops. Start it again when the database is back.`,
          )
        }
      }
    }
  }

  return {
    lost,
    async close() {
      state.closing = true
      // One that is being taken again at this moment must not outlive us.
      await state.retaking
      await client.end().catch(() => undefined)
    },
  }
}

async function connect(ownerUrl: string, place: string, onEnd: () => void): Promise<pg.Client> {
  const client = await connectOwner(ownerUrl, GUARD)
  const { rows } = await client.query(
    `select other.pid from pg_stat_activity other, pg_stat_activity own
     where own.pid = pg_backend_pid() and other.application_name = $1 and other.datname = own.datname
       and other.pid <> own.pid and (other.backend_start, other.pid) < (own.backend_start, own.pid)`,
    [GUARD],
  )
  if (rows.length > 0) {
    await client.end()
    throw new AlreadyServed(
      `Firebreak already serves this database (${place}). Stop it, or set FIREBREAK_HOME and FIREBREAK_PORT for a second one.`,
    )
  }
  client.once('end', onEnd)
  return client
}
