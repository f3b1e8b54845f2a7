import type { Pool } from '../db/open.ts'
import { formatTime, type Micros } from '../model/time.ts'

/** What tidying needs: the role that takes records in, which may have the functions of the graph run. */
export interface TidyPorts {
  readonly pool: Pool
  readonly now: () => Micros
  readonly warn: (err: unknown, message: string) => void
  /** Fires when nothing more is to be done; what is being done is somebody else's to cancel. */
  readonly signal?: AbortSignal
}

/** What was done. */
export interface Tidied {
  /** Names of partitions. */
  readonly made: readonly string[]
  readonly dropped: readonly string[]
  /** Rows of edges that were packed. */
  readonly packed: number
  /** Hours that were sealed. */
  readonly sealed: number
  /** What somebody else held for too long; the next run does it. */
  readonly postponed: readonly string[]
}

/** A slot of the hot tables is packed when it is so old, or so large: about two million rows. */
const FULL_HOURS = 6
const FULL_BYTES = 120 * 1024 * 1024

const SLOT_BYTES = `pg_relation_size(format('edge_hot_%s', current)::regclass)`

/** So many records leave tables that the planner knows nothing of. */
export const WORTH_ANALYZING = 1000

/** Tells the planner what the tables hold, so that the first question after much has come in is as fast as the next. */
export async function analyzeGraph(pool: Pool): Promise<void> {
  await pool.query('select graph_analyze()')
}

/** True when so much was written that it should be packed before anybody asks much; one look at a file's size. */
export async function isHotFull(pool: Pool, bytes = FULL_BYTES): Promise<boolean> {
  const { rows } = await pool.query<{ full: boolean }>(`select ${SLOT_BYTES} >= $1 as full from ring`, [
    bytes,
  ])
  return rows[0]?.full === true
}

/**
 * Keeps the graph tidy: partitions ahead, old ones gone, old hashes forgotten, hot rows packed. Each step stands alone; one
 * that fails is told, once until it works again, and the next run tries it again.
 */
export class Tidier {
  readonly #ports: TidyPorts
  readonly #told = new Map<string, string>()
  #running = 0

  constructor(ports: TidyPorts) {
    this.#ports = ports
  }

  get isRunning(): boolean {
    return this.#running > 0
  }

  /** Does what is due; `atOnce` packs whatever there is. */
  async run({ atOnce = false } = {}): Promise<Tidied> {
    this.#running++
    try {
      return await this.#run(atOnce)
    } finally {
      this.#running--
    }
  }

  async #run(atOnce: boolean): Promise<Tidied> {
    const { pool, now } = this.#ports
    const at = formatTime(now())
    const postponed: string[] = []
    const names = async (call: string): Promise<readonly string[]> => {
      const { rows } = await pool.query<{ name: string }>(`select ${call} as name`, [at])
      return rows.map(({ name }) => name)
    }
    const made = await this.#step('making partitions', postponed, [], () =>
      names('graph_months_ahead($1::timestamptz)'),
    )
    const dropped = await this.#step('dropping old partitions', postponed, [], () =>
      names('graph_months_drop($1::timestamptz)'),
    )
    const sealed = await this.#step('forgetting hashes', postponed, 0, () =>
      this.#number('graph_forget(floor(extract(epoch from $1::timestamptz) / 86400)::integer)', [at]),
    )
    const packed = await this.#step('packing', postponed, 0, () => this.#pack(atOnce))
    if (packed > 0) await this.#step('analyzing', postponed, undefined, () => analyzeGraph(pool))
    return { made, dropped, packed, sealed, postponed }
  }

  /** Packs what an earlier run left, and when the slot that is written to is due moves the ring on and packs that. */
  async #pack(atOnce: boolean): Promise<number> {
    const left = await this.#number('graph_pack()')
    const { rows } = await this.#ports.pool.query<{ due: boolean }>(
      `select since < now() - make_interval(hours => $1) or ${SLOT_BYTES} >= $2 as due from ring`,
      [FULL_HOURS, FULL_BYTES],
    )
    if (!atOnce && rows[0]?.due !== true) return left
    await this.#ports.pool.query('select graph_turn()')
    return left + (await this.#number('graph_pack()'))
  }

  async #number(call: string, values: readonly unknown[] = []): Promise<number> {
    const { rows } = await this.#ports.pool.query<{ n: string | number }>(`select ${call} as n`, [...values])
    return Number(rows[0]?.n ?? 0)
  }

  async #step<T>(what: string, postponed: string[], none: T, work: () => Promise<T>): Promise<T> {
    const isOver = (): boolean => this.#ports.signal?.aborted === true
    if (isOver()) return none
    try {
      const done = await work()
      this.#told.delete(what)
      return done
    } catch (error) {
      if (isOver()) return none
      if (isLockTrouble(error)) {
        postponed.push(what)
        return none
      }
      const said = error instanceof Error ? error.message : String(error)
      if (this.#told.get(what) !== said) this.#ports.warn(error, what)
      this.#told.set(what, said)
      return none
    }
  }
}

/** Somebody held what was needed for longer than this waits, or waited for this in turn. */
function isLockTrouble(error: unknown): boolean {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined
  return code === '55P03' || code === '40P01'
}
