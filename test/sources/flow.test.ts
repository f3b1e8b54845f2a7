import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseFile } from '../../src/ingest/records.ts'
import type { FlowObservation, Parsed } from '../../src/model/observation.ts'
import { parseRecord } from '../../src/sources/index.ts'
import { flowLine, flowValues } from '../helpers/seed-flows.ts'

const HEADER =
  'version interface-id account-id region srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status instance-id tcp-flags pkt-srcaddr pkt-dstaddr flow-direction'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-flow-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function fileOf(content: string | Buffer): Promise<readonly { parsed: Parsed; line: number }[]> {
  const path = join(folder, 'file')
  await writeFile(path, content)
  const found: { parsed: Parsed; line: number }[] = []
  for await (const records of parseFile(path)) found.push(...records)
  return found
}

function only(text: string): Parsed {
  const [value] = flowValues(text)
  return parseRecord(value)
}

function flowOf(text: string): FlowObservation {
  const parsed = only(text)
  if (parsed.kind !== 'flow') throw new Error(JSON.stringify(parsed))
  return parsed
}

/** A line under HEADER. */
function custom(changes: { readonly [field: string]: string } = {}): string {
  const said: { readonly [field: string]: string } = {
    version: '5',
    'interface-id': 'eni-0b',
    'account-id': '111122223333',
    region: 'eu-west-1',
    srcaddr: '10.0.1.5',
    dstaddr: '203.0.113.9',
    srcport: '40112',
    dstport: '443',
    protocol: '6',
    packets: '3',
    bytes: '5000000000',
    start: '1795312800',
    end: '1795312859',
    action: 'ACCEPT',
    'log-status': 'OK',
    'instance-id': 'i-0c',
    'tcp-flags': '3',
    'pkt-srcaddr': '10.0.20.31',
    'pkt-dstaddr': '203.0.113.9',
    'flow-direction': 'egress',
    ...changes,
  }
  return `${HEADER}\n${HEADER.split(' ')
    .map((field) => said[field])
    .join(' ')}`
}

describe('what a line says', () => {
  test('the default format', () => {
    expect(
      flowOf(
        '2 111122223333 eni-0a 10.0.0.9 203.0.113.9 40112 443 6 20 4249 1795312800 1795312859 ACCEPT OK',
      ),
    ).toEqual({
      kind: 'flow',
      scope: { account: '111122223333', cluster: '-' },
      body: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      at: 1_795_312_800_000_000,
      until: 1_795_312_859_000_000,
      isLost: false,
      talk: {
        local: '10.0.0.9',
        peer: '203.0.113.9',
        interface: 'eni-0a',
        port: 443,
        protocol: 6,
        isOut: true,
        isServing: false,
        isAccepted: true,
        bytes: 4249,
        packets: 20,
      },
      entities: [
        { kind: 'ip', key: '10.0.0.9' },
        { kind: 'ip', key: '203.0.113.9' },
        { kind: 'interface', key: 'eni-0a' },
      ],
      links: [{ from: { kind: 'interface', key: 'eni-0a' }, tie: 'at', to: { kind: 'ip', key: '10.0.0.9' } }],
    })
  })

  test('a chosen format: the address before translation, the interface and its instance, bytes beyond 32 bits', () => {
    const { scope, talk, entities, links } = flowOf(custom())
    expect(scope).toEqual({ account: '111122223333', region: 'eu-west-1', cluster: '-' })
    expect(talk).toMatchObject({
      local: '10.0.20.31',
      peer: '203.0.113.9',
      isOut: true,
      bytes: 5_000_000_000,
    })
    expect(entities.map(({ kind, key }) => `${kind}:${key}`).toSorted()).toEqual([
      'instance:i-0c',
      'interface:eni-0b',
      'ip:10.0.1.5',
      'ip:10.0.20.31',
      'ip:203.0.113.9',
    ])
    expect(links.map(({ from, tie, to }) => `${from.key} ${tie} ${to.key}`)).toEqual([
      'eni-0b on i-0c',
      'eni-0b at 10.0.1.5',
    ])
  })

  test.each([
    [
      'flow-direction says it',
      custom({ 'flow-direction': 'ingress', srcport: '443', dstport: '40112', 'tcp-flags': '19' }),
      ['203.0.113.9', false, 443, false],
    ],
    [
      'the side that is translated',
      custom({ 'flow-direction': '-', 'pkt-dstaddr': '10.0.9.9', dstaddr: '10.0.9.9' }),
      ['10.0.20.31', true, 443, false],
    ],
    [
      'the private address',
      flowLine({ from: '198.51.100.7', to: '10.0.0.9', ports: [50_000, 22] }),
      ['10.0.0.9', false, 22, true],
    ],
    [
      'the lower port, and its answer',
      flowLine({ from: '10.0.0.1', to: '10.0.0.9', ports: [5432, 40_000] }),
      ['10.0.0.1', true, 5432, true],
    ],
    [
      'SYN: the sender calls, whatever the ports',
      custom({ srcport: '80', dstport: '9000', 'tcp-flags': '2' }),
      ['10.0.20.31', true, 9000, false],
    ],
    [
      'SYN and ACK: the sender serves',
      custom({ srcport: '9000', dstport: '80', 'tcp-flags': '18' }),
      ['10.0.20.31', true, 9000, true],
    ],
    ['ICMP has no port', flowLine({ protocol: 1, ports: [0, 0] }), ['10.0.20.31', true, null, false]],
  ])('whose side and which port: %s', (_, text, [local, isOut, port, isServing]) => {
    const { talk } = flowOf(text)
    // With ingress the local side is where it goes to.
    expect([talk?.local, talk?.isOut, talk?.port, talk?.isServing]).toEqual([local, isOut, port, isServing])
  })

  test('what security groups refused, and IPv6 in its one form', () => {
    const { talk } = flowOf(flowLine({ from: '2001:DB8:0:0::7', to: '10.0.0.9', action: 'REJECT' }))
    expect(talk).toMatchObject({ peer: '2001:db8::7', isAccepted: false })
  })

  test('NODATA and SKIPDATA say when, and nothing else', () => {
    expect(flowOf(flowLine({ status: 'NODATA' }))).toMatchObject({ talk: null, isLost: false, entities: [] })
    expect(flowOf(flowLine({ status: 'SKIPDATA' }))).toMatchObject({ talk: null, isLost: true, entities: [] })
  })
})

