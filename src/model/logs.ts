import type { EntityKind } from './entity.ts'
import type { CoveredLog, LogSource } from './observation.ts'

/** Who calls AWS and no cluster. */
const PRINCIPALS: ReadonlySet<EntityKind> = new Set(['role', 'session', 'user', 'service', 'account'])

/** What stands in the logs of clusters and of accounts: addresses, and the cluster `-` of logs that name none. */
const ANYWHERE: ReadonlySet<EntityKind> = new Set(['ip', 'cluster', 'agent'])

/** The logs that can tell of the calls of an entity or on it, the first one first. */
export function logsAbout(kind: EntityKind): readonly [LogSource, ...LogSource[]] {
  if (PRINCIPALS.has(kind)) return ['cloudtrail']
  return ANYWHERE.has(kind) ? ['audit', 'cloudtrail'] : ['audit']
}

const WORDS: Record<CoveredLog, string> = {
  audit: 'audit logs',
  cloudtrail: 'CloudTrail events',
  flow: 'flow logs',
}

/** `audit logs`, `CloudTrail events`, and `logs` for both or for none of them. */
export function logWords(sources: readonly CoveredLog[]): string {
  const [only, ...others] = new Set(sources)
  return only === undefined || others.length > 0 ? 'logs' : WORDS[only]
}
