import type { Parsed } from '../model/observation.ts'
import { parseFinding } from './guardduty.ts'
import { findingId } from './guardduty-sequence.ts'
import { flag, get, isObject, type JsonObject, list, num, obj, reject, said } from './json.ts'
import { resourceOf } from './securityhub-resource.ts'
import { guarddutyType } from './securityhub-type.ts'
import type { Source } from './source.ts'

/**
 * GuardDuty's findings as Security Hub passes them on (ASFF), bare or in its EventBridge event: the same finding as the
 * one that GuardDuty sends, with less said.
 */
export const securityhub: Source = {
  name: 'securityhub',
  containerKeys: [],
  recognise: (value) => isOfGuardduty(value) || isEventOfGuardduty(value),
  parse(value) {
    const inner = findingsInEvent(value)
    if (inner === null) return parseAsff(value, '')
    const [first, ...others] = inner
    if (isObject(first) && others.length === 0) return parseAsff(first, '/detail/findings/0')
    const reason = 'The event of Security Hub must hold one finding in detail.findings; send each by itself.'
    return reject('malformed', '/detail/findings', reason)
  },
}

/** The findings in an EventBridge event of Security Hub; null for everything else. */
export function findingsInEvent(value: JsonObject): readonly unknown[] | null {
  const type = said(get(value, 'detail-type'))
  if (type?.startsWith('Security Hub Findings') !== true) return null
  const findings = get(obj(get(value, 'detail')), 'findings')
  return Array.isArray(findings) ? (findings as readonly unknown[]) : null
}

function isEventOfGuardduty(value: JsonObject): boolean {
  const findings = findingsInEvent(value)
  return findings?.some((one) => isObject(one) && isOfGuardduty(one)) === true
}

function isOfGuardduty(value: JsonObject): boolean {
  const product = said(get(value, 'ProductArn'))
  return product?.endsWith(':product/aws/guardduty') === true
}

function parseAsff(asff: JsonObject, base: string): Parsed {
  const type = typeOf(asff)
  if (type === null) {
    const reason =
      'None of Types is a type of GuardDuty; it must be one such as TTPs/Discovery/Recon:EC2-Portscan.'
    return reject('malformed', `${base}/Types`, reason)
  }
  const severity = severityOf(asff)
  if (severity === null) {
    const reason = 'The field Severity has neither a number in Product nor a Label such as HIGH; give it one.'
    return reject('malformed', `${base}/Severity`, reason)
  }
  const service = obj(inflated(asff)['service']) ?? {}
  const finding = {
    id: findingId(get(asff, 'Id')),
    arn: get(asff, 'Id'),
    type,
    severity,
    accountId: get(asff, 'AwsAccountId'),
    region: get(asff, 'Region'),
    partition: said(get(asff, 'Id'))?.split(':')[1],
    title: get(asff, 'Title'),
    description: get(asff, 'Description'),
    createdAt: get(asff, 'CreatedAt'),
    updatedAt: get(asff, 'UpdatedAt'),
    resource: resourceOf(asff),
    service: {
      detectorId: said(get(asff, 'GeneratorId'))?.split('/')[1],
      eventFirstSeen: get(asff, 'FirstObservedAt'),
      eventLastSeen: get(asff, 'LastObservedAt'),
      ...service,
      ...(flag(get(asff, 'Sample')) && { additionalInfo: { sample: true } }),
    },
  }
  return parseFinding(finding, base, {}, 'securityhub')
}

function typeOf(asff: JsonObject): string | null {
  // What the provider said comes first: people may change the other one.
  const provided = list(get(obj(get(asff, 'FindingProviderFields')), 'Types'))
  const types = [...provided, ...list(get(asff, 'Types'))]
  const read = types.map((one) => (typeof one === 'string' ? guarddutyType(one) : null))
  return read.find((one) => one !== null) ?? null
}

/** GuardDuty's number where it is passed on, else the lowest number of its word. */
const NUMBERS: Readonly<Record<string, number>> = {
  INFORMATIONAL: 1,
  LOW: 1,
  MEDIUM: 4,
  HIGH: 7,
  CRITICAL: 9,
}

function severityOf(asff: JsonObject): number | null {
  const severity = obj(get(asff, 'Severity'))
  const provided = obj(get(obj(get(asff, 'FindingProviderFields')), 'Severity'))
  const number = num(get(provided, 'Original')) ?? num(get(severity, 'Product'))
  if (number !== null && number >= 0 && number <= 10) return number
  const label = said(get(provided, 'Label')) ?? said(get(severity, 'Label')) ?? ''
  return Object.hasOwn(NUMBERS, label) ? (NUMBERS[label] ?? null) : null
}

const PREFIX = 'aws/guardduty/'
/** The product fields that are read; Security Hub allows 50. */
const MOST = 200
const LONGEST_PATH = 400

interface Level {
  [key: string]: string | Level | readonly (string | Level)[]
}

/**
 * The tree that `ProductFields` holds flat: `aws/guardduty/service/action/portProbeAction/portProbeDetails.0_/…`, one
 * field a path.
 */
function inflated(asff: JsonObject): JsonObject {
  const root: Fields = new Map()
  for (const [path, value] of Object.entries(obj(get(asff, 'ProductFields')) ?? {}).slice(0, MOST)) {
    if (path.startsWith(PREFIX) && path.length <= LONGEST_PATH && typeof value === 'string')
      put(root, steps(path.slice(PREFIX.length)), value)
  }
  return plain(root) as Level
}

type Fields = Map<string, Fields | string>

/** `threatNames.0_` is the first of a list. */
function steps(path: string): readonly string[] {
  return path.split('/').flatMap((step) => {
    const nth = /^(.+)\.(\d{1,2})_$/.exec(step)
    return nth === null ? [step] : [nth[1] ?? '', `${nth[2] ?? ''}_`]
  })
}

function put(level: Fields, [step = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    if (!level.has(step)) level.set(step, value)
    return
  }
  const known = level.get(step)
  const next: Fields = known instanceof Map ? known : new Map()
  level.set(step, next)
  put(next, rest, value)
}

function plain(level: Fields): Level | readonly (string | Level)[] {
  const entries = [...level].map(
    ([key, value]) => [key, typeof value === 'string' ? value : plain(value)] as const,
  )
  const isList = entries.length > 0 && entries.every(([key]) => /^\d{1,2}_$/.test(key))
  if (!isList) return Object.fromEntries(entries)
  return entries
    .toSorted(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map(([, one]) => one) as (string | Level)[]
}