describe('JSON says the same as a line', () => {
  const line =
    '2 111122223333 eni-0a 10.0.0.9 203.0.113.9 40112 443 6 20 4249 1795312800 1795312859 ACCEPT OK'
  test.each([
    [
      'underscores and numbers',
      {
        version: 2,
        account_id: '111122223333',
        interface_id: 'eni-0a',
        srcaddr: '10.0.0.9',
        dstaddr: '203.0.113.9',
        srcport: 40112,
        dstport: 443,
        protocol: 6,
        packets: 20,
        bytes: 4249,
        start: 1795312800,
        end: 1795312859,
        action: 'ACCEPT',
        log_status: 'OK',
      },
    ],
    [
      'camel case',
      {
        version: 2,
        accountId: '111122223333',
        interfaceId: 'eni-0a',
        srcAddr: '10.0.0.9',
        dstAddr: '203.0.113.9',
        srcPort: 40112,
        dstPort: 443,
        protocol: 6,
        packets: 20,
        bytes: 4249,
        start: 1795312800,
        end: 1795312859,
        action: 'ACCEPT',
        logStatus: 'OK',
        vpcId: '-',
      },
    ],
  ])('%s', (_, record) => {
    expect(parseRecord(record)).toEqual(only(line))
  })

  test('a field of a wrong kind is named as the record calls it', () => {
    expect(parseRecord({ srcAddr: '10.0.0.9', dstAddr: ['x'], start: 1 })).toMatchObject({
      class: 'malformed',
      pointer: '/dstAddr',
    })
    expect(parseRecord({ srcAddr: '10.0.0.9', dstAddr: '10.0.0.1' })).toMatchObject({
      class: 'no-time',
      pointer: '/start',
    })
  })
})

