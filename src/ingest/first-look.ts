import type { Observation, Parsed, Rejected } from '../model/observation.ts'
import { formatScope, resolveScope, type Scope, UNKNOWN_PART } from '../model/scope.ts'
import { formatTime, type Micros } from '../model/time.ts'
import type { Fate } from './delivery.ts'
import { scopeUnder, type Terms } from './terms.ts'
import { latestOf } from './when.ts'

/** A record that can be used, and whose it is. */
export interface Located {
  readonly scope: Scope
  readonly observation: Observation
}

/** What can be said of a record before anything is asked of the database: that it is left out, or where it belongs. */
export function firstLook(
  parsed: Parsed,
  given: Scope | null,
  terms: Terms | null,
  now: Micros,
): Fate | Located {
  if (parsed.kind === 'ignored') return { kind: 'ignored', class: parsed.class }
  if (parsed.kind === 'rejected') return { kind: 'rejected', reject: parsed }
  if (momentOf(parsed, now) > latestOf(now)) return { kind: 'rejected', reject: future(parsed, now) }
  const resolved = terms === null ? resolveScope(parsed.scope, given) : scopeUnder(terms, parsed.scope, given)
  if ('scope' in resolved) return { scope: resolved.scope, observation: located(parsed, resolved.scope) }
  if ('reason' in resolved) return { kind: 'rejected', reject: resolved }
  const part = resolved.differs
  const reason = `The record says ${part} ${JSON.stringify(parsed.scope[part])}, and it was given for ${given === null ? '' : formatScope(given)}. Ingest it with its own --scope, or without one.`
  return { kind: 'rejected', reject: { kind: 'rejected', class: 'foreign-scope', pointer: '', reason } }
}

/** When it happened; of a finding when it was last updated, of what stands when it was read. */
function momentOf(observation: Observation, now: Micros): Micros {
  switch (observation.kind) {
    case 'request':
    case 'flow':
      return observation.at
    case 'finding':
      return Math.max(observation.updatedAt, observation.lastSeen)
    case 'standing':
      return observation.takenAt ?? now
  }
}

/** Where a record says when it happened. */
const TIMES = {
  audit: '/requestReceivedTimestamp',
  cloudtrail: '/eventTime',
  finding: '/updatedAt',
  flow: '/start',
  standing: '/takenAt',
} as const

function future(observation: Observation, now: Micros): Rejected {
  const at = formatTime(momentOf(observation, now))
  const pointer = TIMES[observation.kind === 'request' ? observation.source : observation.kind]
  const reason = `The record says ${at}, more than a day ahead of the clock here; check the clock of the server that wrote it, and this one's.`
  return { kind: 'rejected', class: 'future', pointer, reason }
}

/** The observation with the parts of its scope that its feed or `--scope` added: from here on those decide. */
function located<O extends Observation>(observation: O, scope: Scope): O {
  const known = Object.entries(scope).filter(([, part]) => part !== UNKNOWN_PART)
  const placed = { ...observation, scope: Object.fromEntries(known) }
  if (observation.kind === 'request' || observation.kind === 'flow') return placed
  const added = (['cluster', 'account'] as const)
    .filter(
      (kind) => scope[kind] !== UNKNOWN_PART && !observation.entities.some((entity) => entity.kind === kind),
    )
    .map((kind) => ({ kind, key: scope[kind] }))
  return { ...placed, entities: [...observation.entities, ...added] }
}
