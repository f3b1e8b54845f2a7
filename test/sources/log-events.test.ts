import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parseFile, readRecords } from '../../src/ingest/records.ts'
import type { Parsed } from '../../src/model/observation.ts'
import { parseRecord } from '../../src/sources/index.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'

function envelope(messages: readonly string[], more: object = {}): object {
  return {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/aws/eks/payments/cluster',
    logStream: 'kube-apiserver-audit-1',
    logEvents: messages.map((message, id) => ({ id: String(id), timestamp: 1, message })),
    ...more,
  }
}
const packed = (value: unknown): string => gzipSync(JSON.stringify(value)).toString('base64')

async function parsedAll(text: string | Buffer): Promise<readonly Parsed[]> {
  const found: Parsed[] = []
  const open = () =>
    Promise.resolve(
      (async function* () {
        yield Buffer.from(text)
      })(),
    )
  for await (const list of parseFile(open)) found.push(...list.map(({ parsed }) => parsed))
  return found
}

describe('what a subscription of CloudWatch Logs sends', () => {
  const events = [JSON.stringify(auditEvent({ id: 'a' })), JSON.stringify(auditEvent({ id: 'b' }))]
  const expected = ['a', 'b'].map((eventId) => ({
    kind: 'request',
    eventId,
    scope: { account: '123456789012', cluster: 'payments' },
  }))

  test.each([
    ['for a function', JSON.stringify({ awslogs: { data: packed(envelope(events)) } })],
    ['through Kinesis', JSON.stringify({ Records: [{ kinesis: { data: packed(envelope(events)) } }] })],
    ['through Firehose', JSON.stringify(envelope(events))],
    ['through Firehose, packed', gzipSync(JSON.stringify(envelope(events)))],
  ])('%s: events of their cluster', async (_, text) => {
    expect(await parsedAll(text)).toMatchObject(expected)
  })

  test('envelopes may follow each other without a line between, and probes are ignored', async () => {
    const probe = envelope(['CWL CONTROL MESSAGE: Checking health'], { messageType: 'CONTROL_MESSAGE' })
    const text = [probe, envelope(events.slice(0, 1)), envelope(events.slice(1))].map((one) =>
      JSON.stringify(one),
    )
    const found = [{ kind: 'ignored', class: 'control-message' }, ...expected]
    expect(await parsedAll(text.join(''))).toMatchObject(found)
    expect(await parsedAll(text.join('\n'))).toMatchObject(found)
  })

  test('a line of another stream costs only itself, and a finding keeps its own scope', async () => {
    const found = await parsedAll(
      JSON.stringify(envelope(['I1122 1 trace.go] Trace', ...events, JSON.stringify(finding())])),
    )
    expect(found[0]).toMatchObject({ kind: 'rejected', class: 'unrecognised' })
    expect(found.slice(1, 3)).toMatchObject(expected)
    expect(found[3]).toMatchObject({ kind: 'finding', scope: parsedFinding().scope })
  })

  test('a bomb and what is no envelope inside are told', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)).toString('base64')
    for (const data of [bomb, packed({ hello: 1 }), packed([1]), 'H4sI', '%'])
      expect(parseRecord({ awslogs: { data } })).toMatchObject({ kind: 'rejected', class: 'unrecognised' })
    const odd = envelope([], { logEvents: [null, { message: 7 }, 3] })
    expect(await parsedAll(`${JSON.stringify(odd)}\n${events[0]}`)).toMatchObject([
      { class: 'malformed', pointer: '/message' },
      { class: 'malformed' },
      { class: 'malformed' },
      { kind: 'request' },
    ])
  })

  test('an envelope of too many values, and a line of too many envelopes, take no more memory than they may', async () => {
    const heavy = gzipSync(
      JSON.stringify({ ...envelope([]), logEvents: Array.from({ length: 300_000 }, () => [0]) }),
    )
    expect(parseRecord({ awslogs: { data: heavy.toString('base64') } })).toMatchObject({
      class: 'unrecognised',
    })
    const wide = `[${'[],'.repeat(300_000)}[]]`
    expect(await parsedAll(JSON.stringify(envelope([wide, ...events])))).toMatchObject([
      { class: 'too-large', pointer: '/message' },
      ...expected,
    ])
    const large = packed(envelope(events, { padding: ' '.repeat(15 * 1024 * 1024) }))
    const Records = Array.from({ length: 6 }, () => ({ kinesis: { data: large } }))
    const found = await parsedAll(`${JSON.stringify({ Records })}\n${events[0]}`)
    expect(found.map((one) => (one.kind === 'rejected' ? one.class : one.kind))).toEqual([
      ...Array.from({ length: 10 }, () => 'request'),
      'too-large',
      'request',
    ])
  })

  test('no record of a file passes for a log event', async () => {
    const text = JSON.stringify({ scope: { account: '1' }, message: events[0] })
    expect(parseRecord(JSON.parse(text))).toMatchObject({ class: 'unrecognised' })
    for await (const record of readRecords(() => Promise.resolve([Buffer.from(text)].values() as never)))
      expect(record).toHaveProperty('value')
  })
})

function parsedFinding(): Extract<Parsed, { kind: 'finding' }> {
  const parsed = parseRecord(finding())
  if (parsed.kind !== 'finding') throw new Error('no finding')
  return parsed
}

test("S3's test notification is ignored", () => {
  expect(parseRecord({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' })).toEqual({
    kind: 'ignored',
    class: 's3-test-event',
  })
})
