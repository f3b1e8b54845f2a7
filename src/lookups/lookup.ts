import type { ReadonlyKysely } from 'kysely/readonly'
import type { Database } from '../db/tables.ts'
import type { Answer, LookupName, Window } from '../model/answer.ts'
import type { EntityKind, EntityRef } from '../model/entity.ts'
import type { Micros } from '../model/time.ts'

export type Graph = ReadonlyKysely<Database>

/** What is asked: about whom, where, when, and how many rows are wanted. */
export interface Question {
  /** `key` may hold `*` and `?`, or be a CIDR for the kind ip. */
  readonly entity: EntityRef
  /** `account/region/cluster` to look in; null: everywhere. */
  readonly scope: string | null
  /** Null: all that is known of the entity. */
  readonly window: Window | null
  /** How long a time before the scope time some answers compare with; 45 days unless it is said. */
  readonly baseline?: Micros
  readonly limit: number
  /** The moment of asking; decides how times are worded. */
  readonly now: Micros
}

/** One question that can be asked of the graph: one file, its test, and a line in index.ts. */
export interface Lookup {
  /** As on the command line, and the name of the file. */
  readonly name: LookupName
  /** On buttons and as the head of an answer; at most 24 characters. */
  readonly label: string
  /** The question in words, for the table in docs/. */
  readonly question: string
  /** Kinds of entity that it can be asked about. */
  readonly about: readonly EntityKind[]
  /** The kind of a bare key on the command line. */
  readonly defaultKind: EntityKind
  /** The kind of a bare key where it says so itself. */
  readonly kindOf?: (key: string) => EntityKind
  /** Fields of a row of `ask --json`, each with what it holds. */
  readonly fields: { readonly [field: string]: string }
  ask(graph: Graph, question: Question): Promise<Answer>
}
