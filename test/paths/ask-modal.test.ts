import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/open.ts'
import { castOf } from '../../src/gameday/opening/cast.ts'
import { now } from '../../src/wire.ts'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { openingAt } from '../helpers/opening.ts'
import { openStage, type Stage } from '../helpers/stage.ts'
import { until } from '../helpers/until.ts'

type Seen = Awaited<ReturnType<Stage['workspace']['messages']>>[number]
interface View {
  readonly id: string
  readonly hash: string
  readonly blocks: readonly {
    readonly block_id: string
    readonly element?: { readonly options?: readonly { readonly value: string }[] }
  }[]
}

const channel = INCIDENTS_CHANNEL
const SECRET = `secret:payments/${castOf(1).taken[0] ?? ''}`
const userId = 'UALEX'
let stage: Stage
let card: Seen

beforeAll(async () => {
  stage = await openStage()
  const { scenario, readable } = openingAt(now())
  await stage.feed(readable, scenario.scope)
  await stage.settled()
  card = await stage.workspace.waitForMessage(({ text }) => text.startsWith('High: '))
})
afterEach(() => stage.workspace.dismiss({ userId, viewId: top()?.id ?? '', all: true }))
afterAll(() => stage.close())

function top(person = userId): View | undefined {
  return stage.workspace.views(person).at(-1) as unknown as View | undefined
}

async function open(): Promise<View> {
  // Not a double press.
  stage.passTime(4)
  await stage.workspace.press({ channel, ts: card.ts, actionId: 'modal:ask', userId })
  await until(async () => top() !== undefined)
  const view = top()
  if (view === undefined) throw new Error('no modal opened')
  return view
}

function fill(view: View, about: string, question: string, time: string): object {
  const [first, second, third] = view.blocks
  return {
    [first?.block_id ?? '']: { ask_about: about },
    [second?.block_id ?? '']: { ask_question: question },
    [third?.block_id ?? '']: { ask_time: time },
  }
}

const offered = async (view: View, query: string): Promise<readonly string[]> => {
  const answer = await stage.workspace.options({ userId, viewId: view.id, actionId: 'ask_about', query })
  return 'options' in answer ? answer.options.map((option) => String(option['value'])) : [answer.outcome]
}

/** Chooses an entity in the select, and waits for the questions that fit it. */
async function choose(view: View, about: string): Promise<View> {
  await stage.workspace.press({ userId, viewId: view.id, actionId: 'ask_about', value: about })
  await until(async () => top()?.hash !== view.hash)
  return top() ?? view
}

