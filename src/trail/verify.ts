import type { Anchor, Withstands } from '../model/anchor.ts'
import { entryHash, GENESIS } from './hash.ts'

/** An entry as it is kept and exported. */
export interface Entry {
  readonly chain: string
  readonly seq: number
  readonly prev: Uint8Array
  readonly hash: Uint8Array
  readonly body: string
}

/** What can be wrong with a trail. */
export type TrailRule = 'hash' | 'gap' | 'fork' | 'order' | 'truncated' | 'resealed'

export interface Broken {
  readonly seq: number
  readonly rule: TrailRule
}

/** What a witness says. */
export interface Witness {
  readonly sink: string
  readonly withstands: Withstands
  readonly anchors: readonly Anchor[]
}

export interface Verified {
  readonly ok: boolean
  readonly entries: number
  /** Hash of the last entry, hex; null: there is none. */
  readonly head: string | null
  readonly firstBad: Broken | null
  /** Each witness by its newest anchor, or by the first that does not match; 0: it has kept none. */
  readonly anchors: readonly {
    readonly sink: string
    readonly withstands: Withstands
    readonly seq: number
    readonly ok: boolean
  }[]
}

/**
 * Follows a chain from its first entry: each has to follow from the one before, and every anchor has to be met. Reads the entries once,
 * in the order in which they come. `head`: what the database says is the last; null: nothing says.
 */
export async function verifyTrail(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  witnesses: readonly Witness[],
  head: { readonly seq: number; readonly hash: Uint8Array } | null = null,
): Promise<Verified> {
  const wanted = new Map<number, Set<string>>()
  for (const { anchors } of witnesses)
    for (const { seq, hash } of anchors) wanted.set(seq, (wanted.get(seq) ?? new Set()).add(hash))
  let last: Entry | null = null
  let firstBad: Broken | null = null
  let resealed: Broken | null = null
  let lastAt = ''
  let skipped: Entry | null = null
  let count = 0
  const met = new Map<number, string>()
  for await (const entry of entries) {
    count += 1
    const due: number = (last?.seq ?? 0) + 1
    if (skipped !== null && entry.seq === due && firstBad?.rule === 'gap')
      firstBad = { seq: skipped.seq, rule: 'order' }
    skipped = null
    const at = timeOf(entry.body)
    firstBad ??= faultOf(entry, last, due, at, lastAt)
    if (firstBad?.rule === 'gap' && firstBad.seq === due && entry.seq > due) skipped = entry
    if (wanted.has(entry.seq)) {
      const hash = Buffer.from(entry.hash).toString('hex')
      met.set(entry.seq, hash)
      if (wanted.get(entry.seq)?.has(hash) !== true || (wanted.get(entry.seq)?.size ?? 0) > 1)
        resealed ??= { seq: entry.seq, rule: 'resealed' }
    }
    last = skipped === null ? entry : last
    lastAt = at ?? lastAt
  }
  const end = last?.seq ?? 0
  const missing = [...wanted.keys(), head?.seq ?? 0].filter((seq) => seq > end)
  const truncated: Broken | null = missing.length === 0 ? null : { seq: end + 1, rule: 'truncated' }
  const isOtherHead =
    head !== null && head.seq <= end && (head.seq < end || last === null || !same(head.hash, last.hash))
  const bad =
    firstBad ??
    resealed ??
    truncated ??
    (isOtherHead ? { seq: head.seq + (head.seq < end ? 1 : 0), rule: 'resealed' } : null)
  return {
    ok: bad === null,
    entries: count,
    head: last === null ? null : Buffer.from(last.hash).toString('hex'),
    firstBad: bad,
    anchors: witnesses.map((witness) => witnessLine(witness, met)),
  }
}

/** What is wrong with an entry by itself and after the one before it; null: nothing. */
function faultOf(
  entry: Entry,
  last: Entry | null,
  due: number,
  at: string | null,
  lastAt: string,
): Broken | null {
  const { seq } = entry
  if (seq > due) return { seq: due, rule: 'gap' }
  if (seq === due - 1 && last !== null) return { seq, rule: 'fork' }
  if (seq < due) return { seq, rule: 'order' }
  const expected = entryHash(entry.chain, seq, entry.prev, entry.body)
  if (!same(expected, entry.hash) || !same(entry.prev, last?.hash ?? GENESIS) || at === null)
    return { seq, rule: 'hash' }
  return at < lastAt ? { seq, rule: 'order' } : null
}

function witnessLine(
  { sink, withstands, anchors }: Witness,
  met: ReadonlyMap<number, string>,
): Verified['anchors'][number] {
  const unmet = anchors.find(({ seq, hash }) => met.get(seq) !== hash)
  const newest = anchors.reduce<Anchor | null>(
    (best, one) => (best === null || one.seq > best.seq ? one : best),
    null,
  )
  const shown = unmet ?? newest
  // One that has kept nothing proves nothing, and says so.
  return { sink, withstands, seq: shown?.seq ?? 0, ok: shown !== null && unmet === undefined }
}

/** The time of a body; null where it has none that can be read. Times of one form compare as texts. */
function timeOf(body: string): string | null {
  return /"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"/.exec(body)?.[1] ?? null
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
