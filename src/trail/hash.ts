import { createHash } from 'node:crypto'

/** The chain of a workspace's own Firebreak; there is one. */
export const CHAIN = 'main'

/** What the first entry follows. */
export const GENESIS = Buffer.alloc(32)

const DOMAIN = 'firebreak-audit-v1'

/** SHA-256 over domain, chain, number, the hash before and the body: nothing can move from one field into the next. */
export function entryHash(chain: string, seq: number, prev: Uint8Array, body: string): Buffer {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(seq))
  return createHash('sha256')
    .update(`${DOMAIN}\0${chain}\0`)
    .update(number)
    .update(prev)
    .update(body)
    .digest()
}
