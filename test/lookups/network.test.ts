import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/model/answer.ts'
import { micros, openWorld, plain, type World } from '../helpers/seed.ts'
import { type FlowSpec, flowRecords, flowValues, OUTSIDE, POD_IP } from '../helpers/seed-flows.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

const CLUSTER = '111122223333/eu-west-1/payments'
const ACCOUNT = '111122223333/eu-west-1/-'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.close())

/** A pod as it is written when it got its address. */
function podAt(name: string, ip: string, at: string): object {
  return {
    ...auditEvent({ verb: 'patch', at, user: 'system:node:n1' }),
    objectRef: { resource: 'pods', subresource: 'status', namespace: 'shop', name },
    responseObject: { kind: 'Pod', metadata: { name, namespace: 'shop' }, status: { podIP: ip } },
  }
}

async function flows(...specs: readonly FlowSpec[]): Promise<void> {
  const fates = await world.absorb(flowRecords(...specs), ACCOUNT)
  expect(fates.filter(({ kind }) => kind === 'rejected')).toEqual([])
}

function cells(answer: Answer): readonly (readonly string[])[] {
  return answer.table?.rows ?? []
}

const HOURS = { from: micros(clock('02:00:00')), to: micros(clock('04:00:00')) }

describe('an address', () => {
  test('each peer, port and direction with its bytes, most first, and what was refused', async () => {
    await flows(
      { bytes: 1_200_000, at: clock('02:10:00') },
      { bytes: 300_000, at: clock('03:10:00') },
      { from: OUTSIDE, to: POD_IP, ports: [443, 40_112], bytes: 9_000_000 },
      { to: '198.51.100.7', ports: [50_000, 22], bytes: 60, action: 'REJECT' },
      { from: '198.51.100.8', to: POD_IP, ports: [50_000, 8080], bytes: 800 },
    )
    const answer = await world.ask('network', POD_IP)
    expect(answer.table?.head).toEqual(['Peer', 'Direction and port', 'Bytes ▼', 'Accepted/rejected'])
    expect(cells(answer)).toEqual([
      [OUTSIDE, 'in from 443/tcp', '9.0 MB', '1 / 0'],
      [OUTSIDE, 'out to 443/tcp', '1.5 MB', '2 / 0'],
      ['198.51.100.8', 'in to own 8080/tcp', '800 B', '1 / 0'],
      ['198.51.100.7', 'out to 22/tcp', '60 B', '0 / 1'],
    ])
    expect(answer).toMatchObject({ total: 4, totals: null, baseline: null, truncated: false })
    expect(answer.rows[1]).toEqual({
      peer: OUTSIDE,
      direction: 'out',
      port: 443,
      serving: false,
      protocol: 'tcp',
      bytes: 1_500_000,
      packets: 20,
      before: null,
      accepted: 2,
      rejected: 0,
      lastSeen: '2026-11-22T03:10:59.000000Z',
    })
    expect(plain(answer.sentence)).toBe(
      '10.0.20.31 talked to 3 addresses, 02:00–04:00 UTC: 1.5 MB sent, 9.0 MB received, 1 record rejected.',
    )
    expect(answer.next).toEqual([
      { lookup: 'ip', entity: { kind: 'ip', key: OUTSIDE } },
      { lookup: 'secrets', entity: { kind: 'ip', key: POD_IP } },
      { lookup: 'seen', entity: { kind: 'ip', key: POD_IP } },
    ])
  })

  test('the other end sees the same, turned round', async () => {
    await flows({ bytes: 5_000 }, { from: OUTSIDE, to: POD_IP, ports: [443, 40_112], bytes: 700 })
    expect(cells(await world.ask('network', OUTSIDE))).toEqual([
      [POD_IP, 'in to own 443/tcp', '5.0 kB', '1 / 0'],
      [POD_IP, 'out from own 443/tcp', '700 B', '1 / 0'],
    ])
  })

  test('traffic that both ends and a gateway saw is counted once', async () => {
    const header =
      'account-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol bytes start end action flow-direction'
    const line = (seenBy: string, from: string, direction: string): string =>
      `111122223333 ${seenBy} ${from} 10.0.99.12 10.0.20.31 10.0.99.12 40112 5432 6 4000 1795313400 1795313459 ACCEPT ${direction}`
    const text = [
      header,
      line('eni-0a', '10.0.1.5', 'egress'),
      line('eni-0b', '10.0.2.2', 'egress'),
      line('eni-0c', '10.0.20.31', 'ingress'),
    ]
    await world.absorb(flowValues(text.join('\n')), ACCOUNT)
    expect(cells(await world.ask('network', POD_IP))).toEqual([
      ['10.0.99.12', 'out to 5432/tcp', '4.0 kB', '1 / 0'],
    ])
    expect(cells(await world.ask('network', '10.0.99.12'))).toEqual([
      [POD_IP, 'in to own 5432/tcp', '4.0 kB', '1 / 0'],
    ])
  })

  test('beside its baseline, scaled to the same span', async () => {
    await flows(
      { bytes: 1_000, at: clock('01:10:00', '2026-11-21') },
      { bytes: 12_000, at: clock('02:10:00') },
      { to: '198.51.100.7', bytes: 500, at: clock('02:10:00') },
    )
    const answer = await world.ask('network', POD_IP, { window: HOURS, baseline: 48 * 3_600_000_000 })
    // 25 hours of logs before it, 2 hours asked about.
    expect(cells(answer).map((row) => row[2])).toEqual(['12 kB (× 150)', '500 B (new)'])
    expect(answer.rows[0]).toMatchObject({ bytes: 12_000, before: 80 })
    expect(answer.warnings.map(plain).at(-1)).toContain('so the baseline is counted from then')
  })

  test('a network is asked as a whole', async () => {
    await flows({ bytes: 100 }, { from: '10.0.20.99', bytes: 50 }, { from: '10.0.21.1', bytes: 9 })
    const answer = await world.ask('network', 'ip:10.0.20.0/24')
    expect(cells(answer)).toEqual([[OUTSIDE, 'out to 443/tcp', '150 B', '2 / 0']])
    expect(plain(answer.sentence)).toMatch(/^2 addresses matching 10\.0\.20\.0\/24 talked to 1 address,/)
  })
})