describe('what cannot be used says the field and what to do, and its neighbours land', () => {
  test.each([
    [{ srcport: '99999' }, '/srcport'],
    [{ bytes: '-5' }, '/bytes'],
    [{ bytes: '99999999999999999' }, '/bytes'],
    [{ srcaddr: '10.0.0.256' }, '/srcaddr'],
    [{ srcaddr: '-', 'pkt-srcaddr': '-' }, '/srcaddr'],
    [{ action: 'MAYBE' }, '/action'],
    [{ 'log-status': 'FINE' }, '/log-status'],
    [{ 'interface-id': 'eni-\u0000é' }, '/interface-id'],
    [{ start: 'noon' }, '/start'],
    [{ 'flow-direction': 'up' }, '/flow-direction'],
  ])('%o', (changes, pointer) => {
    expect(only(custom(changes))).toMatchObject({
      kind: 'rejected',
      class: 'malformed',
      pointer,
      reason: expect.stringContaining('must be') as unknown,
    })
  })

  test('too many and too few fields, blanks, and letters that are none', async () => {
    const found = await fileOf(
      [
        flowLine(),
        `${flowLine()} more`,
        flowLine().replace(' 443 ', '  443\t'),
        '2 \u0661 x',
        '',
        flowLine({ bytes: '１２' }),
        flowLine({ bytes: 7 }),
      ].join('\n'),
    )
    expect(found.map(({ parsed, line }) => [line, 'class' in parsed ? parsed.class : parsed.kind])).toEqual([
      [1, 'flow'],
      [2, 'malformed'],
      [3, 'flow'],
      [4, 'malformed'],
      [6, 'malformed'],
      [7, 'flow'],
    ])
    expect(found[1]?.parsed).toHaveProperty(
      'reason',
      expect.stringContaining('15 fields and the default format names 14'),
    )
  })

  test('whatever stands in a line, nothing throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 30 }),
        fc.boolean(),
        (fields, isCustom) => {
          const text = `${isCustom ? `${HEADER}\n` : ''}2 x eni-1 ${fields.join(' ').replaceAll('\n', ' ')}`
          for (const value of flowValues(text))
            expect(['flow', 'rejected']).toContain(parseRecord(value).kind)
        },
      ),
    )
  })
})

describe('files', () => {
  const kinds = async (content: string | Buffer): Promise<readonly string[]> =>
    (await fileOf(content)).map(({ parsed }) => ('class' in parsed ? parsed.class : parsed.kind))

  test('a header names the order, also when it comes again or is another one', async () => {
    const [header = '', line = ''] = custom().split('\n')
    const other = 'start srcaddr dstaddr bytes'
    const found = await fileOf(
      [header, line, header, line, other, '1795312800 10.0.0.1 203.0.113.9 7'].join('\n'),
    )
    expect(found.map(({ line: nr }) => nr)).toEqual([2, 4, 6])
    expect(found.map(({ parsed }) => (parsed.kind === 'flow' ? parsed.talk?.bytes : null))).toEqual([
      5_000_000_000, 5_000_000_000, 7,
    ])
  })

  test('commas, gzip, JSON between lines, a broken first line', async () => {
    expect(await kinds(custom().replaceAll(' ', ','))).toEqual(['flow'])
    expect(await kinds(gzipSync(`${custom()}\n`))).toEqual(['flow'])
    const json = JSON.stringify({ srcaddr: '10.0.0.1', dstaddr: '10.0.0.2', start: 1795312800 })
    expect(await kinds([flowLine(), json, flowLine()].join('\n'))).toEqual(['flow', 'flow', 'flow'])
    expect(await kinds(['2 1 eni-x', flowLine()].join('\n'))).toEqual(['malformed', 'flow'])
    expect(await kinds(['garbage', flowLine()].join('\n'))).toEqual(['malformed', 'flow'])
  })

  test('without a header line the configured order counts', async () => {
    const [header = '', line = ''] = custom().split('\n')
    const path = join(folder, 'file')
    await writeFile(path, `${line}\n`)
    const found: Parsed[] = []
    for await (const records of parseFile(path, { flowFormat: header }))
      found.push(...records.map(({ parsed }) => parsed))
    expect(found).toEqual([only(custom())])
    expect(await kinds(`${line}\n`)).toEqual(['unrecognised'])
  })

  test('a header alone holds no record, and is known', async () => {
    expect(await kinds(`${HEADER}\n`)).toEqual([])
  })

  test('lines of CloudWatch Logs, whose account the envelope says', async () => {
    const envelope = {
      messageType: 'DATA_MESSAGE',
      owner: '444455556666',
      logGroup: 'flows',
      logEvents: [{ id: '1', timestamp: 1, message: flowLine({ account: 'unknown' }) }],
    }
    const [found] = await fileOf(JSON.stringify(envelope))
    expect(found?.parsed).toMatchObject({ kind: 'flow', scope: { account: '444455556666', cluster: '-' } })
  })
})
