import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { noteLanded } from '../../src/ingest/feed-state.ts'
import { receive } from '../../src/ingest/receive.ts'
import { withoutCredentials } from '../../src/ingest/rejects.ts'
import type { Consignment } from '../../src/model/feed.ts'
import { SECOND } from '../../src/model/time.ts'
import { NOW, openWorld, scope, type World } from '../helpers/seed.ts'
import { assumeRole, asUser, trailEvent } from '../helpers/seed-cloudtrail.ts'
import { auditEvent } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterEach(() => world.reset())
afterAll(() => world.close())

const FEED = { name: 'a feed', kind: 'sqs' } as const
const going = new AbortController().signal

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

function consignment(text: string, more: Partial<Consignment> = {}) {
  const ends: string[] = []
  const one: Consignment = {
    from: 'test://a',
    open: () => Promise.resolve(bytes(text)),
    given: scope('-/-/-'),
    allowed: [{ account: '*', region: '*', cluster: '*' }],
    cursor: null,
    sentAt: NOW - 5 * SECOND,
    acknowledge: () => Promise.resolve(void ends.push('landed')),
    giveBack: (when) => Promise.resolve(void ends.push(when)),
    ...more,
  }
  return { one, ends }
}
const line = (record: unknown): string => `${JSON.stringify(record)}\n`

test('the lag is told of what landed, and stays when the same comes again', async () => {
  const { one } = consignment(line(auditEvent({ id: 'once' })))
  for (const lag of [5 * SECOND, null]) {
    const received = await receive(world.deps(), FEED, one, going)
    expect(received).toMatchObject({ kind: 'landed', lag })
    if (received.kind === 'landed') await noteLanded(world.deps().pool, FEED, received, NOW)
  }
  const row = await world.ingest.selectFrom('feed').select(['lag', 'landed']).executeTakeFirst()
  expect(row).toEqual({ lag: 5 * SECOND, landed: 1 })
})

test.each([
  ['malformed', trailEvent(), (one: object) => ({ ...one, eventName: 7 })],
  ['future', auditEvent({ at: '2027-11-22T12:00:00Z' }), (one: object) => one],
  ['no-time', trailEvent(), (one: object) => ({ ...one, eventTime: 'soon' })],
])('what is rejected as %s is told as well', async (name, record, change) => {
  const { one, ends } = consignment(line(auditEvent()) + line(change(record)))
  const received = await receive(world.deps(), FEED, one, going)
  expect(received).toMatchObject({ kind: 'landed', landed: 1, rejected: 1, complaint: { code: 'rejected' } })
  expect(ends).toEqual(['landed'])
  const kept = await world.ingest.selectFrom('rejected').select('class').execute()
  expect(kept).toEqual([{ class: name }])
})

test('a file that breaks off, and one whose record says something else than before, are told', async () => {
  const whole = line(auditEvent({ id: 'twice', verb: 'get' }))
  const cut = consignment(line(auditEvent()) + whole.slice(0, -20))
  expect(await receive(world.deps(), FEED, cut.one, going)).toMatchObject({ complaint: { code: 'rejected' } })
  const event = trailEvent({ id: 'twice' })
  const conflicting = consignment(line(event) + line({ ...event, errorCode: 'AccessDenied' }))
  expect(await receive(world.deps(), FEED, conflicting.one, going)).toMatchObject({
    landed: 1,
    complaint: { code: 'rejected' },
  })
})

test('what the signal breaks off in the middle is given back at once, and is no fault', async () => {
  const stop = new AbortController()
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(line(auditEvent()))
    stop.abort()
    throw new Error('aborted')
  }
  const { one, ends } = consignment('', { open: () => Promise.resolve(endless()) })
  expect(await receive(world.deps(), FEED, one, stop.signal)).toEqual({ kind: 'stopped' })
  expect(ends).toEqual(['now'])
})

test('a reject is kept without the credentials in it', async () => {
  const opened = { ...assumeRole(asUser('alice'), { role: 'admin', session: 's' }), eventTime: 'soon' }
  const looked = { CloudTrailEvent: JSON.stringify(opened) }
  const { one } = consignment([auditEvent(), opened, looked].map(line).join(''))
  await receive(world.deps(), FEED, one, going)
  const kept = await world.ingest.selectFrom('rejected').select('raw').execute()
  expect(kept.length).toBe(2)
  for (const { raw } of kept) {
    expect(raw).not.toContain('SECRET-TOKEN')
    expect(raw).toContain('admin')
  }
})

test.each([
  ['{"sessionToken":"IQoJ+b3/a==","b":1}', '{"sessionToken":"HIDDEN","b":1}'],
  ['{"SessionToken" : "a\\/b", "b":1}', '{"SessionToken" : "HIDDEN", "b":1}'],
  ['{"e":"{\\"secretAccessKey\\":\\"abc\\"}"}', '{"e":"{\\"secretAccessKey\\":\\"HIDDEN\\"}"}'],
  ['{"x-amz-security-token":["IQoJ"]}', '{"x-amz-security-token":["HIDDEN"]}'],
  ['/?X-Amz-Security-Token=IQoJ%2Fb&a=1', '/?X-Amz-Security-Token=HIDDEN&a=1'],
  ['{"sessionToken":"cut off', '{"sessionToken":"HIDDEN off'],
  ['{"tokens":"stay"}', '{"tokens":"stay"}'],
])('%s', (text, expected) => {
  expect(withoutCredentials(text)).toBe(expected)
})
