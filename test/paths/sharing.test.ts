import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../src/db/open.ts'
import { now } from '../../src/wire.ts'
import { INCIDENTS_CHANNEL, SHARED_CHANNEL } from '../../src/workspace/index.ts'
import { openingAt } from '../helpers/opening.ts'
import { openStage, type Stage } from '../helpers/stage.ts'
import { until } from '../helpers/until.ts'

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
  const { scenario, readable } = openingAt(now())
  const isOther = (record: object): boolean => JSON.stringify(record).includes('"severity":2')
  await stage.feed(
    readable.filter((record) => !isOther(record)),
    scenario.scope,
  )
  const card = await stage.workspace.waitForMessage(({ text }) => text.startsWith('High:'))
  const answer = await ask('/subject system:anonymous')
  expect(labels(answer).slice(-2)).toEqual(['Share to channel', 'Share to INC-1'])
  await press(answer.ts, 'share:incident')
  const shared = await stage.workspace.waitForMessage(
    ({ onlyFor, text }) => onlyFor === null && text.startsWith('Subject:'),
  )
  expect(shared.threadTs).toBe(card.ts)
  await stage.workspace.waitForMessage(({ text }) => text.startsWith('Shared in the thread of INC-1'))

  await stage.feed(readable.filter(isOther), scenario.scope)
  await stage.workspace.waitForMessage(({ text }) => text.startsWith('Low: '))
  expect(labels(await ask('/subject system:anonymous')).at(-1)).toBe('Share to channel')
})

test('pressed twice at once, a question is answered once and an answer is shared once', async () => {
  const answer = await ask('/ip 203.0.113.41')
  const shares = async (): Promise<number> =>
    (await stage.workspace.messages(channel)).filter(({ blocks }) =>
      JSON.stringify(blocks).includes('203.0.113.41'),
    ).length
  const before = await shares()
  await Promise.all([press(answer.ts, 'share:channel'), press(answer.ts, 'share:channel')])
  await stage.workspace.waitForMessage(
    ({ text, onlyFor }) => onlyFor === userId && text.includes('came twice'),
  )
  await until(async () => (await shares()) > before)
  const card = (await stage.workspace.messages(channel)).find(({ text }) => text.startsWith('High: '))
  const asked = (): Promise<object> =>
    stage.workspace.press({ channel, ts: card?.ts ?? '', actionId: 'ask:secrets', userId })
  const answers = async (): Promise<number> =>
    (await stage.workspace.messages(channel)).filter(
      ({ threadTs, text }) => threadTs === card?.ts && text.startsWith('Secrets accessed'),
    ).length
  await Promise.all([asked(), asked(), asked()])
  await until(async () => (await answers()) === 1)
  // What is posted afterwards comes after everything that a second press would have posted.
  await stage.workspace.press({ channel, ts: card?.ts ?? '', actionId: 'ask:seen', userId })
  await stage.workspace.waitForMessage(
    ({ threadTs, text }) => threadTs === card?.ts && text.startsWith('First and'),
  )
  expect([await answers(), await shares()]).toEqual([1, before + 1])
})

test('a question that is stopped is told to the person, and neither shared nor lost', async () => {
  await stage.settled()
  const answer = await ask('/ip 203.0.113.77')
  const owner = openPool(stage.database.ownerUrl, 'test slow', 2)
  const locker = await owner.connect()
  await locker.query('begin; lock table entity')
  const all = (await stage.workspace.messages(channel)).length
  await press(answer.ts, 'share:channel')
  // PostgreSQL says the same of a statement that ran out of time and of one that was stopped.
  await until(async () => {
    await owner.query(
      `select pg_cancel_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'firebreak reader' and wait_event_type = 'Lock'`,
    )
    const told = await stage.workspace.ephemerals(userId)
    return told.some(({ text }) => text.startsWith('The question ran'))
  })
  await locker.query('rollback')
  locker.release()
  await owner.end()
  expect((await stage.workspace.messages(channel)).length).toBe(all)
  const own = (await stage.workspace.ephemerals(userId)).find(({ ts }) => ts === answer.ts)
  expect(labels(own ?? answer)).toContain('Share to channel')
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

test('in a channel that is shared with another organisation nothing is asked and nothing is shown', async () => {
  const before = (await stage.workspace.ephemerals(userId)).length
  await stage.workspace.command({ channel: SHARED_CHANNEL, userId, text: '/ip 203.0.113.9' })
  await until(async () => (await stage.workspace.ephemerals(userId)).length > before)
  const told = (await stage.workspace.ephemerals(userId)).at(-1)
  expect(told?.text).toBe(
    'This channel is shared with another organisation, so nothing is shown here. Ask in a channel of this workspace alone.',
  )
  expect(await stage.workspace.messages(SHARED_CHANNEL)).toEqual([])
})

test('in an archived channel nothing is shared, and nobody is told to invite', async () => {
  const answer = await ask('/ip 203.0.113.5')
  const pool = openPool(stage.database.ownerUrl, 'test sharing', 1)
  await pool.query('update workspace.channel set is_archived = true where id = $1', [channel])
  await press(answer.ts, 'share:channel')
  await stage.workspace.waitForMessage(({ text }) => text.startsWith('That channel is archived'))
  await pool.query('update workspace.channel set is_archived = false where id = $1', [channel])
  await pool.end()
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
