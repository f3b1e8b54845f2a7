import { type EntityKind, type EntityRef, formatEntity } from '../model/entity.ts'
import type { Link, TieName, Trait, TraitName } from '../model/observation.ts'
import { LIST_LENGTH } from './json.ts'
import { fitName } from './names.ts'

/** What a record knows of entities, in the order in which it was said. */
export interface Known {
  readonly entities: readonly EntityRef[]
  readonly traits: readonly Trait[]
  readonly links: readonly Link[]
}

/**
 * An entity by the parts of its key, which are names already. Null when a part is missing, and when one of several
 * holds a slash: no name of Kubernetes does, and two different things could get the same key.
 */
export function entityRef(kind: EntityKind, ...parts: readonly (string | null)[]): EntityRef | null {
  if (!parts.every((part) => part !== null)) return null
  if (parts.length > 1 && parts.some((part) => part.includes('/'))) return null
  // Each part fits into an index; together they may not.
  return { kind, key: fitName(parts.join('/')) }
}

/**
 * Collects entities, traits and links without repeats, at most LIST_LENGTH traits and links: what matters most has to
 * be said first. Every entity of a trait or link becomes one of the entities. Null anywhere says nothing.
 */
export class Facts {
  readonly #entities = new Map<string, EntityRef>()
  readonly #traits = new Map<string, Trait>()
  readonly #links = new Map<string, Link>()

  /** Also returned, for the facts about it. */
  add(kind: EntityKind, ...parts: readonly (string | null)[]): EntityRef | null {
    return this.name(entityRef(kind, ...parts))
  }

  name(entity: EntityRef | null): EntityRef | null {
    if (entity !== null) this.#entities.set(formatEntity(entity), entity)
    return entity
  }

  /** `true` is the value of a yes-or-no trait; `false` is not worth saying. */
  trait(entity: EntityRef | null, name: TraitName, said: string | boolean | null): void {
    if (entity === null || said === null || said === false || this.#traits.size >= LIST_LENGTH) return
    const value = String(said)
    this.#traits.set(`${name} ${sized(entity)} ${value}`, { entity, name, value })
    this.name(entity)
  }

  link(from: EntityRef | null, tie: TieName, to: EntityRef | null): void {
    if (from === null || to === null || this.#links.size >= LIST_LENGTH) return
    this.#links.set(`${tie} ${sized(from)} ${sized(to)}`, { from, tie, to })
    this.name(from)
    this.name(to)
  }

  all(): Known {
    return {
      entities: [...this.#entities.values()],
      traits: [...this.#traits.values()],
      links: [...this.#links.values()],
    }
  }
}

/** An entity in a longer key, whatever its own key holds. */
function sized({ kind, key }: EntityRef): string {
  return `${kind} ${key.length} ${key}`
}

/** What several collections say together; an entity, trait or link that two of them say is said once. */
export function joinedFacts(...facts: readonly Facts[]): Known {
  const all = facts.map((one) => one.all())
  const once = <T>(list: readonly T[]): readonly T[] => [
    ...new Map(list.map((item) => [JSON.stringify(item), item])).values(),
  ]
  return {
    entities: once(all.flatMap((one) => one.entities)),
    traits: once(all.flatMap((one) => one.traits)),
    links: once(all.flatMap((one) => one.links)),
  }
}
