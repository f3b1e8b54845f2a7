import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRecord } from '../../src/sources/index.ts'
import { readMessage, scopeOfKey } from '../../src/sources/message.ts'
import { notification } from '../helpers/fake-aws.ts'
import { finding } from '../helpers/seed-records.ts'

const sns = (inner: unknown): string =>
  JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:eu-west-1:1:t', Message: inner })
const object = (key: string, more: object = {}) => ({
  bucket: 'logs',
  key,
  region: 'eu-west-1',
  version: null,
  size: 10,
  ...more,
})

describe('what a message is about', () => {
  test('a record stays as it is, and SNS is taken off', () => {
    const text = JSON.stringify(finding())
    expect(readMessage(text)).toEqual({ objects: [], text })
    expect(readMessage(sns(text))).toEqual({ objects: [], text })
    expect(readMessage(sns(sns(text)))).toEqual({ objects: [], text })
  })

  test('a notification of S3 names objects, whose keys are URL-encoded with + for a blank', () => {
    const keys = ['AWSLogs/a b/ü+1.json.gz', 'plain']
    const expected = { objects: keys.map((key) => object(key)), text: null }
    expect(readMessage(JSON.stringify(notification(...keys)))).toEqual(expected)
    expect(readMessage(sns(JSON.stringify(notification(...keys))))).toEqual(expected)
  })

  test('the keys of EventBridge are as they are', () => {
    const event = {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      region: 'eu-west-1',
      detail: { bucket: { name: 'logs' }, object: { key: 'a+b%2Fc', size: 10, 'version-id': 'v1' } },
    }
    expect(readMessage(JSON.stringify(event))).toEqual({
      objects: [object('a+b%2Fc', { version: 'v1' })],
      text: null,
    })
  })

  test('what is no new object goes to the parsers beside those that are', () => {
    const good = notification('a') as { Records: unknown[] }
    const removed = { ...(good.Records[0] as object), eventName: 'ObjectRemoved:Delete' }
    const mixed = JSON.stringify({ Records: [...good.Records, removed] })
    expect(readMessage(mixed)).toEqual({
      objects: [object('a')],
      text: JSON.stringify({ Records: [removed] }),
    })
    const none = JSON.stringify({ Records: [removed] })
    expect(readMessage(none)).toEqual({ objects: [], text: none })
  })

  test('folders and digests of CloudTrail are not read, and neither they nor what was removed are a fault', () => {
    const digest = 'AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/11/22/d.json.gz'
    const { Records } = notification('a', 'AWSLogs/', digest) as { Records: [object, object, object] }
    Records[1] = { ...Records[1], s3: { bucket: { name: 'logs' }, object: { key: 'AWSLogs/', size: 0 } } }
    const removed = { ...Records[0], eventName: 'ObjectRemoved:Delete' }
    const { objects, text } = readMessage(JSON.stringify({ Records: [...Records, removed] }))
    expect(objects).toEqual([object('a')])
    const { Records: left } = JSON.parse(text ?? '') as { Records: unknown[] }
    expect(left).toEqual([Records[1], Records[2], removed])
    for (const one of left) expect(parseRecord(one)).toEqual({ kind: 'ignored', class: 's3-notification' })
    const bridged = (type: string, key: string): object => ({
      source: 'aws.s3',
      'detail-type': type,
      detail: { bucket: { name: 'logs' }, object: { key, size: 10 } },
    })
    expect(readMessage(JSON.stringify(bridged('Object Created', digest))).objects).toEqual([])
    expect(parseRecord(bridged('Object Created', digest))).toMatchObject({ class: 's3-notification' })
    expect(parseRecord(bridged('Object Deleted', 'a'))).toMatchObject({ class: 's3-notification' })
    expect(parseRecord(bridged('Object Created', 'a'))).toMatchObject({ class: 'unrecognised' })
    expect(parseRecord(Records[0])).toMatchObject({ class: 'unrecognised' })
  })

  test('a bucket that is no name, and an endless wrapping, are left to the parsers', () => {
    const text = JSON.stringify(notification('a')).replace('"logs"', '"../logs"')
    expect(readMessage(text)).toEqual({ objects: [], text })
    let deep = '{}'
    for (let i = 0; i < 6; i++) deep = sns(deep)
    expect(readMessage(deep).text).toContain('Notification')
  })

  test('nothing makes it throw', () => {
    for (const texts of [fc.json(), fc.string()])
      fc.assert(
        fc.property(texts, (text) => {
          expect(readMessage(text)).toEqual({ objects: [], text })
        }),
      )
  })
})

test('the key of a flow log says account and region', () => {
  expect(scopeOfKey('x/AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/11/22/a.log.gz')).toEqual({
    account: '123456789012',
    region: 'eu-west-1',
  })
  expect(scopeOfKey('AWSLogs/123456789012/CloudTrail/eu-west-1/a.json.gz')).toEqual({})
})
