import { BY_LOOKUP } from './by-lookup.ts'
import { BY_SQL } from './by-sql.ts'
import type { BenchQuestion } from './question.ts'

const { seen, ip, subject, secrets, network, subjectYear, ipYear, secretsYear } = BY_LOOKUP
const { scope, hour, calls, fresh, related, volume, scopeYear, subjectWeeks, ipWeeks } = BY_SQL

/** Questions whose answer does not grow with history: they name a day, an hour or one entity. */
export const BOUNDED: readonly BenchQuestion[] = [
  seen,
  ip,
  subject,
  calls,
  secrets,
  network,
  related,
  scope,
  hour,
  fresh,
  volume,
]

/** Questions about all that is known, twelve months at most. */
export const OF_THE_YEAR: readonly BenchQuestion[] = [
  subjectYear,
  ipYear,
  secretsYear,
  scopeYear,
  subjectWeeks,
  ipWeeks,
]
