import type { JobSender } from '../db/jobs.ts'
import type { Pool } from '../db/open.ts'
import type { Trx } from '../db/transaction.ts'
import type { Refused } from '../model/refusals.ts'
import type { Account, RosterPerson, RosterSource } from '../model/roster.ts'
import type { Micros } from '../model/time.ts'

/** What deciding needs: the bot's own role, who is who as of now, and a way to have cards redrawn. */
export interface ApprovalPorts {
  readonly pool: Pool
  readonly roster: RosterSource
  readonly jobs: Pick<JobSender, 'send'>
  /** The clock that decides; the database's own when absent. Tests let time pass with another. */
  readonly clock?: (trx: Trx) => Promise<Micros>
}

/** Who pressed or typed. */
export interface Actor {
  readonly account: Account
  /** Null: the roster does not know the account. */
  readonly person: RosterPerson | null
  /** Bots and workflows decide nothing. */
  readonly isBot: boolean
  /** Why the account decides nothing here, found before: a guest, another workspace, a shared channel. */
  readonly refused: Refused | null
}

/** A refusal as a person is told it. `trail`: the number of its row; null where the trail could not be written. */
export type Told = Refused & { readonly trail: number | null }

/** What was done, with the number of its row on the trail. */
export type Done<Result> = Result & { readonly trail: number }
