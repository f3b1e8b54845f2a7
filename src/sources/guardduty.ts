import type { EntityRef } from '../model/entity.ts'
import type { FindingObservation, Parsed, Rejected } from '../model/observation.ts'
import { isScopePart, type ScopeParts } from '../model/scope.ts'
import type { Micros } from '../model/time.ts'
import { digest, undigestible } from './digest.ts'
import { entityRef, Facts } from './facts.ts'
import { accessKeyFacts, readAccessKey } from './guardduty-access-key.ts'
import { accountFacts } from './guardduty-account.ts'
import { readAction } from './guardduty-action.ts'
import { clusterOf } from './guardduty-cluster.ts'
import { Evidence } from './guardduty-evidence.ts'
import { field, optionalObject, pointerTo } from './guardduty-fields.ts'
import { instanceFacts, readInstance } from './guardduty-instance.ts'
import { malwareFacts } from './guardduty-malware.ts'
import { networkFacts, threatEvidence, whereaboutsEvidence } from './guardduty-network.ts'
import { anomalyEvidence, rightsFacts } from './guardduty-rights.ts'
import { runtimeFacts } from './guardduty-runtime.ts'
import { isSample } from './guardduty-sample.ts'
import { findingId, readSequence } from './guardduty-sequence.ts'
import { readWorkload, runnerFacts } from './guardduty-workload.ts'
import { flag, get, isObject, type JsonObject, name, num, obj, reject, text, time, typeName } from './json.ts'
import type { Source } from './source.ts'

/** GuardDuty findings: from GetFindings, as EventBridge sends them, or as exported to S3. */
export const guardduty: Source = {
  name: 'guardduty',
  containerKeys: [{ key: 'Findings' }, { key: 'findings' }],
  recognise: (value) => isEnvelope(value) || isFinding(value),
  parse(value) {
    if (!isEnvelope(value)) return parseFinding(value, '', {})
    const detail = get(value, 'detail')
    if (isObject(detail) && Object.keys(detail).length > 0) {
      return parseFinding(detail, '/detail', scopeParts(get(value, 'account'), get(value, 'region')))
    }
    const reason = 'The EventBridge event has no finding in its field detail; send the event with its detail.'
    return reject('malformed', '/detail', reason)
  },
}

function isEnvelope(value: JsonObject): boolean {
  const type = get(value, 'detail-type')
  return type === 'GuardDuty Finding' || (type === undefined && get(value, 'source') === 'aws.guardduty')
}

/** By content, so that a finding which lacks a field is still known for one and refused by name. */
function isFinding(value: JsonObject): boolean {
  // Security Hub's own format carries GuardDuty's findings in another shape.
  if (Object.hasOwn(value, 'ProductArn') || Object.hasOwn(value, 'detail-type')) return false
  const type = field(value, 'type')
  const arn = field(value, 'arn')
  const service = obj(field(value, 'service'))
  const others = ['id', 'severity', 'service', 'resource', 'accountId', 'title', 'updatedAt'].filter(
    (key) => field(value, key) !== undefined,
  ).length
  if (typeof type === 'string' && /^[^:/\s]+:[^/\s]+\/\S/.test(type)) return others >= 2
  const isNamed =
    field(service, 'serviceName') === 'guardduty' || (typeof arn === 'string' && arn.includes(':guardduty:'))
  return isNamed && others >= 2
}

/** A finding as GuardDuty writes it, or as it was made out of what Security Hub says; `base` points to it. */
export function parseFinding(
  finding: JsonObject,
  base: string,
  envelope: ScopeParts,
  via: FindingObservation['via'] = 'guardduty',
): Parsed {
  const required = readRequired(finding, base)
  if ('kind' in required) return required
  const resource = optionalObject(finding, base, 'resource')
  if ('kind' in resource) return resource
  const service = optionalObject(finding, base, 'service')
  if ('kind' in service) return service
  const times = readTimes(finding, service.object)
  if (times === null) {
    const reason =
      'The finding has no readable time; updatedAt, service.eventLastSeen or createdAt must hold one.'
    return reject('no-time', pointerTo(finding, base, 'updatedAt'), reason)
  }
  const flaw = undigestible(finding)
  if (flaw !== null) return flaw
  const cluster = clusterOf(resource.object, service.object)
  const scope = { ...envelope, ...arnScope(finding), ...ownScope(finding, cluster) }
  const described = describe(finding, resource.object, service.object, scope, times)
  const observed = { ...described, ...required, ...times, via }
  // Of what is kept, not of the record: GetFindings and EventBridge spell the same finding differently.
  const body = digest(observed)
  return typeof body === 'object' ? body : { ...observed, body }
}

type Required = Pick<FindingObservation, 'id' | 'type' | 'severity'>

function readRequired(finding: JsonObject, base: string): Required | Rejected {
  const missing = (key: string, expected: string): Rejected => {
    const reason = `The field ${key} is ${typeName(field(finding, key))}; it must be ${expected}.`
    return reject('malformed', pointerTo(finding, base, key), reason)
  }
  const id = name(field(finding, 'id'))
  if (id === null) return missing('id', "the finding's id, a text")
  const type = name(field(finding, 'type'))
  if (type === null)
    return missing('type', 'the finding type, a text such as Policy:Kubernetes/ExposedDashboard')
  const severity = num(field(finding, 'severity'))
  if (severity === null || severity < 0 || severity > 10) return missing('severity', 'a number from 1 to 10')
  return { id, type, severity }
}

