import type pg from 'pg'
import type { AppLink } from './app-link.ts'

/** What plays records into the workspace, as far as the page shows and steers it. */
export interface PlayerPort {
  /** As JSON for the page. */
  state(): object
  pause(): void
  resume(): void
  /** Calls back when the state is another one. */
  onChange(listener: () => void): void
}

/** What every part of the simulator works with. */
export interface Room {
  readonly pool: pg.Pool
  readonly app: AppLink
  /** Slash commands that the app has registered; null: any. */
  readonly commands: readonly string[] | null
  /** Null when nothing is played. */
  readonly player: PlayerPort | null
  /** Milliseconds since 1970. */
  now(): number
  /** Tells the page and those who wait that something was written. */
  changed(): void
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  origin(): string
  log(line: object): void
}
