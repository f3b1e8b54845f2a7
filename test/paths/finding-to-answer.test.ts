import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseTime } from '../../src/model/time.ts'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { lastFinding, openingAt } from '../helpers/opening.ts'
import { openStage, type Stage } from '../helpers/stage.ts'
import { until } from '../helpers/until.ts'

type Seen = Awaited<ReturnType<Stage['workspace']['messages']>>[number]
interface Button {
  readonly action_id: string
  readonly block_id: string
  readonly value: string
  readonly label: string
}

const { scenario, readable } = openingAt(parseTime('2026-11-22T03:00:00Z') ?? 0)
const CHECKS = 'Discovery:Kubernetes/AnomalousBehavior.PermissionChecked'
let stage: Stage

beforeAll(async () => {
  stage = await openStage()
  await stage.feed(readable, scenario.scope)
  await stage.workspace.waitForMessage(({ text }) => text.startsWith('Low: Unusual check'))
  // The first replies are the last thing said for each incident.
  await until(async () => (await cardsAnd('replies')) === 2)
})

afterAll(() => stage.close())

async function cardsAnd(what: 'cards' | 'replies'): Promise<number> {
  const all = await stage.workspace.messages(INCIDENTS_CHANNEL)
  return all.filter(({ threadTs }) => (threadTs === null) === (what === 'cards')).length
}

async function cardOf(start: string): Promise<Seen> {
  const all = await stage.workspace.messages(INCIDENTS_CHANNEL)
  const card = all.find(({ text, threadTs }) => threadTs === null && text.startsWith(start))
  if (card === undefined)
    throw new Error(`no card begins with ${start}: ${all.map(({ text }) => text).join(' | ')}`)
  return card
}

function buttonsOf(message: Seen): readonly Button[] {
  const blocks = message.blocks as {
    type: string
    block_id: string
    elements?: { type: string; action_id?: string; value?: string; text?: { text: string } }[]
  }[]
  return blocks
    .filter((block) => block.type === 'actions')
    .flatMap(({ block_id, elements = [] }) =>
      elements
        .filter((element) => element.value !== undefined)
        .map((element) => ({
          action_id: element.action_id ?? '',
          block_id,
          value: element.value ?? '',
          label: element.text?.text ?? '',
        })),
    )
}

function press(message: Seen, button: Button, userId = 'UALEX') {
  return stage.workspace.press({
    channel: message.channel,
    ts: message.ts,
    blockId: button.block_id,
    actionId: button.action_id,
    userId,
  })
}

const wordsOf = (message: Seen): string => JSON.stringify(message.blocks)

test('one card per incident, with what GuardDuty joined on it and a first reply below it', async () => {
  expect(await cardsAnd('cards')).toBe(2)
  const card = await cardOf('High: ')
  expect(card.text).toMatch(
    /^High: Secrets or tokens requested anonymously · prod-payments · first seen (?:22 Nov )?02:20 UTC$/,
  )
  expect(wordsOf(card)).toContain('Anonymous access granted')
  expect(wordsOf(card)).toContain('audit logs yes')
  expect(buttonsOf(card).map(({ label }) => label)).toEqual([
    'Subject',
    'IP',
    'Secrets accessed',
    'First and last seen',
    'Ask…',
    'Contain…',
  ])
})

