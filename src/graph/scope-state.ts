import { hash } from 'node:crypto'
import type { EntityRef } from '../model/entity.ts'
import { isKept } from '../model/kept.ts'
import type { Link, TieName, Trait, TraitName } from '../model/observation.ts'
import { CallDictionary, EntityDictionary, Texts } from './dictionary.ts'
import { grownFloats, grownInts } from './growing.ts'
import { mix, textHash } from './hashing.ts'
import { SeenHours } from './seen.ts'
import { Spans } from './spans.ts'
import { TupleTable } from './tuples.ts'

/** What a request says beside its edge, by numbers of the scope: entities, and traits and links between them. */
export interface About {
  readonly entities: readonly number[]
  readonly traits: readonly number[]
  readonly links: readonly number[]
}

/** A request that says nothing beside its edge. */
export const NAMELESS: About = { entities: [], traits: [], links: [] }

/** Past so many edges or entities a writer begins anew: what it remembers must not grow without end. */
const MOST = 400_000

/**
 * What a writer remembers of one scope from batch to batch: texts, entities, calls and edges by small numbers of its own, with
 * the ids of their rows as far as they are known, and the hashes of the hours it works on. Only ids that were committed stay.
 */
export class ScopeState {
  readonly entities = new EntityDictionary()
  readonly calls = new CallDictionary()
  /** Namespaces and names of objects. */
  readonly names = new Texts()
  /** subject, ip, call, namespace, object, acting as; numbers from 0. */
  readonly edges = new TupleTable(6, 4096)
  edgeIds: Int32Array = new Int32Array(4096)
  edgeHashes: Int32Array = new Int32Array(4096)
  /** 1 when all its requests are kept one by one. */
  edgeKept: Int32Array = new Int32Array(4096)
  /** First seen, as the database has it. */
  edgeFirst: Float64Array = new Float64Array(4096)
  /** subject, ip, user agent (an entity). */
  readonly agents = new TupleTable(3)
  readonly traitNames: TraitName[] = []
  readonly traits = new TupleTable(3)
  readonly tieNames: TieName[] = []
  readonly links = new TupleTable(3)
  readonly values = new Texts()
  readonly abouts: About[] = [NAMELESS]
  /** Exact; those of traits and links are whole hours. */
  readonly entitySpans = new Spans()
  readonly agentSpans = new Spans()
  readonly traitSpans = new Spans()
  readonly linkSpans = new Spans()
  readonly seen = new SeenHours()
  /** What a reader remembers with it, and lets go of with it. */
  reader: { readonly bytes: number } = { bytes: 0 }
  /** Counted up at each commit; the row of the scope's last writer says the same while nobody else wrote. */
  turn = -1
  /** How many entities, calls and edges have a number in the database. */
  numbered = { entities: 0, calls: 0, edges: 0 }
  /** What the running transaction gave an id to. */
  readonly fresh: { readonly entities: number[]; readonly calls: number[]; readonly edges: number[] } = {
    entities: [],
    calls: [],
    edges: [],
  }

  /** What is remembered, as a number of things; bytes of hours beside it, see `seen`. */
  get size(): number {
    return this.edges.size + this.entities.size + this.abouts.length
  }

  get isFull(): boolean {
    const { edges, entities, values, agents, links, traits, calls, names } = this
    const sizes = [edges, entities, values, agents, links, traits, calls, names]
    return this.abouts.length > MOST || sizes.some(({ size }) => size > MOST)
  }

  edge(subject: number, ip: number, call: number, namespace: number, object: number, as: number): number {
    const known = this.edges.size
    const nr = this.edges.of(subject, ip, call, namespace, object, as)
    if (nr < known) return nr
    this.edgeIds = grownInts(this.edgeIds, nr + 1)
    this.edgeHashes = grownInts(this.edgeHashes, nr + 1)
    this.edgeKept = grownInts(this.edgeKept, nr + 1)
    this.edgeFirst = grownFloats(this.edgeFirst, nr + 1, 0)
    const { entities, calls, names } = this
    let bits = mix((entities.hashes[subject] ?? 0) + 1)
    bits = mix(bits ^ (entities.hashes[ip] ?? 0)) + 2
    bits = mix(bits ^ (calls.hashes[call] ?? 0)) + 3
    bits = mix(bits ^ textHash(names.text(namespace))) + 4
    bits = mix(bits ^ textHash(names.text(object))) + 5
    this.edgeHashes[nr] = mix(bits ^ (entities.hashes[as] ?? 0))
    const request = {
      verb: calls.verbs[call] ?? '',
      resource: calls.resources[call] ?? '',
      subject: subject === 0 ? null : (entities.keys[subject] ?? ''),
    }
    this.edgeKept[nr] = isKept(request) ? 1 : 0
    return nr
  }

  /** The number of a user agent, -1 for none. One too long for an index is told apart by its digest. */
  agent(subject: number, ip: number, userAgent: string | null): number {
    return userAgent === null
      ? -1
      : this.agents.of(subject, ip, this.entities.of('agent', agentKey(userAgent)))
  }

  entity(ref: EntityRef): number {
    return this.entities.of(ref.kind, ref.key)
  }

  /** Numbers for what a request says beside its edge. */
  about(entities: readonly EntityRef[], traits: readonly Trait[], links: readonly Link[]): About {
    if (entities.length + traits.length + links.length === 0) return NAMELESS
    const all = [
      ...entities,
      ...traits.map((trait) => trait.entity),
      ...links.flatMap(({ from, to }) => [from, to]),
    ]
    return {
      entities: [...new Set(all.map((ref) => this.entity(ref)))],
      traits: traits.map(({ entity, name, value }) =>
        this.traits.of(this.entity(entity), numberIn(this.traitNames, name), this.values.of(value)),
      ),
      links: links.map(({ from, tie, to }) =>
        this.links.of(this.entity(from), numberIn(this.tieNames, tie), this.entity(to)),
      ),
    }
  }

  /** The transaction is committed: what it learned is known. */
  keep(): void {
    for (const spans of [this.entitySpans, this.agentSpans, this.traitSpans, this.linkSpans]) spans.keep()
    this.seen.keep()
    this.#forget()
  }

  /** The transaction failed: what it learned is forgotten, and the ids that it gave out. */
  drop(): void {
    for (const spans of [this.entitySpans, this.agentSpans, this.traitSpans, this.linkSpans]) spans.drop()
    this.seen.drop()
    for (const nr of this.fresh.entities) {
      this.entities.ids[nr] = 0
      // Else it would not be resolved again by a batch that widens nothing.
      this.entitySpans.forget(nr)
    }
    for (const nr of this.fresh.calls) this.calls.ids[nr] = 0
    for (const nr of this.fresh.edges) this.edgeIds[nr] = 0
    this.turn = -1
    this.#forget()
  }

  #forget(): void {
    for (const list of Object.values(this.fresh)) list.length = 0
  }
}

/** Bytes that certainly fit into an index. */
const LONGEST_KEY = 1024

/** The key of a user agent. */
export function agentKey(userAgent: string): string {
  if (Buffer.byteLength(userAgent) <= LONGEST_KEY) return userAgent
  return `${[...userAgent].slice(0, 200).join('')}…${hash('sha256', userAgent, 'hex').slice(0, 16)}`
}

function numberIn<T>(list: T[], value: T): number {
  const known = list.indexOf(value)
  return known >= 0 ? known : list.push(value) - 1
}
