import type { Anchor } from '../../src/model/anchor.ts'
import { formatTime, SECOND } from '../../src/model/time.ts'
import { entryHash, GENESIS } from '../../src/trail/hash.ts'
import type { Entry } from '../../src/trail/verify.ts'
import { micros } from '../helpers/seed.ts'

const FROM = micros('2026-11-22T04:00:00Z')

export interface Line {
  readonly seq: number
  readonly body: string
}

/** A sound chain of so many entries, a second apart; `word` makes its bodies differ from another chain's. */
export function chainOf(length: number, word = 'voted'): readonly Entry[] {
  return seal(
    Array.from({ length }, (_, nr) => ({
      seq: nr + 1,
      body: JSON.stringify({ act: word, at: formatTime(FROM + nr * SECOND), note: nr }),
    })),
  )
}

/** Entries with hashes that follow from each other, after `before`. */
export function seal(lines: readonly Line[], before: Uint8Array = GENESIS): readonly Entry[] {
  let prev = before
  return lines.map(({ seq, body }) => {
    const hash = entryHash('main', seq, prev, body)
    const entry = { chain: 'main', seq, prev, hash, body }
    prev = hash
    return entry
  })
}

export function anchorAt(entry: Entry): Anchor {
  return { chain: 'main', seq: entry.seq, hash: Buffer.from(entry.hash).toString('hex'), at: FROM }
}

/** The chain with the entry at a place replaced. */
export function replaced(
  chain: readonly Entry[],
  at: number,
  change: (entry: Entry) => Entry,
): readonly Entry[] {
  return chain.map((entry, nr) => (nr === at ? change(entry) : entry))
}

export function edited({ body, ...rest }: Entry, word = 'denied'): Entry {
  return { ...rest, body: body.replace(/"act":"[a-z]+"/, `"act":"${word}"`) }
}