describe('a press', () => {
  test('of every button is answered in the thread of the incident, with its scope time and next questions', async () => {
    const card = await cardOf('High: ')
    for (const button of buttonsOf(card).filter(({ action_id }) => action_id.startsWith('ask:'))) {
      expect(await press(card, button)).toEqual({ outcome: 'acked' })
      const answer = await stage.workspace.waitForMessage(
        ({ threadTs, text }) => threadTs === card.ts && text.startsWith(button.label),
      )
      expect(answer.onlyFor).toBeNull()
      expect(wordsOf(answer)).toMatch(/Scope \d/)
      expect(buttonsOf(answer).length, button.label).toBeGreaterThan(0)
    }
  })

  test('of a next question is answered in the same thread', async () => {
    const card = await cardOf('High: ')
    const all = await stage.workspace.messages(INCIDENTS_CHANNEL)
    const answer = all.find(
      ({ threadTs, text }) => threadTs === card.ts && text.startsWith('Secrets accessed'),
    )
    if (answer === undefined) throw new Error('no answer about secrets')
    const next = buttonsOf(answer).find(({ label }) => label === 'Who else read it')
    if (next === undefined) throw new Error('no next question')
    await press(answer, next)
    const read = await stage.workspace.waitForMessage(({ blocks }) =>
      JSON.stringify(blocks).includes('was shown to'),
    )
    expect(read.threadTs).toBe(card.ts)
    expect(wordsOf(read)).toContain('system:serviceaccount:payments:checkout')
  })

  test('of a button that cannot be read is answered to that person alone', async () => {
    const token = stage.botToken
    const blocks = [
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'ask:subject',
            value: '{"old":1}',
            text: { type: 'plain_text', text: 'Old' },
          },
        ],
      },
    ]
    const posted = (await (
      await fetch(`${stage.workspace.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ channel: INCIDENTS_CHANNEL, text: 'an old card', blocks }),
      })
    ).json()) as { ts: string }
    await stage.workspace.press({
      channel: INCIDENTS_CHANNEL,
      ts: posted.ts,
      actionId: 'ask:subject',
      userId: 'USAM',
    })
    const told = await stage.workspace.waitForMessage(({ text }) =>
      text.startsWith('This button is not known any more'),
    )
    expect(told.onlyFor).toBe('USAM')
  })
})

describe('a command', () => {
  test.each([
    ['/ip 203.0.113.9', 'IP: 55 calls'],
    // Five of them to AWS, with the node's credentials.
    ['/ip 203.0.113.0/24', 'IP: 119 calls'],
    ['/subject system:anonymous', 'Subject: 91 calls'],
    ['/firebreak secrets system:anonymous', 'Secrets accessed: 22 calls'],
    ['/firebreak seen ip:203.0.113.9', 'First and last seen: 1 row'],
    ['/firebreak', 'Firebreak: what you can ask'],
    ['/firebreak help', 'Firebreak: what you can ask'],
    ['/ip', 'Which address?'],
    ['/ip 10.0.0.0/33', '10.0.0.0/33 is not a network'.replaceAll('.', '')],
    ['/ip hello', 'is not an IP address'],
    ['/firebreak sekrets x', 'Nearest: secrets'],
    ['/subject nobody-knows-me', 'Subject: 0 calls'],
    [`/subject ${'x'.repeat(600)}`, 'That is 600 characters'],
  ])('%s is answered to the person who typed', async (text, words) => {
    const before = (await stage.workspace.ephemerals('UMORGAN')).length
    expect(await stage.workspace.command({ channel: INCIDENTS_CHANNEL, userId: 'UMORGAN', text })).toEqual({
      outcome: 'acked',
    })
    await expect.poll(async () => (await stage.workspace.ephemerals('UMORGAN')).length).toBe(before + 1)
    const told = (await stage.workspace.ephemerals('UMORGAN')).at(-1)
    const flat = (told?.text ?? '').replaceAll(/[.[\]]/g, '')
    expect(flat).toContain(words.replaceAll('.', ''))
    expect(await cardsAnd('cards')).toBe(3)
  })

  test('its next questions stay with the person who typed', async () => {
    await stage.workspace.command({ channel: INCIDENTS_CHANNEL, userId: 'USAM', text: '/ip 203.0.113.9' })
    const answer = await stage.workspace.waitForMessage(
      ({ text, onlyFor }) => onlyFor === 'USAM' && text.startsWith('IP: '),
    )
    const [button] = buttonsOf(answer)
    if (button === undefined) throw new Error('no next question')
    await press(answer, button, 'USAM')
    const next = await stage.workspace.waitForMessage(
      ({ text, onlyFor }) => onlyFor === 'USAM' && text.startsWith('Subject: '),
    )
    expect(next.onlyFor).toBe('USAM')
  })

  test('that nobody has registered never reaches the bot', async () => {
    const typed = { channel: INCIDENTS_CHANNEL, userId: 'USAM', text: '/nonsense' }
    expect(await stage.workspace.command(typed)).toEqual({
      outcome: 'absent',
      words: '/nonsense is not a valid command. The commands here are /ip, /subject, /firebreak.',
    })
  })

  test('of a person from another workspace is refused', async () => {
    await stage.workspace.command({ channel: INCIDENTS_CHANNEL, userId: 'UGUEST', text: '/ip 203.0.113.9' })
    const told = await stage.workspace.waitForMessage(({ onlyFor }) => onlyFor === 'UGUEST')
    expect(told.text).toMatch(/^Your account is from another workspace/)
  })
})

describe('again', () => {
  test('records that come twice change no card and post nothing', async () => {
    const before = await stage.workspace.messages(INCIDENTS_CHANNEL)
    const fates = await stage.feed(readable, scenario.scope)
    expect(new Set(fates.map((fate) => fate.kind))).toEqual(new Set(['duplicate', 'ignored']))
    await stage.restartBot()
    expect(await stage.workspace.messages(INCIDENTS_CHANNEL)).toEqual(before)
  })

  test('a recurrence edits the card in place', async () => {
    const card = await cardOf('Low: Unusual check')
    const again = lastFinding(readable, CHECKS)
    again.detail.updatedAt = '2026-11-22T03:30:00.000Z'
    again.detail.service.count = 7
    again.detail.service.eventLastSeen = '2026-11-22T03:29:00.000Z'
    await stage.feed([again], scenario.scope)
    await expect.poll(async () => wordsOf(await cardOf('Low: Unusual check'))).toContain('7 times')
    expect((await cardOf('Low: Unusual check')).ts).toBe(card.ts)
  })

  test('a card that somebody deleted is posted anew when its incident changes', async () => {
    const card = await cardOf('Low: Unusual check')
    await fetch(`${stage.workspace.apiUrl}chat.delete`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stage.botToken}`,
        'content-type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify({ channel: INCIDENTS_CHANNEL, ts: card.ts }),
    })
    const again = lastFinding(readable, CHECKS)
    again.detail.updatedAt = '2026-11-22T04:00:00.000Z'
    again.detail.service.count = 8
    await stage.feed([again], scenario.scope)
    await expect.poll(async () => (await cardOf('Low: Unusual check').catch(() => card)).ts).not.toBe(card.ts)
  })
})

test('nothing was logged as an error', () => {
  expect(stage.errors).toEqual([])
})
