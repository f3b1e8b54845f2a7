import { type EntityKind, type EntityRef, formatEntity } from '../model/entity.ts'
import { fitName } from './names.ts'

/** Collects entities without repeats, in the order in which they were named. */
export class Entities {
  readonly #seen = new Map<string, EntityRef>()

  /** Null parts make no entity. */
  add(kind: EntityKind, ...parts: readonly (string | null)[]): void {
    if (parts.includes(null)) return
    // Each part fits into an index; together they may not.
    const entity = { kind, key: fitName(parts.join('/')) }
    this.#seen.set(formatEntity(entity), entity)
  }

  all(): readonly EntityRef[] {
    return [...this.#seen.values()]
  }
}