describe('a pod', () => {
  test('by its address, from when it had it until another was seen with it', async () => {
    await world.absorb(
      [
        podAt('old', POD_IP, clock('00:10')),
        podAt('api', POD_IP, clock('02:05')),
        podAt('next', POD_IP, clock('06:05')),
      ],
      CLUSTER,
    )
    await flows(
      { bytes: 1, at: clock('01:10') },
      { bytes: 20, at: clock('02:10') },
      { bytes: 300, at: clock('05:10') },
      { bytes: 4_000, at: clock('06:10') },
    )
    const of = async (name: string): Promise<readonly unknown[]> =>
      (await world.ask('network', `pod:shop/${name}`, { scope: CLUSTER })).rows.map(({ bytes }) => bytes)
    expect([await of('old'), await of('api'), await of('next')]).toEqual([[1], [320], [4_000]])

    const answer = await world.ask('network', 'pod:shop/api')
    const notes = answer.notes.map(plain)
    expect(notes[0]).toContain('Its address was 10.0.20.31, counted from when it was first seen there.')
    expect(notes[1]).toMatch(
      /^Addresses are reused: 10\.0\.20\.31 was also pod shop\/next .*, 10\.0\.20\.31 was also pod shop\/old/,
    )
    expect(answer.entity.scopes).toEqual([ACCOUNT])
    expect(answer.next[1]).toEqual({ lookup: 'secrets', entity: { kind: 'ip', key: POD_IP } })
  })

  test('another account may use the same address', async () => {
    await world.absorb([podAt('api', POD_IP, clock('02:05'))], CLUSTER)
    await world.absorb(flowRecords({ account: '444455556666', bytes: 5 }), '444455556666/eu-west-1/-')
    await flows({ bytes: 7 })
    expect((await world.ask('network', 'pod:shop/api')).rows.map(({ bytes }) => bytes)).toEqual([7])
  })

  test('without an address nothing can be told', async () => {
    await world.absorb(
      [
        {
          ...podAt('api', POD_IP, clock('02:05')),
          responseObject: {
            kind: 'Pod',
            metadata: { name: 'api', namespace: 'shop' },
            spec: { nodeName: 'n1' },
          },
        },
      ],
      CLUSTER,
    )
    await flows({ at: clock('02:05:30') })
    expect(plain((await world.ask('network', 'pod:shop/api')).sentence)).toMatch(
      /^No address of shop\/api is known/,
    )
  })
})

