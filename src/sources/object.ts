import type { JsonObject } from './json.ts'

/** An object of the cluster as a request wrote it, or the part of it that a patch had. */
export interface WrittenObject {
  readonly object: JsonObject
  /** Null for objects of the whole cluster. */
  readonly namespace: string | null
  /** Its name; null when the request does not say. */
  readonly called: string | null
}
