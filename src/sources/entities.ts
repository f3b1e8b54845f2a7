import { type EntityKind, type EntityRef, formatEntity } from '../model/entity.ts'

/** Collects entities without repeats, in the order in which they were named. */
export class Entities {
  readonly #seen = new Map<string, EntityRef>()

  /** Null parts make no entity. */
  add(kind: EntityKind, ...parts: readonly (string | null)[]): void {
    if (parts.includes(null)) return
    const entity = { kind, key: parts.join('/') }
    this.#seen.set(formatEntity(entity), entity)
  }

  all(): readonly EntityRef[] {
    return [...this.#seen.values()]
  }
}
