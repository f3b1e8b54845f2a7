import { describe, expect, test } from 'vitest'
import { castOf } from '../../src/gameday/opening/cast.ts'
import { opening } from '../../src/gameday/opening/opening.ts'
import type { Scenario, TimedRecord } from '../../src/gameday/scenario.ts'
import { HOUR, parseTime, SECOND } from '../../src/model/time.ts'
import { parseRecord, recognises } from '../../src/sources/index.ts'
import { micros } from '../helpers/seed.ts'

const ENDS = micros('2026-11-22T03:02:00.250001Z')
const SEEDS = [1, 2, 77, 4_711, 1_000_000]
const first = opening({ seed: 1, endsAt: ENDS })

interface Finding {
  readonly detail: {
    readonly id: string
    readonly type: string
    readonly updatedAt: string
    readonly service: { readonly count: number; readonly eventLastSeen: string }
  }
}
interface AuditEvent {
  readonly stage: string
  readonly level: string
  readonly verb: string
  readonly user: { readonly username?: string }
  readonly impersonatedUser?: object
  readonly objectRef?: { readonly resource: string }
  readonly responseStatus?: { readonly code: number }
  readonly requestReceivedTimestamp: string
}

function of(kind: TimedRecord['kind'], scene: Scenario = first): readonly TimedRecord[] {
  return scene.records.filter((record) => record.kind === kind)
}

function findings(scene: Scenario): readonly Finding['detail'][] {
  return of('finding', scene).map(({ raw }) => (raw as Finding).detail)
}

const events = of('audit').map(({ raw }) => raw as AuditEvent)

test('the same seed and end give the same records', () => {
  expect(opening({ seed: 1, endsAt: ENDS })).toEqual(first)
})

test('another end moves the same story, with ids of its own', () => {
  const later = opening({ seed: 1, endsAt: ENDS + HOUR })
  expect(later.records.map(({ at, arrives, kind }) => [at - HOUR, arrives, kind])).toEqual(
    first.records.map(({ at, arrives, kind }) => [at, arrives, kind]),
  )
  expect(later.cast).toEqual(first.cast)
  expect(findings(later)[0]?.id).not.toBe(findings(first)[0]?.id)
})

test('seed 1 has the names that README and help speak of', () => {
  expect(first.cast).toMatchObject({
    outsiders: ['203.0.113.9', '203.0.113.41'],
    network: '203.0.113.0/24',
    service: 'checkout',
  })
  expect(first.hints.map(({ shows }) => Object.values(shows)[0])).toEqual([
    'Secrets accessed',
    'IP',
    '/ip 203.0.113.0/24',
    'Share to channel',
    'Guest (other workspace)',
  ])
})

test('another seed has other names and numbers and the same story', () => {
  const scenes = SEEDS.map((seed) => opening({ seed, endsAt: ENDS }))
  const story = (scene: Scenario) =>
    of('finding', scene).map(({ arrives, raw }) => [arrives, (raw as Finding).detail.type])
  for (const scene of scenes) expect(story(scene)).toEqual(story(first))
  const casts = scenes.map(({ cast }) => JSON.stringify(cast))
  expect(new Set(casts).size).toBe(SEEDS.length)
  expect(new Set(scenes.map(({ cast }) => cast.rogue)).size).toBeGreaterThan(1)
  expect(new Set(scenes.map(({ cast }) => cast.outsiders[0])).size).toBeGreaterThan(1)
  expect(new Set(scenes.map((scene) => of('audit', scene).length)).size).toBeGreaterThan(1)
})

describe.each(SEEDS)('seed %i', (seed) => {
  const scene = opening({ seed, endsAt: ENDS })

  test('records that a source reads are accepted, every one', () => {
    const read = [...of('audit', scene), ...of('finding', scene)].map(({ raw }) => raw)
    expect(read.filter((raw) => !recognises(raw))).toEqual([])
    expect(read.map(parseRecord).filter(({ kind }) => kind === 'rejected')).toEqual([])
  })

  test('nothing comes in before it has happened, whatever time a record names', () => {
    const start = ENDS - scene.length * SECOND
    const early = scene.records.filter(({ at, arrives, raw }) =>
      [at, ...timesIn(raw)].some((time) => time > start + arrives * SECOND),
    )
    expect(early).toEqual([])
  })

  test('names no address and no account that somebody could own', () => {
    const text = JSON.stringify(scene.records)
    const addresses = new Set(text.match(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g))
    const nobodys = /^(?:10\.|203\.0\.113\.|198\.51\.100\.|192\.0\.2\.)/
    expect([...addresses].filter((address) => !nobodys.test(address))).toEqual([])
    expect(new Set(text.match(/(?<=arn:aws:[a-z0-9]+:[a-z0-9-]*:)\d+/g))).toEqual(new Set(['111122223333']))
  })
})

