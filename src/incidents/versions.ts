import type { FindingObservation } from '../model/observation.ts'
import type { Micros } from '../model/time.ts'

/**
 * A finding as its row keeps it: the times, count and severity of the newest version, and the words of the newest one
 * that GuardDuty itself told of (at `toldAt`), since Security Hub tells less of the same finding; null: only Security
 * Hub has told of it.
 */
export interface KeptFinding {
  readonly detail: FindingObservation
  readonly toldAt: Micros | null
}

/** What is kept of a finding that nobody told of before. */
export function firstKept(finding: FindingObservation): KeptFinding {
  return { detail: finding, toldAt: finding.via === 'guardduty' ? finding.updatedAt : null }
}

/** What is kept of a known finding once this version of it came; null when that changes nothing. */
export function keptAfter({ detail, toldAt }: KeptFinding, finding: FindingObservation): KeptFinding | null {
  const isDirect = finding.via === 'guardduty'
  const isNewer = finding.updatedAt > detail.updatedAt
  const isSame = finding.updatedAt === detail.updatedAt && isDirect && detail.via === 'securityhub'
  const newest = isNewer || isSame ? finding : detail
  const isWorded = isDirect ? toldAt === null || finding.updatedAt > toldAt : toldAt === null && isNewer
  const worded = isWorded ? finding : detail
  // An older version may say the cluster that a newer one left out.
  const isPlacing = finding.scope.cluster !== undefined && detail.scope.cluster === undefined
  if (newest === detail && worded === detail) {
    return isPlacing ? { detail: { ...detail, scope: finding.scope }, toldAt } : null
  }
  const { updatedAt, body, via, severity, firstSeen, lastSeen, count, archived } = newest
  return {
    detail: { ...worded, updatedAt, body, via, severity, firstSeen, lastSeen, count, archived },
    toldAt: isWorded && isDirect ? finding.updatedAt : toldAt,
  }
}

/** True when an attack sequence names signals that it did not name before. */
export function hasGrown(before: FindingObservation, now: FindingObservation): boolean {
  const named = new Set(before.signals.map(signalName))
  return now.signals.length > before.signals.length || now.signals.some((one) => !named.has(signalName(one)))
}

function signalName({ finding, kind, name }: FindingObservation['signals'][number]): string {
  return finding ?? `${kind} ${name}`
}
