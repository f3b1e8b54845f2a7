import type { Trx } from '../db/transaction.ts'
import type { AllowedScope } from '../model/feed.ts'

/** What a feed asks of the taking in of its records. */
export interface Terms {
  /** Its name, for reasons. */
  readonly feed: string
  /** Records of other scopes are rejected as `foreign-scope`. */
  readonly allowed: readonly AllowedScope[]
  /** Done in the transaction of these records, after everything else and once; null: nothing. */
  readonly last: ((trx: Trx) => Promise<void>) | null
}
