import { fixture } from '../sources/fixture.ts'

const event = fixture('audit/exec.json')
const finding = fixture('guardduty/anonymous.json')

function spoiled(record: object, changes: object): string {
  return JSON.stringify({ ...record, auditID: 'bad', ...changes })
}

/** A record with one more field, written as text so that it may say what JSON.stringify would not. */
function raw(record: object, field: string): string {
  return `${JSON.stringify(record).slice(0, -1)},${field}}`
}

const WRONG = [null, true, 0, -1, 1e21, '', 'text', [], [[]], {}, { a: {} }] as const
const EVENT_FIELDS = [
  'auditID',
  'stage',
  'verb',
  'user',
  'objectRef',
  'sourceIPs',
  'responseStatus',
  'requestURI',
] as const
const FINDING_FIELDS = ['id', 'type', 'severity', 'resource', 'service', 'updatedAt', 'accountId'] as const

const texts: readonly string[] = [
  'nonsense',
  '{',
  '}',
  ']',
  '[',
  '"',
  '{"a"',
  '{"a":',
  '{"a":1,}',
  '{"a":1}{"b":2}',
  "{'a':1}",
  '{a:1}',
  'null',
  'true',
  '1e400',
  '-',
  '""',
  '[]',
  '{}',
  '[[[[[[]]]]]]',
  'NaN',
  '{"a":NaN}',
  '{"kind":"Event"',
  '{"awslogs":{"data":"H4sI"}}',
  '{"messageType":"CONTROL_MESSAGE","logGroup":"g","logEvents":[]}',
  '{"Service":"Amazon S3","Event":"s3:TestEvent"}',
  '{"Type":"Notification","Message":"{}","TopicArn":"arn"}',
  '{"source":"aws.guardduty","detail-type":"GuardDuty Finding","detail":{}}',
  '{"Findings":"none"}',
  '{"Findings":[null,1,"x",[[]],{}]}',
  '{"kind":"EventList","items":{}}',
  '{"__proto__":{"kind":"Event"},"constructor":{"prototype":{}},"toString":1,"hasOwnProperty":2}',
  'version account-id interface-id',
  '2 123456789012 eni-0abc - - - - - - - 1 2 - NODATA',
  '\u2028\u2029',
  '<!channel>',
  '{"a":"\ttab in a text"}',
  raw(event, '"x":1e400'),
  raw(event, '"x":-1e400'),
  raw(event, '"__proto__":null'),
  raw(event, '"__proto__":{"verb":7}'),
  raw(event, '"verb":"get","verb":7'),
  raw(event, '"x":"\\ud800"'),
  raw(event, '"\\udc00":"\\u0000"'),
  raw(event, `"x":${'['.repeat(1000)}${']'.repeat(1000)}`),
  raw(event, `"x":${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`),
  raw(event, `"x":"${'x'.repeat(300_000)}"`),
  spoiled(event, { user: { username: 'u'.repeat(100_000) } }),
  spoiled(event, { userAgent: '😀'.repeat(5000) }),
  spoiled(event, { objectRef: { resource: 'secrets', name: '../../etc', namespace: '\u0000' } }),
  spoiled(event, { requestReceivedTimestamp: '2026-02-30T00:00:00Z', stageTimestamp: '' }),
  spoiled(event, { requestReceivedTimestamp: '99999-01-01T00:00:00Z', stageTimestamp: 5 }),
  spoiled(event, { sourceIPs: Array.from({ length: 5000 }, () => '10.0.0.1') }),
  spoiled(finding, { updatedAt: null, createdAt: null, service: null }),
  raw(finding, '"severity":1e400'),
  ...WRONG.flatMap((value) => EVENT_FIELDS.map((field) => spoiled(event, { [field]: value }))),
  ...WRONG.flatMap((value) => FINDING_FIELDS.map((field) => spoiled(finding, { [field]: value }))),
]

/** Lines that a file may hold by accident or by malice, none with a newline in it. */
export const poison: readonly Buffer[] = [
  ...texts.map((text) => Buffer.from(text)),
  Buffer.from([0xff, 0xfe, 0x00]),
  Buffer.from([0x00]),
  Buffer.from([0xc3, 0x28, 0x80]),
  Buffer.from([0x1f, 0x8b, 0x08]),
  Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80, 0xff]), Buffer.from('"}')]),
]
