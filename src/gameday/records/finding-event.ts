import type { Scope } from '../../model/scope.ts'
import { formatTime, type Micros } from '../../model/time.ts'

/** A finding of GuardDuty at one moment of its life. */
export interface FindingState {
  readonly id: string
  readonly detector: string
  readonly scope: Scope
  readonly type: string
  readonly severity: number
  readonly title: string
  readonly description: string
  readonly resource: object
  readonly action: object
  /** What its detectors add: runtime details, evidence, the name of the feature. */
  readonly service?: object
  readonly firstSeen: Micros
  readonly lastSeen: Micros
  readonly count: number
  readonly created: Micros
  readonly updated: Micros
}

/** The finding as EventBridge delivers it. `eventId` is the delivery's own. */
export function findingEvent(finding: FindingState, eventId: string): object {
  const { account, region } = finding.scope
  return {
    version: '0',
    id: eventId,
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account,
    time: `${formatTime(finding.updated).slice(0, 19)}Z`,
    region,
    resources: [],
    detail: {
      schemaVersion: '2.0',
      accountId: account,
      region,
      partition: 'aws',
      id: finding.id,
      arn: `arn:aws:guardduty:${region}:${account}:detector/${finding.detector}/finding/${finding.id}`,
      type: finding.type,
      resource: finding.resource,
      service: {
        serviceName: 'guardduty',
        detectorId: finding.detector,
        action: finding.action,
        resourceRole: 'TARGET',
        additionalInfo: { value: '{}', type: 'default' },
        evidence: null,
        ...finding.service,
        eventFirstSeen: millis(finding.firstSeen),
        eventLastSeen: millis(finding.lastSeen),
        archived: false,
        count: finding.count,
      },
      severity: finding.severity,
      createdAt: millis(finding.created),
      updatedAt: millis(finding.updated),
      title: finding.title,
      description: finding.description,
    },
  }
}

/** GuardDuty's times have milliseconds. */
export function millis(at: Micros): string {
  return `${formatTime(at).slice(0, 23)}Z`
}
