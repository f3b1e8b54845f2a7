import { get, isObject, type JsonObject, obj } from './json.ts'

/** What Firebreak reads now; the end of every sentence about a record that it does not know. */
export const READS =
  'Firebreak reads GuardDuty findings (GetFindings, EventBridge, S3 export or Security Hub), Kubernetes audit events (also as CloudWatch Logs sends them), CloudTrail events, and what kubectl get -o json, aws eks describe-… and aws ec2 describe-… print, as JSON, and VPC flow logs, as lines of text or JSON'

type Lookalike = readonly [name: string, matches: (value: JsonObject) => boolean]

function has(value: JsonObject | null, ...keys: readonly string[]): boolean {
  return value !== null && keys.every((key) => Object.hasOwn(value, key))
}

/** The record itself, or the first one of those that it holds. */
function firstRecord(value: JsonObject): JsonObject | null {
  const records = get(value, 'Records')
  return Array.isArray(records) ? obj(records[0]) : value
}

/** Shapes that people feed by mistake, or that a later source will read; the first match names the record. */
const LOOKALIKES: readonly Lookalike[] = [
  [
    'a Security Hub finding (ASFF) of another product than GuardDuty',
    (value) => has(value, 'ProductArn') && (has(value, 'GeneratorId') || has(value, 'FindingProviderFields')),
  ],
  [
    'a CloudWatch Logs envelope that cannot be unpacked',
    (value) =>
      has(obj(get(value, 'awslogs')), 'data') ||
      has(value, 'logEvents') ||
      has(value, 'messageType', 'logGroup') ||
      has(firstRecord(value), 'kinesis'),
  ],
  ['a stream record of DynamoDB', (value) => get(firstRecord(value), 'eventSource') === 'aws:dynamodb'],
  ['a Google Cloud audit record (GKE), of another cloud', (value) => has(value, 'protoPayload')],
  [
    'an Azure record (AKS), of another cloud',
    (value) =>
      get(value, 'p_log_type') === 'Azure.MonitorActivity' ||
      (has(value, 'category') && (has(obj(get(value, 'properties')), 'log') || has(value, 'operationName'))),
  ],
  ['an OCSF record (Security Lake)', (value) => has(value, 'class_uid') || has(value, 'category_uid')],
  ['an EventBridge event of another kind', (value) => has(value, 'detail-type', 'detail')],
  ['an SNS notification', (value) => get(value, 'Type') === 'Notification' && has(value, 'Message')],
  ['an S3 notification', (value) => has(firstRecord(value), 's3', 'eventSource')],
  [
    'a Kubernetes event (core/v1), which is not an audit event',
    (value) => has(value, 'involvedObject') || has(value, 'regarding'),
  ],
  ['a Kubernetes object of a kind that is not read', (value) => has(value, 'apiVersion', 'kind')],
]

/** The name of the shape that a record has; null when it is like nothing known. */
export function lookalike(value: unknown): string | null {
  if (!isObject(value)) return null
  return LOOKALIKES.find(([, matches]) => matches(value))?.[0] ?? null
}
