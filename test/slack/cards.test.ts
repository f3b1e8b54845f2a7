import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardOf } from '../../src/slack/cards.ts'
import { openWorld, type World } from '../helpers/seed.ts'
import { finding } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

test('the card of an incident that was joined is that of the one that took it in', async () => {
  const member = { subject: null, ip: null }
  await world.absorb([finding({ ...member, id: 'a' }), finding({ ...member, id: 'b' })])
  const [one = 0, other = 0] = (
    await world.bot.selectFrom('incident').select('id').orderBy('id').execute()
  ).map(({ id }) => id)
  const post = (incident: number) =>
    world.bot
      .insertInto('card')
      .values({ incident, channel: 'C1', ts: `ts-${incident}`, reply_ts: null, revision: 1, event_seq: 0 })
      .execute()
  await post(other)
  expect(await cardOf(world.bot, one)).toBeNull()
  expect(await cardOf(world.bot, other)).toEqual({ incident: other, channel: 'C1', ts: `ts-${other}` })
  const associatedAttackSequenceArn = 'arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/a'
  await world.absorb([
    { ...finding({ ...member, id: 'b', last: '2026-11-22T06:00:00Z' }), associatedAttackSequenceArn },
  ])
  expect(await cardOf(world.bot, other)).toBeNull()
  await post(one)
  expect(await cardOf(world.bot, other)).toEqual({ incident: one, channel: 'C1', ts: `ts-${one}` })
  expect(await cardOf(world.bot, 999)).toBeNull()
})
