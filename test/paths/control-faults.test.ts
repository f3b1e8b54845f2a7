import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FIRST_SCOPE, firstRecords } from '../../src/gameday/first-records.ts'
import { now } from '../../src/wire.ts'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { openStage, type Stage } from '../helpers/stage.ts'
import { until } from '../helpers/until.ts'

type Seen = Awaited<ReturnType<Stage['workspace']['messages']>>[number]

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'
const REPLAYED = 'This click came twice and was answered the first time. Read the result on the card.'

async function openWithCard(http: boolean): Promise<{ stage: Stage; card: Seen }> {
  const stage = await openStage({ http })
  await stage.feed(firstRecords(now()), FIRST_SCOPE)
  await stage.workspace.waitForMessage(({ text }) => text.startsWith('Medium: Privileged container'))
  await until(async () => (await stage.workspace.messages(channel)).length >= 4)
  const cards = (await stage.workspace.messages(channel)).filter(({ threadTs }) => threadTs === null)
  const [card] = cards
  if (card === undefined) throw new Error('there is no card')
  return { stage, card }
}

/** What a responder sees of one press: the outcome beside the button, the answers in the thread, what is told alone. */
async function press(
  { stage, card }: { stage: Stage; card: Seen },
  wanted: { answers: number; told: number },
): Promise<{ outcome: object; answers: readonly string[]; told: readonly string[] }> {
  const look = async (): Promise<{ answers: readonly string[]; told: readonly string[] }> => ({
    answers: (await stage.workspace.messages(channel))
      .filter(({ threadTs, text }) => threadTs === card.ts && text.startsWith('Subject:'))
      .map(({ text }) => text),
    told: (await stage.workspace.ephemerals(userId)).map(({ text }) => text),
  })
  const before = await look()
  const outcome = await stage.workspace.press({ channel, ts: card.ts, actionId: 'ask:subject', userId })
  await until(async () => {
    const after = await look()
    return (
      after.answers.length - before.answers.length >= wanted.answers &&
      after.told.length - before.told.length >= wanted.told
    )
  })
  const after = await look()
  return {
    outcome,
    answers: after.answers.slice(before.answers.length),
    told: after.told.slice(before.told.length),
  }
}

describe('over a socket', () => {
  let opened: { stage: Stage; card: Seen }
  beforeAll(async () => {
    opened = await openWithCard(false)
  })
  afterAll(() => opened.stage.close())

  const one = { answers: 1, told: 0 }
  const answered = { outcome: { outcome: 'acked' }, answers: [expect.any(String)], told: [] }

  test.each([
    ['rate-limit', 1],
    ['server-error', 1],
    ['hang', 0.05],
  ])('%s on chat.postMessage: the answer comes later, and once', async (kind, seconds) => {
    await opened.stage.arm(kind, { method: 'chat.postMessage', seconds })
    expect(await press(opened, one)).toEqual(answered)
  })

  test('drop after accept: Slack has the answer, Firebreak does not know, and it stands there twice', async () => {
    await opened.stage.arm('drop', { method: 'chat.postMessage' })
    expect((await press(opened, { answers: 2, told: 0 })).answers).toHaveLength(2)
  })

  test('an answer of Slack that cannot be read is a fault with a number, and the answer stands there', async () => {
    await opened.stage.arm('malformed', { method: 'chat.postMessage' })
    const { answers, told } = await press(opened, { answers: 1, told: 1 })
    expect(answers).toHaveLength(1)
    expect(told[0]).toMatch(/^Something broke while answering; it is logged as fault [0-9a-f]{4}\./)
  })

  test.each(['duplicate', 'replay'])(
    '%s: one answer, and the person is told that it came twice',
    async (kind) => {
      await opened.stage.arm(kind, { method: 'block_actions' })
      const { answers, told } = await press(opened, { answers: 1, told: 1 })
      expect([answers.length, told]).toEqual([1, [REPLAYED]])
    },
  )

  test('late ack: Slack’s failure words beside the button, and the answer in the thread', async () => {
    await opened.stage.arm('late-ack', { method: 'block_actions', seconds: 3 })
    const { outcome, answers } = await press(opened, one)
    expect(outcome).toMatchObject({ words: 'Firebreak failed with the error "operation_timeout"' })
    expect(answers).toHaveLength(1)
  })

  test('a response_url that fails: what only you see comes by another way', async () => {
    await opened.stage.arm('server-error', { method: 'response_url' })
    const before = (await opened.stage.workspace.ephemerals(userId)).length
    await opened.stage.workspace.command({ channel, userId, text: '/firebreak help' })
    await until(async () => (await opened.stage.workspace.ephemerals(userId)).length > before)
    expect((await opened.stage.workspace.ephemerals(userId)).at(-1)?.text).toContain('Firebreak')
  })

  test('cut socket: failure words until the bot is back by itself, then answers as before', async () => {
    await opened.stage.cutSockets()
    const lost = await press(opened, { answers: 0, told: 0 })
    expect(lost.outcome).toMatchObject({ words: 'Firebreak failed with the error "dispatch_failed"' })
    await until(async () => {
      const { workspace } = opened.stage
      const again = { channel, ts: opened.card.ts, actionId: 'ask:subject', userId }
      return (await workspace.press(again)).outcome === 'acked'
    })
    expect(await press(opened, one)).toEqual(answered)
  })
})

describe('over signed HTTP', () => {
  let opened: { stage: Stage; card: Seen }
  beforeAll(async () => {
    opened = await openWithCard(true)
  })
  afterAll(() => opened.stage.close())

  test('a press and a command are answered', async () => {
    expect((await press(opened, { answers: 1, told: 0 })).outcome).toEqual({ outcome: 'acked' })
    await opened.stage.workspace.command({ channel, userId, text: '/ip 203.0.113.9' })
    await opened.stage.workspace.waitForMessage(
      ({ onlyFor, text }) => onlyFor === userId && text.startsWith('IP:'),
    )
  })

  test('the very same request once more is taken for what it is, and nobody is bothered', async () => {
    await opened.stage.arm('replay', { method: 'block_actions' })
    expect((await press(opened, { answers: 1, told: 0 })).told).toEqual([])
  })

  test('a payload that is delivered twice gets one answer', async () => {
    await opened.stage.arm('duplicate', { method: 'block_actions' })
    const first = await press(opened, { answers: 1, told: 0 })
    const second = await press(opened, { answers: 1, told: 0 })
    expect([first.answers.length, second.answers.length]).toEqual([1, 1])
    // Within one second both carry the same signature, and the guard has it before the person would be told.
    expect([...first.told, ...second.told].filter((text) => text !== REPLAYED)).toEqual([])
  })

  test.each([-600, 600])(
    'a clock that is %i s off: refused with Slack’s failure words, and nothing is asked',
    async (seconds) => {
      await opened.stage.arm('skew', { method: 'block_actions', seconds })
      const { outcome, answers } = await press(opened, { answers: 0, told: 0 })
      expect(outcome).toMatchObject({ words: 'Firebreak failed with the error "dispatch_failed"' })
      expect(answers).toEqual([])
    },
  )
})
