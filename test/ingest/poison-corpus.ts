import { fieldPoison } from './poison-fields.ts'
import { findingPoison } from './poison-findings.ts'
import { mixedPoison } from './poison-mixed.ts'
import { namePoison } from './poison-names.ts'
import type { Expected } from './poison-records.ts'
import { requestPoison } from './poison-requests.ts'
import { syntaxPoison } from './poison-syntax.ts'

/** A line that a file may hold by accident or by malice, without a newline in it, and what must become of it. */
export interface Poison {
  readonly name: string
  readonly bytes: Buffer
  /** One for each record that the line holds. */
  readonly expected: readonly Expected[]
}

/** Families of poison times the places where they stand. */
export const poisonCorpus: readonly Poison[] = [
  fieldPoison,
  requestPoison,
  namePoison,
  syntaxPoison,
  findingPoison,
  mixedPoison,
]
  .flat()
  .map(({ name, make, expect }, n) => {
    const made = make(n)
    return {
      name,
      bytes: typeof made === 'string' ? Buffer.from(made) : made,
      expected: [expect(n)].flat(),
    }
  })
