import { describe, expect, test } from 'vitest'
import { entryHash } from '../../src/trail/hash.ts'
import { type Broken, type Entry, verifyTrail } from '../../src/trail/verify.ts'
import { anchorAt, chainOf, edited, replaced, seal } from './chains.ts'

const LENGTH = 60
const chain = chainOf(LENGTH)
const witness = (anchors = [chain[19], chain[LENGTH - 1]]) => [
  {
    sink: 'file',
    withstands: 'bot-token' as const,
    anchors: anchors.flatMap((entry) => (entry === undefined ? [] : [anchorAt(entry)])),
  },
]
const head = { seq: LENGTH, hash: chain[LENGTH - 1]?.hash ?? new Uint8Array() }

function resealedFrom(at: number): readonly Entry[] {
  const lines = chain.slice(at).map((entry, nr) => (nr === 0 ? edited(entry) : entry))
  return [...chain.slice(0, at), ...seal(lines, chain[at - 1]?.hash)]
}

function swap(at: number): readonly Entry[] {
  return chain.flatMap((entry, nr) =>
    nr === at ? [chain[at + 1] ?? entry] : nr === at + 1 ? [chain[at] ?? entry] : [entry],
  )
}

/** Each class of tampering at a place (0-based), and what has to be found. */
const CLASSES: readonly (readonly [
  name: string,
  tamper: (at: number) => readonly Entry[],
  found: (at: number) => Broken,
])[] = [
  [
    'a body edited',
    (at) => replaced(chain, at, (entry) => edited(entry)),
    (at) => ({ seq: at + 1, rule: 'hash' }),
  ],
  [
    'a hash edited',
    (at) => replaced(chain, at, (entry) => ({ ...entry, hash: Buffer.alloc(32, 7) })),
    (at) => ({ seq: at + 1, rule: 'hash' }),
  ],
  [
    'the hash before edited',
    (at) => replaced(chain, at, (entry) => ({ ...entry, prev: Buffer.alloc(32, 7) })),
    (at) => ({ seq: at + 1, rule: 'hash' }),
  ],
  [
    'a body edited and hashed again',
    (at) =>
      replaced(chain, at, (entry) => {
        const other = edited(entry)
        return { ...other, hash: entryHash('main', other.seq, other.prev, other.body) }
      }),
    (at) => ({ seq: at + 2, rule: 'hash' }),
  ],
  [
    'another chain named',
    (at) => replaced(chain, at, (entry) => ({ ...entry, chain: 'other' })),
    (at) => ({ seq: at + 1, rule: 'hash' }),
  ],
  ['an entry removed', (at) => chain.filter((_, nr) => nr !== at), (at) => ({ seq: at + 1, rule: 'gap' })],
  ['the first entries removed', (at) => chain.slice(at + 1), () => ({ seq: 1, rule: 'gap' })],
  ['the end cut off', (at) => chain.slice(0, at + 1), (at) => ({ seq: at + 2, rule: 'truncated' })],
  ['two entries swapped', swap, (at) => ({ seq: at + 2, rule: 'order' })],
  [
    'an entry twice',
    (at) => chain.flatMap((entry, nr) => (nr === at ? [entry, entry] : [entry])),
    (at) => ({ seq: at + 1, rule: 'fork' }),
  ],
  [
    'the rest written anew with right hashes',
    (at) => resealedFrom(at),
    (at) => ({ seq: at < 20 ? 20 : LENGTH, rule: 'resealed' }),
  ],
  [
    'all of it written anew, and shorter',
    (at) => chainOf(at + 1, 'forged'),
    (at) => (at >= 19 ? { seq: 20, rule: 'resealed' } : { seq: at + 2, rule: 'truncated' }),
  ],
]

test('a sound chain verifies, with its witnesses and its head', async () => {
  expect(await verifyTrail(chain, witness(), head)).toEqual({
    ok: true,
    entries: LENGTH,
    head: Buffer.from(head.hash).toString('hex'),
    firstBad: null,
    anchors: [{ sink: 'file', withstands: 'bot-token', seq: LENGTH, ok: true }],
  })
  expect(await verifyTrail([], [], null)).toMatchObject({ ok: true, entries: 0, head: null })
})

describe.each(CLASSES)('%s', (_, tamper, found) => {
  test('is found and named at 50 places', async () => {
    for (let at = 1; at <= 50; at++) {
      const { ok, firstBad } = await verifyTrail(tamper(at), witness(), head)
      expect({ ok, firstBad }, `at ${at}`).toEqual({ ok: false, firstBad: found(at) })
    }
  })
})

test('a head that is not the last entry is found where no witness knows better', async () => {
  expect(await verifyTrail(chain.slice(0, 50), [], head)).toMatchObject({
    firstBad: { seq: 51, rule: 'truncated' },
  })
  const forged = resealedFrom(30)
  expect(await verifyTrail(forged, [], head)).toMatchObject({ firstBad: { seq: LENGTH, rule: 'resealed' } })
  // Whoever owns the database writes its head anew too: without a witness nothing shows it.
  const own = forged.at(-1)
  expect(await verifyTrail(forged, [], { seq: LENGTH, hash: own?.hash ?? new Uint8Array() })).toMatchObject({
    ok: true,
  })
  expect(await verifyTrail(forged, witness([chain[LENGTH - 1]]), null)).toMatchObject({
    firstBad: { rule: 'resealed' },
    anchors: [{ ok: false }],
  })
})

test('a witness that has kept nothing proves nothing, and is named', async () => {
  const silent = { sink: 'silent', withstands: 'both' as const, anchors: [] }
  expect((await verifyTrail(chain, [...witness(), silent], head)).anchors).toEqual([
    { sink: 'file', withstands: 'bot-token', seq: LENGTH, ok: true },
    { sink: 'silent', withstands: 'both', seq: 0, ok: false },
  ])
})

test('a time that goes back is found although every hash is right', async () => {
  const lines = chain.map(({ seq, body }) => ({
    seq,
    body: seq === 30 ? body.replace('T04:', 'T03:') : body,
  }))
  expect(await verifyTrail(seal(lines), [], null)).toMatchObject({ firstBad: { seq: 30, rule: 'order' } })
})
