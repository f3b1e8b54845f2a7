import type { Canonical } from './plan.ts'
import type { RefusalCode } from './refusals.ts'
import type { Account } from './roster.ts'

/** What can stand on the trail. */
export const TRAIL_ACTS = [
  'asked',
  'refused',
  'proposed',
  'voted',
  'approved',
  'denied',
  'expired',
  'superseded',
  'withdrawn',
  'votes-voided',
  'waived',
  'locked',
  'unlocked',
  'broke-glass',
  'reviewed',
  'step',
  'undone',
  'kept-longer',
  'configured',
  'anchored',
  'checkpoint',
] as const
export type TrailAct = (typeof TRAIL_ACTS)[number]

/** What an entry says, before it is numbered, timed by the database and hashed. Never a secret's value. */
export interface TrailNote {
  readonly act: TrailAct
  /** The person's id; null: Firebreak itself, or somebody whom the roster does not know. */
  readonly person: string | null
  /** The account that pressed or typed; null: nobody did. */
  readonly account: Account | null
  /** `ACCOUNT/REGION/CLUSTER`; null: none in particular. */
  readonly scope: string | null
  readonly incident: number | null
  readonly proposal: number | null
  /** Of a refusal. */
  readonly code: RefusalCode | null
  readonly detail: { readonly [key: string]: Canonical }
}
