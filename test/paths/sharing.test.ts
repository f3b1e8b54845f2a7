import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../src/db/open.ts'
import { FIRST_SCOPE, firstRecords } from '../../src/gameday/first-records.ts'
import { now } from '../../src/wire.ts'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

type Seen = Awaited<ReturnType<Stage['workspace']['messages']>>[number]

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'
let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

async function ask(text: string): Promise<Seen> {
  const before = new Set((await stage.workspace.ephemerals(userId)).map(({ ts }) => ts))
  await stage.workspace.command({ channel, userId, text })
  return stage.workspace.waitForMessage(({ onlyFor, ts }) => onlyFor === userId && !before.has(ts))
}

function labels({ blocks }: Seen): readonly string[] {
  const rows = blocks as { type: string; elements?: { text?: { text: string } }[] }[]
  return rows
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements = [] }) => elements.map(({ text }) => text?.text ?? ''))
}

const press = (ts: string, actionId: string): Promise<object> =>
  stage.workspace.press({ channel, ts, actionId, userId })

test('an answer that one person sees is shared in the channel, under their name, and once', async () => {
  const answer = await ask('/ip 203.0.113.9')
  expect(labels(answer)).toContain('Share to channel')
  await press(answer.ts, 'share:channel')
  const shared = await stage.workspace.waitForMessage(
    ({ onlyFor, text }) => onlyFor === null && text.startsWith('IP:'),
  )
  expect(shared.threadTs).toBeNull()
  expect(JSON.stringify(shared.blocks)).toContain('shared by <@UALEX>')
  expect(labels(shared).filter((label) => label.startsWith('Share'))).toEqual([])
  // The own copy was replaced, buttons and all.
  const own = await stage.workspace.waitForMessage(
    ({ ts, text }) => ts === answer.ts && text.startsWith('Shared in this channel'),
  )
  expect(labels(own)).toEqual([])
  expect(await press(answer.ts, 'share:channel')).toMatchObject({ outcome: 'absent' })
})

test('with one open incident in the channel it goes to that thread; with two, nobody guesses', async () => {
  const records = firstRecords(now())
  await stage.feed(records.slice(0, -1), FIRST_SCOPE)
  const card = await stage.workspace.waitForMessage(({ text }) => text.startsWith('High:'))
  const answer = await ask('/subject system:anonymous')
  expect(labels(answer).slice(-2)).toEqual(['Share to channel', 'Share to INC-1'])
  await press(answer.ts, 'share:incident')
  const shared = await stage.workspace.waitForMessage(
    ({ onlyFor, text }) => onlyFor === null && text.startsWith('Subject:'),
  )
  expect(shared.threadTs).toBe(card.ts)
  await stage.workspace.waitForMessage(({ text }) => text.startsWith('Shared in the thread of INC-1'))

  await stage.feed(records.slice(-1), FIRST_SCOPE)
  await stage.workspace.waitForMessage(({ text }) => text.startsWith('Medium: Privileged container'))
  expect(labels(await ask('/subject system:anonymous')).at(-1)).toBe('Share to channel')
})

test('a further question on an own answer stays with that person, and can be shared as well', async () => {
  const answer = await ask('/ip 203.0.113.9')
  const before = new Set((await stage.workspace.ephemerals(userId)).map(({ ts }) => ts))
  await press(answer.ts, 'ask:subject')
  const next = await stage.workspace.waitForMessage(
    ({ onlyFor, ts }) => onlyFor === userId && !before.has(ts),
  )
  expect(labels(next)).toContain('Share to channel')
})

test('in a channel that Firebreak is not in, nothing is shared and the person is told what to do', async () => {
  const answer = await ask('/ip 203.0.113.9')
  const pool = openPool(stage.database.ownerUrl, 'test sharing', 1)
  await pool.query("delete from workspace.member where channel = $1 and person = 'UFIREBREAK'", [channel])
  await press(answer.ts, 'share:channel')
  await stage.workspace.waitForMessage(({ text }) => text.startsWith('Firebreak is not in this channel'))
  await pool.query("insert into workspace.member (channel, person) values ($1, 'UFIREBREAK')", [channel])
  await pool.end()
})
