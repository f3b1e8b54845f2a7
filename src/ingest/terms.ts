import type { Trx } from '../db/transaction.ts'
import { type AllowedScope, isAllowed, NOTHING_GIVEN } from '../model/feed.ts'
import type { Rejected } from '../model/observation.ts'
import { fillScope, formatScope, type Scope, type ScopeParts } from '../model/scope.ts'

/** What a feed asks of the taking in of its records. */
export interface Terms {
  /** Its name, for reasons. */
  readonly feed: string
  /** Records of other scopes are rejected as `foreign-scope`. */
  readonly allowed: readonly AllowedScope[]
  /** Done in the transaction of these records, after everything else and once; null: nothing. */
  readonly last: ((trx: Trx) => Promise<void>) | null
}

/** The scope of what a feed brought: it may say more than what the feed adds, but nothing that the feed may not write. */
export function scopeUnder(
  { feed, allowed }: Terms,
  said: ScopeParts,
  given: Scope | null,
): { readonly scope: Scope } | Rejected {
  const scope = fillScope(said, given ?? NOTHING_GIVEN)
  if (isAllowed(scope, allowed)) return { scope }
  const reason = `The record is of ${formatScope(scope)}, which is not among the scopes of the feed ${feed}. Add it there, or stop sending its records to this feed.`
  return { kind: 'rejected', class: 'foreign-scope', pointer: '', reason }
}