describe('Ask…', () => {
  test('opens with what the incident names, and suggests what the cluster knows', async () => {
    const view = await open()
    expect(await offered(view, '')).toEqual(
      expect.arrayContaining(['subject:system:anonymous', 'ip:203.0.113.9']),
    )
    expect(await offered(view, 'system:serviceaccount:payments:')).toContain(
      'subject:system:serviceaccount:payments:checkout',
    )
    expect(await offered(view, 'secret:payments/*')).toContain('secret:payments/*')
    expect(await offered(view, '<!channel>')).toEqual([])
  })

  test('a choice of another kind offers the questions that fit it', async () => {
    const view = await open()
    const values = ({ blocks }: View): readonly string[] =>
      (blocks[1]?.element?.options ?? []).map(({ value }) => value)
    expect(values(view)).toEqual(['subject', 'secrets', 'seen', 'newly', 'activity', 'containers'])
    await offered(view, 'secret:payments')
    expect(values(await choose(view, SECRET))).toEqual(['secrets', 'seen'])
  })

  test('is answered in the thread of the incident, for the scope time that was chosen', async () => {
    const view = await open()
    const before = (await stage.workspace.messages(channel)).length
    const values = fill(view, 'subject:system:anonymous', 'seen', 'all')
    expect(await stage.workspace.submit({ userId, viewId: view.id, values: values as never })).toEqual({
      outcome: 'acked',
    })
    await until(async () => (await stage.workspace.messages(channel)).length > before)
    const answer = (await stage.workspace.messages(channel)).at(-1)
    expect(answer?.threadTs).toBe(card.ts)
    expect(answer?.text).toMatch(/^First and last seen: .*INC-1$/)
    expect(top()).toBeUndefined()
  })

  test('nothing chosen is told under the field, and nothing is sent', async () => {
    const view = await open()
    const values = fill(view, '', 'seen', 'all')
    const told = await stage.workspace.submit({
      userId,
      viewId: view.id,
      values: { ...values, ask_about: { ask_about: null } },
    })
    expect(told).toMatchObject({ outcome: 'errors', errors: { ask_about: expect.any(String) as string } })
  })

  test('a question that does not fit is told under it', async () => {
    const view = await open()
    await offered(view, 'secret:payments')
    // The kind is not announced to the app, as when the update got lost: the old questions still stand there.
    const values = fill(view, SECRET, 'subject', 'all')
    const told = await stage.workspace.submit({ userId, viewId: view.id, values: values as never })
    expect(told).toEqual({
      outcome: 'errors',
      errors: {
        'ask_question-subject': expect.stringContaining('Subject is not asked about a secret.') as string,
      },
    })
  })

  test('sent twice, because its first ack was lost, it is answered once', async () => {
    const view = await open()
    const values = fill(view, 'subject:system:anonymous', 'subject', 'all')
    const answers = async (): Promise<number> =>
      (await stage.workspace.messages(channel)).filter(({ text }) => text.startsWith('Subject: ')).length
    const before = await answers()
    await stage.arm('late-ack', { method: 'view_submission', seconds: 3 })
    const submission = { userId, viewId: view.id, values: values as never }
    expect(await stage.workspace.submit(submission)).toMatchObject({
      outcome: 'failed',
      words: 'We had some trouble connecting. Try again?',
    })
    expect(await stage.workspace.submit(submission)).toEqual({ outcome: 'acked' })
    // Another question is answered after whatever the second submission would have posted.
    const next = await open()
    const other = fill(next, 'subject:system:anonymous', 'seen', 'all')
    const seen = (await stage.workspace.messages(channel)).filter(({ text }) =>
      text.startsWith('First and'),
    ).length
    await stage.workspace.submit({ userId, viewId: next.id, values: other as never })
    await until(
      async () =>
        (await stage.workspace.messages(channel)).filter(({ text }) => text.startsWith('First and')).length >
        seen,
    )
    expect(await answers()).toBe(before + 1)
  })

  test('a fault after the form was sent is told to the person, in the thread', async () => {
    const view = await open()
    const owner = openPool(stage.database.ownerUrl, 'test fault', 1)
    await owner.query('alter table entity rename to entity_gone')
    const values = fill(view, 'subject:system:anonymous', 'subject', '7d')
    await stage.workspace.submit({ userId, viewId: view.id, values: values as never })
    const told = await stage.workspace.waitForMessage(
      ({ onlyFor, text }) => onlyFor === userId && text.startsWith('Something broke while answering'),
    )
    expect(told.threadTs).toBe(card.ts)
    await stage.workspace.openHome({ userId, tab: 'home' })
    await owner.query('alter table entity_gone rename to entity')
    await owner.end()
    expect(stage.errors.splice(0)).toEqual([expect.stringContaining('relation "entity" does not exist')])
  })

  test('two choices in quick succession end with the questions of the later one', async () => {
    const view = await open()
    await offered(view, 'secret:payments')
    await offered(view, 'ip:203')
    const pick = (value: string): Promise<object> =>
      stage.workspace.press({ userId, viewId: view.id, actionId: 'ask_about', value })
    // Slack is slow to take the first drawing, so that the second one is made of a form that was drawn anew meanwhile.
    await stage.arm('rate-limit', { method: 'views.update', seconds: 1 })
    await pick(SECRET)
    await pick('ip:203.0.113.9')
    await until(async () => top()?.blocks[1]?.block_id === 'ask_question-ip')
    expect(stage.errors).toEqual([])
  })

  test('in the menu of a message it opens for the incident of that thread; elsewhere it says what to do', async () => {
    const shortcut = (ts: string, where = channel): Promise<unknown> =>
      stage.workspace.shortcut({ userId, callbackId: 'ask_incident', channel: where, ts })
    const reply = (await stage.workspace.messages(channel)).find(({ threadTs }) => threadTs === card.ts)
    await shortcut(reply?.ts ?? '')
    await until(async () => top() !== undefined)
    await stage.workspace.dismiss({ userId, viewId: top()?.id ?? '' })

    const response = await fetch(`${stage.workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: AUDIT_CHANNEL, text: 'no incident' }),
    })
    const { ts } = (await response.json()) as { ts: string }
    await shortcut(ts, AUDIT_CHANNEL)
    await stage.workspace.waitForMessage(({ text }) => text.startsWith('No incident belongs to this message'))
    expect(top()).toBeUndefined()
  })

  test('a way that Slack closed is told, not swallowed', async () => {
    stage.passTime(4)
    await stage.arm('expired-trigger', { method: 'block_actions' })
    await stage.workspace.press({ channel, ts: card.ts, actionId: 'modal:ask', userId })
    await stage.workspace.waitForMessage(
      ({ onlyFor, text }) =>
        onlyFor === userId && text === "The form did not open within Slack's 3 s. Press Ask… again.",
    )
    expect(top()).toBeUndefined()
  })

  test('a person of another workspace gets no form, and is told why where they pressed', async () => {
    await stage.workspace.press({ channel, ts: card.ts, actionId: 'modal:ask', userId: 'UGUEST' })
    const told = await stage.workspace.waitForMessage(({ onlyFor }) => onlyFor === 'UGUEST')
    expect(told.text).toContain('from another workspace')
    expect(top('UGUEST')).toBeUndefined()
  })
})

describe('App Home', () => {
  test('shows what is open, with a way to its card, and since when logs are known', async () => {
    await stage.workspace.openHome({ userId, tab: 'home' })
    await until(async () => stage.workspace.home(userId) !== null)
    const drawn = JSON.stringify(stage.workspace.home(userId))
    expect(drawn).toContain('Open incidents (2)')
    expect(drawn).toContain(`/archives/${channel}/p${card.ts.replace('.', '')}`)
    expect(drawn).toContain('prod-payments')
  })

  test('shows a person of another workspace nothing but why', async () => {
    await stage.workspace.openHome({ userId: 'UGUEST', tab: 'home' })
    await until(async () => stage.workspace.home('UGUEST') !== null)
    const drawn = JSON.stringify(stage.workspace.home('UGUEST'))
    expect(drawn).toContain('Your account is from another workspace')
    expect(drawn).not.toContain('INC-')
  })
})

test('nothing was logged as an error', () => {
  expect(stage.errors).toEqual([])
})
