import type { Micros } from './time.ts'

/** What a witness outside the database remembers of the trail. */
export interface Anchor {
  readonly chain: string
  readonly seq: number
  /** SHA-256 of the entry with that number, hex. */
  readonly hash: string
  readonly at: Micros
}

/** Whom an anchor holds against: somebody on the same host, somebody with the bot's token, both, or nobody. */
export type Withstands = 'same-host' | 'bot-token' | 'both' | 'nothing'

/** A witness. */
export interface AnchorSink {
  readonly name: string
  readonly withstands: Withstands
  /** Keeps an anchor; returns where it lies. */
  write(anchor: Anchor): Promise<string>
  /** What it has kept, in any order; what cannot be read as an anchor is left out. */
  read(): Promise<readonly Anchor[]>
}
