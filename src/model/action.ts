import type { EntityKind } from './entity.ts'
import type { Canonical, Planned, StepTarget } from './plan.ts'
import type { Refused } from './refusals.ts'
import type { Micros } from './time.ts'

/** An object as the Kubernetes API returns it. */
export type KubeObject = { readonly [key: string]: Canonical }

/**
 * Reads one cluster, and can do nothing else. Paths are those of the API: `/api/v1/namespaces/shop/pods/web-1`. Throws a
 * FeedFault when the cluster cannot be asked; a 404 is null.
 */
export interface Reader {
  get(path: string): Promise<KubeObject | null>
  /** All items of a list, page by page. `query`: `labelSelector=…`. */
  list(path: string, query?: string): Promise<readonly KubeObject[]>
}

/** One action: one file in actions/, its test, and a line in the registry. */
export interface Planner {
  /** The registry's name: `isolate-pod`. */
  readonly name: string
  /** On the radio button and in the header: `Isolate the pod`; at most 60 characters. */
  readonly label: string
  /** The kind of target that it takes. */
  readonly about: EntityKind
  /** Reads the target and what depends on it. Same reads, same plan. `incident`: the number that labels carry. */
  plan(reader: Reader, asked: PlanAsked): Promise<Planned | Refused>
}

export interface PlanAsked {
  readonly incident: number
  readonly target: Pick<StepTarget, 'kind' | 'key'>
  /** The uid that the finding names; null: whatever stands there now. */
  readonly uid: string | null
  /** True: quarantine before evidence, chosen by name. */
  readonly isContainFirst: boolean
  /** Words that a refusal tells the time with. */
  readonly now: Micros
}
