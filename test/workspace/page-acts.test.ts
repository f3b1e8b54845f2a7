import { afterAll, beforeAll, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { type BareApp, connectBare } from './apps.ts'
import { modal, plain, reason } from './modal-parts.ts'
import { button, type Stage, setStage } from './stage.ts'

let stage: Stage
let app: BareApp
const channel = INCIDENTS_CHANNEL

beforeAll(async () => {
  stage = await setStage({
    commands: ['/firebreak'],
    shortcuts: [{ callbackId: 'pending', name: 'What waits', kind: 'global' }],
  })
  app = await connectBare(stage)
})
afterAll(async () => {
  app.close()
  await stage.close()
})

interface State {
  readonly people: readonly { readonly id: string; readonly team: string }[]
  readonly views: readonly { readonly [name: string]: unknown }[]
  readonly home: object | null
  readonly app: object
}

async function post(name: string, body: object): Promise<unknown> {
  const response = await fetch(`${stage.workspace.url}${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ as: 'UALEX', ...body }),
  })
  return response.status === 200 ? response.json() : response.status
}

async function state(as = 'UALEX'): Promise<State> {
  return (await (await fetch(`${stage.workspace.url}state?as=${as}`)).json()) as State
}

async function open(blocks: readonly object[]): Promise<string> {
  await post('command', { channel, text: '/firebreak contain' })
  await stage.call('views.open', { trigger_id: app.last()['trigger_id'], view: modal(blocks) })
  return String((await state()).views.at(-1)?.['id'])
}

test('the page is told the app, the teams of people, and nothing open at the start', async () => {
  const { people, views, home, app: told } = await state()
  expect(people.map(({ id, team }) => [id, team])).toContainEqual(['UGUEST', 'TOTHER'])
  expect(people[0]).toEqual({
    id: 'UALEX',
    name: 'alex',
    role: 'Responder',
    team: 'T0FIREBREAK',
    isBot: false,
  })
  expect({ views, home, told }).toEqual({
    views: [],
    home: null,
    told: {
      name: 'Firebreak',
      commands: ['/firebreak'],
      shortcuts: [{ callbackId: 'pending', name: 'What waits', kind: 'global' }],
    },
  })
})

test('a modal is shown to its person, acted on, submitted and closed', async () => {
  const pods = { type: 'external_select', action_id: 'pod' }
  const blocks = [reason(), button('preview'), { ...reason({ optional: true }, pods), block_id: 'target' }]
  const viewId = await open(blocks)
  expect((await state('USAM')).views).toEqual([])
  const values = { reason: { words: 'half' }, target: { pod: null } }
  const act = { viewId, blockId: undefined, actionId: 'preview', values }
  expect(await post('act', act)).toEqual({ outcome: 'acked' })
  expect(app.last()).toMatchObject({ type: 'block_actions', container: { view_id: viewId } })
  expect((await state()).views).toMatchObject([
    { id: viewId, state: { values: { reason: { words: { value: 'half' } } } } },
  ])
  app.answerWith({ options: [{ text: plain('checkout-1'), value: 'checkout-1' }] })
  expect(await post('options', { viewId, actionId: 'pod', query: 'che', values })).toEqual({
    outcome: 'acked',
    options: [{ text: plain('checkout-1'), value: 'checkout-1' }],
  })
  app.answerWith({})
  expect(await post('submit', { viewId, values: { reason: { words: '' } } })).toEqual({
    outcome: 'errors',
    errors: { reason: 'This field is required.' },
  })
  expect(await post('submit', { viewId, values })).toEqual({ outcome: 'acked' })
  expect((await state()).views).toEqual([])
  const again = await open([button('b')])
  expect(await post('dismiss', { viewId: again })).toEqual({ outcome: 'acked' })
  expect(await post('dismiss', { viewId: again })).toEqual({
    outcome: 'absent',
    words: 'That view is closed.',
  })
})

test('App Home is opened and drawn', async () => {
  expect(await post('home', { tab: 'home' })).toEqual({ outcome: 'acked' })
  expect(app.last()).toMatchObject({ event: { type: 'app_home_opened', user: 'UALEX', tab: 'home' } })
  const view = { type: 'home', blocks: [button('all')] }
  await stage.call('views.publish', { user_id: 'UALEX', view })
  expect((await state()).home).toMatchObject({ type: 'home', blocks: [{ type: 'actions' }] })
  expect((await state('USAM')).home).toBeNull()
  await post('home', { tab: 'messages' })
  expect(app.last()).toMatchObject({ event: { tab: 'messages' } })
})

test('a message is acted on, also where several are chosen', async () => {
  const options = ['a', 'b'].map((value) => ({ text: plain(value), value }))
  const elements = [{ type: 'multi_static_select', action_id: 'many', options }]
  const row = { type: 'actions', block_id: 'row', elements }
  const { ts } = await stage.call('chat.postMessage', { channel, text: 'x', blocks: [row] })
  for (const value of [['a', 'b'], '["a","b"]']) {
    expect(await post('act', { channel, ts, actionId: 'many', value })).toEqual({ outcome: 'acked' })
    expect(app.last()).toMatchObject({ actions: [{ selected_options: options }] })
  }
})

test('a shortcut is chosen, and what is no act is refused', async () => {
  expect(await post('shortcut', { callbackId: 'pending' })).toEqual({ outcome: 'acked' })
  expect(app.last()).toMatchObject({ type: 'shortcut', callback_id: 'pending' })
  expect(await post('toString', {})).toBe(404)
  expect(await post('home', { as: 'UFIREBREAK' })).toMatchObject({ outcome: 'absent' })
})
