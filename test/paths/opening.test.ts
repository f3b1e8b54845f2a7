import { afterAll, beforeAll, expect, test } from 'vitest'
import { opening } from '../../src/gameday/opening/opening.ts'
import { Player } from '../../src/gameday/play.ts'
import { now } from '../../src/wire.ts'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

type Seen = Awaited<ReturnType<Stage['workspace']['messages']>>[number]

let stage: Stage
let player: Player
let played: Promise<void>
const clock = new FakeClock()

beforeAll(async () => {
  stage = await openStage()
  const scenario = opening({ seed: 1, endsAt: now() })
  player = new Player(scenario, {
    clock,
    absorb: async (records) => {
      await stage.feed(
        records.map(({ raw }) => raw),
        scenario.scope,
      )
    },
    save: async () => undefined,
    warn: (err) => {
      throw err
    },
  })
  played = player.start()
})

afterAll(async () => {
  await player.stop()
  await played
  await stage.close()
})

/** Plays on to a second. */
async function playTo(second: number): Promise<void> {
  await expect.poll(() => clock.isAwaited, { timeout: 20_000 }).toBe(true)
  clock.advance(second * 1000 - clock.now())
}

async function channel(): Promise<readonly Seen[]> {
  const all = await stage.workspace.messages(INCIDENTS_CHANNEL)
  return all.filter(({ threadTs }) => threadTs === null)
}

async function cardSays(nr: number, ...words: readonly string[]): Promise<Seen> {
  await expect
    .poll(async () => JSON.stringify((await channel())[nr]?.blocks ?? ''), { timeout: 20_000 })
    .toMatch(new RegExp(words.join('.*')))
  const card = (await channel())[nr]
  if (card === undefined) throw new Error(`there is no card ${nr}`)
  return card
}

test('the first card is there within the first seconds of play', async () => {
  await playTo(3)
  const card = await cardSays(0, 'Medium · Cluster explored anonymously', 'system:anonymous', ', once')
  expect(JSON.stringify(card.blocks)).toContain('audit logs yes')
})

test('what comes again changes the card in place, without a word in the channel', async () => {
  const [before] = await channel()
  await playTo(11)
  const card = await cardSays(
    0,
    'Medium · Cluster explored anonymously',
    '203\\.0\\.113\\.9',
    ', \\d\\d times',
  )
  expect(card.ts).toBe(before?.ts)
  expect(await channel()).toHaveLength(1)
})

test('a graver finding raises the card, and that is broadcast', async () => {
  const [before] = await channel()
  await playTo(19)
  const card = await cardSays(0, 'High · Secrets or tokens requested anonymously', 'Was Medium until')
  expect(card.ts).toBe(before?.ts)
  const said = await stage.workspace.waitForMessage(({ text }) => text.startsWith('Now High'))
  expect(said.threadTs).toBe(card.ts)
  const response = await fetch(
    `${stage.workspace.apiUrl}conversations.history?channel=${INCIDENTS_CHANNEL}`,
    {
      headers: { authorization: `Bearer ${stage.botToken}` },
    },
  )
  const { messages } = (await response.json()) as { messages: readonly { text: string; subtype?: string }[] }
  expect(messages.filter(({ subtype }) => subtype === 'thread_broadcast').map(({ text }) => text)).toEqual([
    said.text,
  ])
})

test('at the end the story is one card, and what has nothing to do with it another', async () => {
  await playTo(120)
  await played
  await cardSays(0, 'High · Secrets or tokens requested anonymously \\+8', '9 findings')
  await cardSays(1, 'Low · Unusual check of permissions')
  expect(await channel()).toHaveLength(2)
  expect(player.state()).toMatchObject({ state: 'done', at: 120 })
  expect(stage.errors).toEqual([])
})
