import { BY_LOOKUP } from './by-lookup.ts'
import { BY_SQL } from './by-sql.ts'
import type { BenchQuestion } from './question.ts'

/** Questions about all that is known, or about a year: their answers grow with history. */
export const WHOLE: readonly BenchQuestion[] = [
  BY_LOOKUP.subjectWhole,
  BY_LOOKUP.ipWhole,
  BY_LOOKUP.secretsWhole,
  BY_LOOKUP.clusterYear,
  BY_LOOKUP.subjectYear,
  BY_LOOKUP.ipYear,
]

/** All others: they name a day, an hour or one entity, and their answers do not grow with history. */
export const BOUNDED: readonly BenchQuestion[] = [
  ...Object.values<BenchQuestion>(BY_LOOKUP),
  ...Object.values<BenchQuestion>(BY_SQL),
].filter((question) => !WHOLE.includes(question))
