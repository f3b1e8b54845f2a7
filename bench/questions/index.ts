import { BY_LOOKUP } from './by-lookup.ts'
import { BY_SQL } from './by-sql.ts'
import type { BenchQuestion } from './question.ts'

const { seen, ip, subject, secrets, network, subjectWhole, ipWhole, secretsWhole } = BY_LOOKUP
const { scope, hour, calls, fresh, related, volume, scopeWeeks, subjectWeeks, ipWeeks } = BY_SQL

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

/** Questions about all that is known. */
export const WHOLE: readonly BenchQuestion[] = [
  subjectWhole,
  ipWhole,
  secretsWhole,
  scopeWeeks,
  subjectWeeks,
  ipWeeks,
]
