import { ENTITY_KINDS, type EntityKind } from '../model/entity.ts'
import { grownInts } from './growing.ts'
import { mix, textHash } from './hashing.ts'

const KIND_NUMBERS: ReadonlyMap<EntityKind, number> = new Map(ENTITY_KINDS.map((kind, nr) => [kind, nr]))

/** Texts by number, from 1; 0 is the empty text. */
export class Texts {
  readonly #numbers = new Map<string, number>([['', 0]])
  readonly #texts: string[] = ['']

  get size(): number {
    return this.#texts.length
  }

  /** The number of a text that is known, else -1; the text given is not kept. */
  find(text: string): number {
    return this.#numbers.get(text) ?? -1
  }

  /** The number of a text; a new one is kept as it is given. */
  of(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    const nr = this.#texts.length
    this.#numbers.set(text, nr)
    this.#texts.push(text)
    return nr
  }

  text(nr: number): string {
    return this.#texts[nr] ?? ''
  }
}

/** Things with a row of their own in the database, by number from 1; 0 is none. `ids` are those of the rows, 0 while unknown. */
class Rows {
  ids: Int32Array = new Int32Array(1024)
  hashes: Int32Array = new Int32Array(1024)
  #size = 1

  get size(): number {
    return this.#size
  }

  protected add(hash: number): number {
    const nr = this.#size++
    this.ids = grownInts(this.ids, this.#size)
    this.hashes = grownInts(this.hashes, this.#size)
    this.hashes[nr] = hash
    return nr
  }
}

/** Entities of one scope. */
export class EntityDictionary extends Rows {
  readonly #byKind = ENTITY_KINDS.map(() => new Map<string, number>())
  readonly kinds: EntityKind[] = ['cluster']
  readonly keys: string[] = ['']

  /** The number of an entity that is known, else 0; the key given is not kept. */
  find(kind: EntityKind, key: string): number {
    return this.#byKind[KIND_NUMBERS.get(kind) ?? 0]?.get(key) ?? 0
  }

  of(kind: EntityKind, key: string): number {
    const map = this.#byKind[KIND_NUMBERS.get(kind) ?? 0]
    const known = map?.get(key)
    if (known !== undefined) return known
    const nr = this.add(mix(textHash(key) + (KIND_NUMBERS.get(kind) ?? 0)))
    map?.set(key, nr)
    this.kinds.push(kind)
    this.keys.push(key)
    return nr
  }
}

/** Calls (verb and resource) of one scope. */
export class CallDictionary extends Rows {
  readonly #byVerb = new Map<string, Map<string, number>>()
  readonly verbs: string[] = ['']
  readonly resources: string[] = ['']

  of(verb: string, resource: string): number {
    let map = this.#byVerb.get(verb)
    if (map === undefined) {
      map = new Map()
      this.#byVerb.set(verb, map)
    }
    const known = map.get(resource)
    if (known !== undefined) return known
    const nr = this.add(mix(textHash(verb) ^ Math.imul(textHash(resource), 31)))
    map.set(resource, nr)
    this.verbs.push(verb)
    this.resources.push(resource)
    return nr
  }
}
