import type pg from 'pg'
import { castOf } from '../gameday/opening/cast.ts'
import { hintsOf } from '../gameday/opening/hints.ts'
import { opening } from '../gameday/opening/opening.ts'
import { LENGTH } from '../gameday/opening/timeline.ts'
import { type PlayClock, Player, type PlayState } from '../gameday/play.ts'
import { type AbsorbDeps, absorb } from '../ingest/absorb.ts'
import { SECOND } from '../model/time.ts'
import { parseRecord } from '../sources/index.ts'
import { type PlayerPort, type PlayRow, readPlayRow, writePlayRow } from '../workspace/index.ts'

/** What a start has to play, or what an earlier one has played. */
export interface Play extends PlayerPort {
  /** What all names in it follow from. */
  readonly seed: number
  /** Resolves when everything is in, or the play was stopped. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface PlayOptions {
  /** The workspace's: how far it was played is kept there. */
  readonly pool: pg.Pool
  readonly ingest: AbsorbDeps
  /** Null: not chosen. */
  readonly seed: number | null
  readonly clock: PlayClock
  readonly warn: (err: unknown, message: string) => void
  readonly say: (line: string) => void
}

/**
 * The opening scenario where nothing was ever taken in, with the seed that an earlier start noted unless another is
 * chosen; else what was played before, which is over and plays nothing;
 * null where records came by another way.
 */
export async function preparePlay(options: PlayOptions): Promise<Play | null> {
  const { pool, ingest, say } = options
  const row = await readPlayRow(pool)
  const taken = await ingest.pool.query('select from scope limit 1')
  if (taken.rowCount === 0) return freshPlay(options, options.seed ?? row?.seed ?? 1)
  if (options.seed !== null && options.seed !== row?.seed) {
    say(
      `This workspace has its records already, so --seed ${options.seed} plays nothing. Add --fresh to start over.`,
    )
  }
  return row === null ? null : pastPlay(row)
}

function freshPlay({ pool, ingest, clock, warn }: PlayOptions, seed: number): Play {
  const started = ingest.now()
  const scenario = opening({ seed, endsAt: started + LENGTH * SECOND })
  let line = 0
  const player = new Player(scenario, {
    clock,
    warn,
    async absorb(records) {
      const batch = records.map(({ raw }, nr) => ({
        parsed: parseRecord(raw),
        file: `scenario ${scenario.name}`,
        line: line + nr,
        raw: '',
      }))
      await absorb(ingest, batch, scenario.scope)
      line += records.length
    },
    save: ({ at, heldBack, isDone }) =>
      writePlayRow(pool, {
        name: scenario.name,
        seed,
        started: started / 1000,
        position: at,
        heldBack,
        isDone,
      }),
  })
  return Object.assign(player, { seed })
}

/** A play of an earlier start. It says where it ended and cannot go on: its times have passed. */
function pastPlay({ name, seed, position, heldBack, isDone }: PlayRow): Play {
  const state: PlayState = {
    name,
    state: isDone ? 'done' : 'stopped',
    at: position,
    length: LENGTH,
    hints: hintsOf(castOf(seed)),
    heldBack,
  }
  return {
    seed,
    state: () => state,
    pause: () => undefined,
    resume: () => undefined,
    onChange: () => undefined,
    start: async () => undefined,
    stop: async () => undefined,
  }
}

/** The machine's clock, which no change of the date can turn back. */
export const MACHINE_CLOCK: PlayClock = {
  now: () => performance.now(),
  after(millis, call) {
    const timer = setTimeout(call, millis)
    return () => clearTimeout(timer)
  },
}