test('an instance and its node: what went through its interfaces, its pods’ among it', async () => {
  const header =
    'account-id interface-id instance-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol bytes start end'
  const line =
    '111122223333 eni-0a i-0abc 10.0.1.5 203.0.113.9 10.0.20.31 203.0.113.9 40112 443 6 4000 1795313400 1795313459'
  await world.absorb(flowValues(`${header}\n${line}`), ACCOUNT)
  const node = {
    ...auditEvent({ verb: 'patch', resource: 'nodes', namespace: null, name: 'n1', at: clock('02:00') }),
    responseObject: {
      kind: 'Node',
      metadata: { name: 'n1' },
      spec: { providerID: 'aws:///eu-west-1a/i-0abc' },
    },
  }
  await world.absorb([node], CLUSTER)
  for (const entity of ['instance:i-0abc', 'node:n1']) {
    const answer = await world.ask('network', entity)
    expect(cells(answer), entity).toEqual([[OUTSIDE, 'out to 443/tcp', '4.0 kB', '1 / 0']])
    expect(answer.notes.map(plain).join(' '), entity).toContain(
      'Through 1 interface of it also goes what its pods',
    )
  }
})

describe('what the logs do not cover is said', () => {
  test('hours without a line, and lines that AWS lost', async () => {
    await flows({ at: clock('02:10') }, { at: clock('06:10') }, { status: 'SKIPDATA', at: clock('06:30') })
    const answer = await world.ask('network', POD_IP)
    const warnings = answer.warnings.map(plain)
    expect(warnings[0]).toMatch(/^Flow logs are missing .* so this count is a lower bound\.$/)
    expect(warnings.at(-1)).toMatch(/^AWS lost flow log records in 1 hour, .*SKIPDATA/)
    expect(answer.coverage).toMatchObject([{ source: 'flow', gaps: [{}, { from: micros(clock('06:30')) }] }])
  })

  test('nothing seen: a real zero, no proof, or no flow logs at all', async () => {
    await flows(
      { at: clock('02:00') },
      { status: 'NODATA', at: clock('02:50') },
      { status: 'NODATA', at: clock('03:45') },
    )
    await flows({ from: '10.0.7.7', at: clock('05:00') })
    const ask = (window = HOURS) => world.ask('network', '10.0.7.7', { window })
    expect(plain((await ask()).sentence)).toMatch(/^No traffic of 10\.0\.7\.7, .* this is a real zero\.$/)
    await flows({ status: 'SKIPDATA', at: clock('03:00') })
    expect(plain((await ask()).sentence)).toMatch(/this proves nothing\.$/)
    await world.absorb([auditEvent({ ip: '192.0.2.1' })], CLUSTER)
    expect(plain((await world.ask('network', '192.0.2.1')).sentence)).toMatch(/^There are no flow logs here/)
    expect(plain((await world.ask('network', '192.0.2.77')).sentence)).toMatch(/was never seen here/)
  })
})
