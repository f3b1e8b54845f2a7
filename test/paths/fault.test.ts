import { WebClient } from '@slack/web-api'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { slackChat } from '../../src/slack/post.ts'
import { now } from '../../src/wire.ts'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { openingAt } from '../helpers/opening.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

test('a message that Slack refuses as it is comes without the part that it refused, and says so', async () => {
  const degraded: string[] = []
  const chat = slackChat(
    new WebClient(stage.botToken, { slackApiUrl: stage.workspace.apiUrl }),
    (error, form) => degraded.push(`${error} ${form}`),
  )
  const row = Array.from({ length: 21 }, () => ({ type: 'raw_text', text: 'x' }))
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: 'Kept' } },
    { type: 'table', rows: [row] },
  ]
  await chat.post({ text: 'an answer', blocks }, { channel: INCIDENTS_CHANNEL })
  expect(degraded).toEqual(['invalid_blocks 1'])
  const posted = await stage.workspace.waitForMessage(({ text }) => text === 'an answer')
  expect(JSON.stringify(posted.blocks)).toContain('Shown without the table because Slack refused it.')
  await expect(chat.post({ text: 'x', blocks: [] }, { channel: 'C0NOWHERE' })).rejects.toThrow(
    'channel_not_found',
  )
})

test('a fault of ours is told to the person with its number, and logged under it', async () => {
  const { scenario, readable } = openingAt(now())
  await stage.feed(readable, scenario.scope)
  const owner = new pg.Client({ connectionString: stage.database.ownerUrl })
  await owner.connect()
  await owner.query('alter table entity rename to entity_gone')
  await stage.workspace.command({ channel: INCIDENTS_CHANNEL, userId: 'UALEX', text: '/ip 203.0.113.9' })
  const told = await stage.workspace.waitForMessage(({ onlyFor }) => onlyFor === 'UALEX')
  await owner.query('alter table entity_gone rename to entity')
  await owner.end()
  expect(told.text).toMatch(/^Something broke while answering; it is logged as fault [0-9a-f]{4}\./)
  expect(stage.errors).toEqual([
    expect.stringMatching(/^answering in Slack: relation "entity" does not exist/),
  ])
})
