import type pg from 'pg'
import type { AppLink } from './app-link.ts'
import type { Faults } from './control/faults.ts'
import type { Offers } from './offers.ts'
import type { Shortcut } from './shortcuts.ts'
import type { Triggers } from './triggers.ts'
import type { Views } from './views/store.ts'
import type { Wire } from './wire.ts'

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
  /** What passed between Slack and the app. */
  readonly wire: Wire
  /** What is armed to go wrong. */
  readonly faults: Faults
  /** Slash commands that the app has registered; null: any. */
  readonly commands: readonly string[] | null
  readonly shortcuts: readonly Shortcut[]
  /** What the app's bot may do. */
  readonly scopes: readonly string[]
  /** Whether Slack takes the higher one where it has named two limits. */
  readonly higherLimits: boolean
  readonly triggers: Triggers
  readonly views: Views
  readonly offers: Offers
  /** readyAfter: how long Slack takes to read an uploaded file, in milliseconds. It can be set while things run. */
  readonly files: { readyAfter: number }
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
