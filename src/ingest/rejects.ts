import type { Trx } from '../db/transaction.ts'
import type { Rejected } from '../model/observation.ts'
import { formatTime, type Micros } from '../model/time.ts'
import type { Incoming } from './delivery.ts'
import { digest } from './ledger.ts'

const MAX_RAW = 65_536

/** What may hold the value of a secret is not kept, whatever is wrong with it. */
const SECRET_TEXT = /kind\\*"\s*:\s*\\*"Secret(?:List)?\\*"/

/** What is kept of a reject: the record as it was read, or for one that was understood what was understood of it. */
export function keptOf({ raw, parsed }: Incoming): string {
  const isUnderstood = parsed.kind !== 'rejected' && parsed.kind !== 'ignored'
  return raw === '' && isUnderstood ? JSON.stringify(parsed) : raw
}

/** False for what only came too late: nothing is wrong with it, and there may be a whole file of it. */
export function isKept(reject: Rejected): boolean {
  return reject.class !== 'too-late'
}

/** A field, header or parameter that holds a credential, also in JSON within JSON, and what stands there. */
const CREDENTIAL =
  /((?:session_?token|security[-_]?token|secret_?access_?key)(?:\\*"|%22)?\s*[:=]\s*(?:\[\s*)?(?:\\*")?)(?:[\w+/=%.~-]|\\+(?:\/|u[0-9a-f]{4}))+/gi

/** A text with its credentials blanked: a reject is kept as it came, and may hold those of a session that still lives. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(CREDENTIAL, '$1HIDDEN')
}

/** Keeps what was rejected, each reject once however often its file is read. */
export async function storeRejects(
  trx: Trx,
  now: Micros,
  rejected: readonly {
    readonly file: string
    readonly line: number
    readonly reject: Rejected
    readonly raw: string
  }[],
): Promise<void> {
  const rows = rejected.map(({ file, line, reject, raw: whole }) => {
    const { class: name, pointer, reason } = reject
    const isSecret = name === 'secret' || SECRET_TEXT.test(whole)
    const raw = isSecret
      ? ''
      : withoutCredentials(whole.slice(0, MAX_RAW)).replaceAll('\0', '\uFFFD').toWellFormed()
    const key = raw === '' ? `${file}:${line}` : raw
    return {
      digest: Buffer.from(digest(name, pointer, key), 'hex'),
      at: formatTime(now),
      class: name,
      file,
      line,
      pointer: pointer.replaceAll('\0', '\uFFFD').toWellFormed(),
      reason: reason.replaceAll('\0', '\uFFFD').toWellFormed(),
      raw,
    }
  })
  // In one order for every writer: two that insert the same rejects wait for each other, and never in a circle.
  rows.sort((a, b) => Buffer.compare(a.digest, b.digest))
  // The same reject once, however often its file is read.
  for (let at = 0; at < rows.length; at += 500) {
    await trx
      .insertInto('rejected')
      .values(rows.slice(at, at + 500))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}
