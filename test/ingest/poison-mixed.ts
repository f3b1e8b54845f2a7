import { type Draft, draft, findingOf, readLands, readOf, refused, spoiled } from './poison-records.ts'

/** Records of other kinds, and what is no record at all: each is told for what it is not. */
const STRANGERS: readonly (readonly [what: string, record: unknown, pointer?: string])[] = [
  ['an empty object', {}],
  ['an empty list', []],
  ['a text', 'text'],
  ['an empty text', ''],
  ['a number', 17],
  ['minus zero', -0],
  ['true', true],
  ['null', null],
  ['an object of nothing known', { a: { b: [] } }],
  ['a core/v1 Event', { kind: 'Event', apiVersion: 'v1', involvedObject: { kind: 'Pod' }, reason: 'Pulled' }],
  ['an events.k8s.io Event', { kind: 'Event', apiVersion: 'events.k8s.io/v1', regarding: { kind: 'Pod' } }],
  ['an Event that says nothing', { kind: 'Event', apiVersion: 'v1' }],
  ['a Pod', { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' }, verb: 'get' }],
  ['a list of Pods', { kind: 'PodList', items: [{ kind: 'Pod' }] }],
  ['an EventList without a list', { kind: 'EventList', items: {} }],
  ['findings that are none', { Findings: 'none' }],
  ['a GKE audit record', { protoPayload: { methodName: 'get' }, logName: 'x', insertId: '1' }],
  ['an AKS record', { category: 'kube-audit', operationName: 'x', properties: { log: '{}' } }],
  ['an OCSF record', { class_uid: 6003, category_uid: 6 }],
  ['a Security Hub finding', { ProductArn: 'a', GeneratorId: 'g', Type: 'TTPs/a', Id: 'i', Severity: 5 }],
  ['an envelope of CloudWatch Logs without events', { messageType: 'DATA_MESSAGE', logGroup: 'g' }],
  ['a CloudWatch Logs envelope', { awslogs: { data: 'H4sI' } }],
  ['a notification of S3 of another event', { Records: [{ eventName: 's3:ObjectRemoved:Delete', s3: {} }] }],
  [
    'an S3 notification',
    { Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key: 'a+b%2Fc' } } }] },
  ],
  [
    'a CloudTrail Insights event',
    { eventVersion: '1.07', eventCategory: 'Insight', insightDetails: {} },
    '/insightDetails',
  ],
  ['a Kinesis batch', { Records: [{ kinesis: { data: 'H4sI' } }] }],
  ['an SNS notification', { Type: 'Notification', Message: JSON.stringify(findingOf(0)), TopicArn: 'arn' }],
  ['an SNS notification of nothing', { Type: 'Notification', Message: '{"a":', TopicArn: 'arn' }],
  ['an event of another kind', { source: 'aws.ec2', 'detail-type': 'EC2 Instance State', detail: {} }],
]

const strangers: readonly Draft[] = STRANGERS.map(([what, record, pointer = '']) =>
  draft(what, () => JSON.stringify(record), refused('unrecognised', pointer)),
)

/** CloudTrail's, of which each says too little. */
const cutShort: readonly Draft[] = (
  [
    [
      'a CloudTrail record',
      { eventVersion: '1.08', eventSource: 's3.amazonaws.com', eventName: 'GetObject' },
    ],
    ['a CloudTrail file', { Records: [{ eventSource: 'eks.amazonaws.com', eventName: 'CreateCluster' }] }],
  ] as const
).map(([what, record]) => draft(what, () => JSON.stringify(record), refused('no-time', '/eventTime')))

/** Lines that are no JSON; of a file of them nothing would be known. */
const LINES = [
  'nonsense',
  '2 123456789012 eni-0abc 10.0.0.1 10.0.0.2 443 50000 6 1 40 1 2 ACCEPT OK again',
  '2 123456789012 eni-0abc - - - - - - 1 2 - NODATA',
  '9 unknown version of a flow log',
  'AWSLogs/123456789012/Cloud%20Trail/eu-west-1/a+b%2Fc.json.gz',
  'host,time,user,verb',
  '<html><body>503</body></html>',
  '---',
  'kind: Event',
  '# comment',
  'I1122 04:21:18.641799 1 trace.go:236] Trace[1]: "Get"',
  '2026-11-22T04:21:18Z stdout F {"kind":"Event"',
  'Bearer eyJhbGciOiJSUzI1NiJ9.e30.AA',
  '\u0007\u001B[31m',
  '\u0000\u0000\u0000',
  '"',
  '{"a"',
  '{"a":',
  "{'a':1}",
  '-',
  'NaN',
]

const lines: readonly Draft[] = [
  ...LINES.map((line) => draft(JSON.stringify(line), () => line, refused())),
  draft(
    'a header line of a flow log, which is no record',
    () => 'version account-id interface-id srcaddr dstaddr',
    () => [],
  ),
  draft('the first bytes of gzip', () => Buffer.from([0x1f, 0x8b, 0x08]), refused()),
  draft('the byte order mark of UTF-16', () => Buffer.from([0xff, 0xfe, 0x7b, 0x00]), refused()),
]

const another = (n: number): string => JSON.stringify({ ...readOf(n), auditID: `more-${n}`, verb: 'list' })

const several: readonly Draft[] = [
  draft(
    'two records on a line',
    (n) => `${JSON.stringify(readOf(n))}${another(n)}`,
    (n) => [readLands()(n), readLands({ verb: 'list' })(n)].flat(),
  ),
  draft(
    'two records with a comma between them',
    (n) => `${JSON.stringify(readOf(n))},${another(n)},`,
    (n) => [readLands()(n), readLands({ verb: 'list' })(n)].flat(),
  ),
  draft(
    'a good record, and one without a verb',
    (n) => `${JSON.stringify(readOf(n))} ${spoiled(readOf(n), 'verb', undefined)}`,
    (n) => [readLands()(n), refused('malformed', '/verb')(n)].flat(),
  ),
  draft(
    'a good record in a list with what is none',
    (n) => JSON.stringify([readOf(n), n, `text ${n}`, [[-n]], { n }]),
    (n) => [readLands()(n), ...Array.from({ length: 4 }, () => refused('unrecognised')(n))].flat(),
  ),
  draft(
    'a page of findings that are none',
    (n) => JSON.stringify({ Findings: [{ n }, { ...findingOf(n), severity: -1 }] }),
    (n) => [refused('unrecognised')(n), refused('malformed', '/severity')(n)].flat(),
  ),
  draft(
    'an empty page of findings',
    () => '{"Findings":[],"NextToken":null}',
    () => [],
  ),
  draft(
    'an empty EventList',
    () => '{"kind":"EventList","items":[]}',
    () => [],
  ),
]

const conflicts: readonly Draft[] = [
  draft(
    'an id that has landed, by somebody else',
    (n) => spoiled(readOf(n), 'auditID', 'neighbour-0'),
    refused('conflicting'),
  ),
  draft(
    'a finding that has landed, with another severity',
    (n) => spoiled(findingOf(n), 'id', 'neighbour-1'),
    refused('conflicting'),
  ),
]

/** Records of other kinds, lines that are no records, lines of several, and ids that are taken. */
export const mixedPoison: readonly Draft[] = [strangers, cutShort, lines, several, conflicts].flat()
