import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { opsMessage } from '../../blocks/ops-message.ts'
import { noteFault, noteReceived } from '../../src/ingest/feed-state.ts'
import { tellFeeds } from '../../src/jobs/tell-feeds.ts'
import type { ChatMessage } from '../../src/model/chat.ts'
import { FeedFault, type FeedFaultCode } from '../../src/model/feed.ts'
import { NOW, openWorld, type World } from '../helpers/seed.ts'

let world: World
let posted: { readonly message: ChatMessage; readonly channel: string }[]
let isAway = false
beforeAll(async () => {
  world = await openWorld()
})
beforeEach(async () => {
  await world.reset()
  posted = []
  isAway = false
})
afterAll(() => world.close())

/** One look, as a process that has just started takes it. */
function look(): Promise<void> {
  return tellFeeds({
    db: world.bot,
    chat: {
      async post(message, { channel }) {
        if (isAway) throw new Error('Slack is away')
        posted.push({ message, channel })
        return { ts: '1.1' }
      },
    },
    channel: 'COPS',
    now: () => NOW,
    draw: opsMessage,
  })
}

async function fail(name: string, code: FeedFaultCode, words = `${code} words`): Promise<void> {
  const when = { since: NOW, until: NOW }
  await noteFault(world.deps().pool, { name, kind: 'sqs' }, new FeedFault(code, words), when)
}

function work(name: string): Promise<void> {
  return noteReceived(world.deps().pool, { name, kind: 'sqs' }, NOW)
}

/** What was posted since the last look, as text. */
function news(): readonly string[] {
  return posted.splice(0).map(({ message }) => JSON.stringify(message.blocks))
}

test('a fault is told once with its cure, whoever looks next, and once more when it is over', async () => {
  await fail('queue', 'access-denied', 'sqs:ReceiveMessage was refused to role/reader')
  await look()
  expect(posted[0]?.channel).toBe('COPS')
  const [said = ''] = news()
  expect(said).toContain('sqs:ReceiveMessage was refused to role/reader')
  expect(said).toContain('What to do: Allow the action named here')
  await fail('queue', 'access-denied', 'the same again, in other words')
  await look()
  expect(news()).toEqual([])
  await work('queue')
  await look()
  expect(news()).toEqual([expect.stringContaining(' works again.')])
  await look()
  expect(news()).toEqual([])
  await fail('queue', 'access-denied')
  await look()
  expect(news()).toHaveLength(1)
})

test('another kind of fault is told, and the first one again only after all was well', async () => {
  await fail('queue', 'throttled')
  await look()
  await fail('queue', 'queue-missing')
  await look()
  expect(news()).toHaveLength(2)
  await fail('queue', 'throttled')
  await look()
  expect(news()).toEqual([])
})

test('many at once are one message', async () => {
  for (let nr = 0; nr < 60; nr++) await fail(`queue ${nr}`, 'unreachable', 'x'.repeat(400))
  await work('other')
  await look()
  expect(posted[0]?.message.text).toBe('Firebreak: 60 feeds have a fault; answers may miss what came since')
  const [said = '', ...more] = news()
  expect(more).toEqual([])
  expect(said).toMatch(/… \d+ more feeds with a fault\./)
})

test('a post that fails is tried again', async () => {
  await fail('queue', 'access-denied')
  isAway = true
  await expect(look()).rejects.toThrow('Slack is away')
  isAway = false
  await look()
  expect(news()).toHaveLength(1)
})

test('a feed that is gone says nothing more', async () => {
  await fail('queue', 'access-denied')
  await look()
  news()
  const owner = new pg.Client(world.database.ownerUrl)
  await owner.connect()
  await owner.query('delete from feed')
  await owner.end()
  await look()
  expect(news()).toEqual([])
})