/** Every time that a record names, as text or, in a flow line, as seconds. */
function timesIn(raw: object | string): readonly number[] {
  if (typeof raw === 'string')
    return (raw.match(/\b1\d{9}\b/g) ?? []).map((seconds) => Number(seconds) * SECOND)
  return (JSON.stringify(raw).match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? []).map((text) => parseTime(text) ?? 0)
}

test('a day of thousands of audit events leads up to the incident, and the incident ends with the play', () => {
  const history = of('audit').filter(({ arrives }) => arrives === 0)
  expect(of('audit').length).toBeGreaterThan(3_000)
  expect(of('audit').length).toBeLessThan(6_000)
  expect(history.length).toBeGreaterThan(of('audit').length * 0.9)
  const begin = Math.min(...first.records.filter(({ arrives }) => arrives > 0).map(({ at }) => at))
  const end = Math.max(...first.records.map(({ at }) => at))
  expect(ENDS - end).toBeLessThan(10 * SECOND)
  expect(end - begin).toBeGreaterThan(30 * 60 * SECOND)
  expect(end - begin).toBeLessThan(45 * 60 * SECOND)
  const hours = new Set(history.map(({ at }) => Math.floor(at / HOUR)))
  expect(hours.size).toBeGreaterThanOrEqual(25)
})

test('the first finding comes in the first seconds', () => {
  expect(of('finding')[0]?.arrives).toBeLessThan(4)
})

test('audit events have the stages, levels and failures of a real API server', () => {
  const all = (pick: (event: AuditEvent) => string | number | undefined) => new Set(events.map(pick))
  expect(all(({ stage }) => stage)).toEqual(
    new Set(['RequestReceived', 'ResponseStarted', 'ResponseComplete']),
  )
  expect(all(({ level }) => level)).toEqual(new Set(['Metadata', 'Request', 'RequestResponse']))
  expect([...all(({ responseStatus }) => responseStatus?.code)]).toEqual(
    expect.arrayContaining([101, 200, 201, 401, 403, 404, 409, 422, 500]),
  )
  expect(events.filter(({ impersonatedUser }) => impersonatedUser !== undefined)).toHaveLength(1)
  const secrets = events.filter(({ objectRef }) => objectRef?.resource === 'secrets')
  expect(new Set(secrets.map(({ level }) => level))).toEqual(new Set(['Metadata']))
})

test('GuardDuty counts what the audit events say', () => {
  const last = findings(first).findLast(
    ({ type }) => type === 'CredentialAccess:Kubernetes/SuccessfulAnonymousAccess',
  )
  const seen = events.filter(
    ({ user, objectRef, responseStatus }) =>
      user.username === 'system:anonymous' &&
      objectRef?.resource === 'secrets' &&
      (responseStatus?.code ?? 0) === 200,
  )
  expect(last?.service.count).toBe(seen.length)
  expect(last?.service.eventLastSeen.slice(0, 23)).toBe(seen.at(-1)?.requestReceivedTimestamp.slice(0, 23))
})

test('a finding that comes again is newer and counts more', () => {
  const versions = Map.groupBy(findings(first), ({ id }) => id)
  const again = [...versions.values()].filter((list) => list.length > 1)
  expect(again.length).toBeGreaterThan(3)
  for (const list of again) {
    expect(list.map(({ updatedAt }) => updatedAt)).toEqual(list.map(({ updatedAt }) => updatedAt).toSorted())
    const counts = list.map(({ service }) => service.count)
    expect(new Set(counts).size, list[0]?.type).toBe(counts.length)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  }
})

test('flow lines have the fields that their first line names, and show talk with the pool after the pod runs', () => {
  const [fields, ...lines] = of('flow').flatMap(({ raw }) => (typeof raw === 'string' ? [raw] : []))
  const width = fields?.split(' ').length
  expect(new Set(lines.map((line) => line.split(' ').length))).toEqual(new Set([width]))
  const { ip, port } = first.cast.pool
  expect(lines.filter((line) => line.includes(` ${ip} 40112 ${port} 6 `)).length).toBeGreaterThan(5)
})

test('flow lines say which way traffic takes: 1 inside the VPC, 8 to the internet, none for what comes in', () => {
  const lines = of('flow').map(({ raw }) => (typeof raw === 'string' ? raw.split(' ') : []))
  const [fields = []] = lines
  const field = (line: readonly string[], name: string): string => line[fields.indexOf(name)] ?? ''
  const paths = (direction: string, inside: boolean) =>
    new Set(
      lines
        .filter((line) => field(line, 'flow-direction') === direction)
        .filter((line) => field(line, 'dstaddr').startsWith('10.') === inside)
        .map((line) => field(line, 'traffic-path')),
    )
  expect(paths('egress', true)).toEqual(new Set(['1']))
  expect(paths('egress', false)).toEqual(new Set(['8']))
  expect(paths('ingress', true)).toEqual(new Set(['-']))
})

test('a cast is the same whenever it is asked for', () => {
  expect(castOf(12)).toEqual(castOf(12))
})
