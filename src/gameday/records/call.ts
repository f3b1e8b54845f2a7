import { type Micros, SECOND } from '../../model/time.ts'
import type { Target } from './api-objects.ts'

/** Who calls, from where, and by which right: RBAC's own words, '' for members of system:masters. */
export interface Caller {
  /** Null for a call whose token nobody knows. */
  readonly username: string | null
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: { readonly [key: string]: readonly string[] }
  readonly ip: string
  readonly agent: string
  readonly allowedBy: string
}

/** One request to the API server. */
export interface Call {
  readonly at: Micros
  readonly caller: Caller
  readonly verb: string
  readonly target: Target
  readonly code: number
  /** In whose name, by impersonation. */
  readonly as?: { readonly username: string; readonly groups: readonly string[] }
  /** What was sent: the object, or the patch. */
  readonly body?: object
  /** Fields that the server adds to what it stored, such as uid. */
  readonly stored?: { readonly metadata: object }
  /** `both`: the request's arrival is logged too. `stream`: an answer that goes on (watch, exec). */
  readonly stages?: 'both' | 'stream'
}

/** A request without who makes it and when. */
export type Step = Omit<Call, 'at' | 'caller'>

/** Requests of one caller, one every `pause` seconds. */
export function inTurn(caller: Caller, at: Micros, pause: number, steps: readonly Step[]): readonly Call[] {
  return steps.map((step, nr) => ({ at: at + Math.floor(nr * pause * SECOND), caller, ...step }))
}