type Times = Pick<FindingObservation, 'updatedAt' | 'firstSeen' | 'lastSeen'>

function readTimes(finding: JsonObject, service: JsonObject | null): Times | null {
  const created = time(field(finding, 'createdAt'))
  const last = time(field(service, 'eventLastSeen'))
  const updated: Micros | null = time(field(finding, 'updatedAt')) ?? last ?? created
  if (updated === null) return null
  const first = time(field(service, 'eventFirstSeen'))
  const lastSeen = Math.max(last ?? updated, first ?? 0)
  return { updatedAt: updated, firstSeen: Math.min(first ?? created ?? lastSeen, last ?? lastSeen), lastSeen }
}

function scopeParts(account: unknown, region: unknown, cluster?: unknown): ScopeParts {
  return {
    ...(isScopePart(account) && { account }),
    ...(isScopePart(region) && { region }),
    ...(isScopePart(cluster) && { cluster }),
  }
}

function ownScope(finding: JsonObject, cluster: string | null): ScopeParts {
  return scopeParts(field(finding, 'accountId'), field(finding, 'region'), cluster)
}

/** `arn:aws:guardduty:REGION:ACCOUNT:…`, for findings that lost their own fields. */
function arnScope(finding: JsonObject): ScopeParts {
  const arn = field(finding, 'arn')
  const [, , , region, account] = typeof arn === 'string' ? arn.slice(0, 400).split(':') : []
  return scopeParts(account, region)
}

type Described = Omit<FindingObservation, keyof Required | keyof Times | 'body' | 'via'>

function describe(
  finding: JsonObject,
  resource: JsonObject | null,
  service: JsonObject | null,
  scope: ScopeParts,
  { firstSeen, lastSeen }: Times,
): Described {
  const action = readAction(service)
  const workload = readWorkload(resource)
  const accessKey = readAccessKey(resource, scope)
  const user = obj(field(obj(field(resource, 'kubernetesDetails')), 'kubernetesUserDetails'))
  const subject = name(field(user, 'username'))
  const count = num(field(service, 'count'))
  const partition = field(finding, 'partition')

  const facts = new Facts()
  const evidence = new Evidence()
  facts.add('cluster', scope.cluster ?? null)
  const caller = facts.add('subject', subject)
  facts.add('subject', name(field(obj(field(user, 'impersonatedUser')), 'username')))
  for (const ip of action.ips) facts.add('ip', ip)
  runnerFacts(facts, workload)
  instanceFacts(facts, resource, workload.runner)
  if (action.secret !== null) facts.add('secret', ...action.secret)
  accessKeyFacts(facts, accessKey, caller)
  facts.add('account', scope.account ?? null)
  const sequence = readSequence(facts, evidence, service, { scope, first: firstSeen, last: lastSeen })
  const instance = readInstance(resource) ?? sequence.instance
  familyFacts(facts, evidence, resource, service, workload.runner ?? entityRef('instance', instance))
  const ofSequence = findingId(field(finding, 'associatedAttackSequenceArn'))

  return {
    kind: 'finding',
    scope,
    title: text(field(finding, 'title')) ?? '',
    description: text(field(finding, 'description')) ?? '',
    count: count !== null && Number.isSafeInteger(count) && count > 0 ? count : 1,
    archived: flag(field(service, 'archived')),
    sample: isSample(finding, resource, service),
    subject: subject ?? sequence.subject,
    ip: action.ip ?? sequence.ip,
    verb: action.verb,
    requestUri: action.requestUri,
    statusCode: action.statusCode,
    userAgent: action.userAgent,
    awsCall: action.awsCall,
    pod: workload.pod,
    instance,
    principal: accessKey.principal ?? sequence.principal,
    detector: name(field(service, 'detectorId')),
    arn: name(field(finding, 'arn')),
    partition: typeof partition === 'string' && /^aws[a-z-]{0,20}$/.test(partition) ? partition : 'aws',
    evidence: evidence.all(),
    signals: sequence.signals,
    related: [...new Set([ofSequence, ...sequence.signals.map((signal) => signal.finding)])].filter(
      (id) => id !== null,
    ),
    ...facts.all(),
  }
}

/** What each family of findings adds; `where` is the pod, workload or instance that it is about. */
function familyFacts(
  facts: Facts,
  evidence: Evidence,
  resource: JsonObject | null,
  service: JsonObject | null,
  where: EntityRef | null,
): void {
  const action = obj(field(service, 'action'))
  runtimeFacts(facts, evidence, service, where)
  malwareFacts(facts, evidence, service, where)
  networkFacts(facts, evidence, action, where)
  rightsFacts(facts, evidence, action)
  accountFacts(facts, evidence, resource, action)
  anomalyEvidence(evidence, service)
  threatEvidence(evidence, service)
  whereaboutsEvidence(evidence, action)
}
