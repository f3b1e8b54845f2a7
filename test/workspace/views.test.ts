import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { type BareApp, connectBare } from './apps.ts'
import { type Answer, type Stage, section, setStage } from './stage.ts'

let stage: Stage
let app: BareApp
let now = Date.UTC(2026, 10, 24, 2, 14)
const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'

beforeAll(async () => {
  stage = await setStage({ clock: () => now })
  app = await connectBare(stage)
})
beforeEach(async () => {
  for (const person of [userId, 'USAM']) {
    const viewId = String(stage.workspace.views(person).at(-1)?.['id'])
    await stage.workspace.dismiss({ userId: person, viewId, all: true })
  }
})
afterAll(async () => {
  app.close()
  await stage.close()
})

async function trigger(person = userId): Promise<string> {
  await stage.workspace.command({ channel, userId: person, text: '/firebreak help' })
  return String(app.last()['trigger_id'])
}

const plain = (text: string): object => ({ type: 'plain_text', text })
const modal = (more: object = {}): object => ({
  type: 'modal',
  title: plain('Contain'),
  blocks: [section('`<!channel>`')],
  ...more,
})
const home = (more: object = {}): object => ({ type: 'home', blocks: [section('Home')], ...more })

async function open(more: object = {}, person = userId): Promise<Answer> {
  return stage.call('views.open', { trigger_id: await trigger(person), view: modal(more) })
}

async function push(more: object = {}): Promise<Answer> {
  return stage.call('views.push', { trigger_id: await trigger(), view: modal(more) })
}

const viewOf = (answer: Answer): { readonly [name: string]: unknown } =>
  answer['view'] as { [name: string]: unknown }

test('an opened view is told with every field that Slack tells', async () => {
  const view = viewOf(await open({ callback_id: 'contain', private_metadata: 'p', submit: plain('Go') }))
  expect(view).toEqual({
    id: expect.stringMatching(/^V[0-9A-F]{10}$/) as string,
    team_id: 'T0FIREBREAK',
    type: 'modal',
    title: plain('Contain'),
    submit: plain('Go'),
    close: null,
    blocks: [
      {
        type: 'section',
        block_id: expect.stringMatching(/^.{5}$/) as string,
        text: { type: 'mrkdwn', text: '`<!channel>`' },
      },
    ],
    private_metadata: 'p',
    callback_id: 'contain',
    external_id: '',
    state: { values: {} },
    hash: expect.stringMatching(/^\d{10}\.[0-9a-f]{8}$/) as string,
    clear_on_close: false,
    notify_on_close: false,
    root_view_id: view['id'],
    previous_view_id: null,
    app_id: 'AFIREBREAK',
    app_installed_team_id: 'T0FIREBREAK',
    bot_id: 'BFIREBREAK',
  })
  expect(stage.workspace.views(userId)).toMatchObject([{ id: view['id'] }])
  expect(stage.workspace.views('USAM')).toEqual([])
})

test('a trigger opens one view', async () => {
  const trigger_id = await trigger()
  expect(await stage.call('views.open', { trigger_id, view: modal() })).toMatchObject({ ok: true })
  const again = await stage.call('views.open', { trigger_id, view: modal() })
  expect(again).toMatchObject({ ok: false, error: 'exchanged_trigger_id' })
})

test('two calls at once with one trigger open one view', async () => {
  const trigger_id = await trigger()
  const calls = [1, 2].map(() => stage.call('views.open', { trigger_id, view: modal() }))
  const answers = await Promise.all(calls)
  expect(answers.map(({ error }) => error ?? 'none').toSorted()).toEqual(['exchanged_trigger_id', 'none'])
})

test('a trigger lasts for three seconds, and the control can end it earlier', async () => {
  const first = await trigger()
  const second = await trigger()
  now += 3_000
  expect(await stage.call('views.open', { trigger_id: first, view: modal() })).toMatchObject({ ok: true })
  now += 1
  const late = await stage.call('views.open', { trigger_id: second, view: modal() })
  expect(late).toMatchObject({ error: 'expired_trigger_id' })
  const third = await trigger()
  stage.workspace.expireTriggers()
  const expired = await stage.call('views.open', { trigger_id: third, view: modal() })
  expect(expired).toMatchObject({ error: 'expired_trigger_id' })
})

test('a refused view leaves its trigger unused', async () => {
  const trigger_id = await trigger()
  const refused = await stage.call('views.open', { trigger_id, view: modal({ blocks: [{ type: 'video' }] }) })
  expect(refused).toMatchObject({
    error: 'invalid_arguments',
    response_metadata: {
      messages: [
        '[ERROR] failed to match all allowed schemas [json-pointer:/view]',
        '[ERROR] unsupported type: video [json-pointer:/view/blocks/0/type]',
      ],
    },
  })
  expect(await stage.call('views.open', { trigger_id, view: modal() })).toMatchObject({ ok: true })
})

test('views stand on one another three deep, and know the one below', async () => {
  const [first, second, third] = [viewOf(await open()), viewOf(await push()), viewOf(await push())]
  expect(second).toMatchObject({ root_view_id: first?.['id'], previous_view_id: first?.['id'] })
  expect(third).toMatchObject({ root_view_id: first?.['id'], previous_view_id: second?.['id'] })
  expect(await push()).toMatchObject({ ok: false, error: 'push_limit_reached' })
  expect(stage.workspace.views(userId).map(({ id }) => id)).toEqual([
    first?.['id'],
    second?.['id'],
    third?.['id'],
  ])
})

test('an update changes the hash, and one with an old hash is refused', async () => {
  const { id: view_id, hash } = viewOf(await open())
  const first = await stage.call('views.update', { view_id, hash, view: modal({ title: plain('Two') }) })
  expect(viewOf(first)).toMatchObject({ id: view_id, title: plain('Two') })
  expect(viewOf(first)['hash']).not.toBe(hash)
  const old = await stage.call('views.update', { view_id, hash, view: modal({ title: plain('Three') }) })
  expect(old).toMatchObject({ ok: false, error: 'hash_conflict' })
  expect(stage.workspace.views(userId)).toMatchObject([{ title: plain('Two') }])
})

test('a view is updated by the name that the app gave it, which no other view has', async () => {
  await open({ external_id: 'plan-118' })
  const external_id = 'plan-118'
  const view = modal({ external_id, title: plain('By name') })
  expect(await stage.call('views.update', { external_id, view })).toMatchObject({ ok: true })
  expect(await open({ external_id }, 'USAM')).toMatchObject({ error: 'duplicate_external_id' })
  expect(await push({ external_id })).toMatchObject({ error: 'duplicate_external_id' })
  const published = await stage.call('views.publish', { user_id: 'USAM', view: home({ external_id }) })
  expect(published).toMatchObject({ error: 'duplicate_external_id' })
})

test('App Home is published for each person, and guarded by its hash', async () => {
  const first = viewOf(await stage.call('views.publish', { user_id: userId, view: home() }))
  expect(first).toMatchObject({ type: 'home', title: null, root_view_id: first['id'] })
  const { hash } = first
  const publish = (more: object): Promise<Answer> =>
    stage.call('views.publish', { user_id: userId, view: home({ callback_id: 'two' }), ...more })
  expect(viewOf(await publish({ hash }))).toMatchObject({ id: first['id'], callback_id: 'two' })
  expect(await publish({ hash })).toMatchObject({ error: 'hash_conflict' })
  expect(stage.workspace.home(userId)).toMatchObject({ callback_id: 'two' })
  expect(stage.workspace.home('USAM')).toBeNull()
})

describe('a call that Slack would refuse is refused with its name', () => {
  const large = Array.from({ length: 90 }, () => section('x'.repeat(2_900)))
  const cases: readonly (readonly [error: string, method: string, args: () => object | Promise<object>])[] = [
    ['invalid_arguments', 'views.open', () => ({ view: modal() })],
    ['invalid_arguments', 'views.open', async () => ({ trigger_id: await trigger() })],
    ['invalid_arguments', 'views.open', async () => ({ trigger_id: await trigger(), view: 'not json' })],
    ['invalid_arguments', 'views.open', async () => ({ trigger_id: await trigger(), view: home() })],
    ['invalid_trigger_id', 'views.open', () => ({ trigger_id: '1.1.abc', view: modal() })],
    [
      'view_too_large',
      'views.open',
      async () => ({ trigger_id: await trigger(), view: modal({ blocks: large }) }),
    ],
    ['not_found', 'views.push', async () => ({ trigger_id: await trigger(), view: modal() })],
    ['not_found', 'views.update', () => ({ view_id: 'VNONE', view: modal() })],
    ['not_found', 'views.update', () => ({ external_id: 'none', view: modal() })],
    ['invalid_arguments', 'views.update', () => ({ view: modal() })],
    ['invalid_arguments', 'views.publish', () => ({ user_id: userId, view: modal() })],
    ['invalid_arguments', 'views.publish', () => ({ view: home() })],
    ['user_not_found', 'views.publish', () => ({ user_id: 'UNOBODY', view: home() })],
    ['user_not_found', 'views.publish', () => ({ user_id: 'UFIREBREAK', view: home() })],
  ]
  test.each(cases)('%s of %s (%#)', async (error, method, args) => {
    expect(await stage.call(method, await args())).toMatchObject({ ok: false, error })
    expect(stage.workspace.views(userId)).toEqual([])
  })
})

test('each change of a view is told to the open pages', async () => {
  const stop = new AbortController()
  const response = await fetch(`${stage.workspace.url}events`, { signal: stop.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const changed = async (): Promise<void> => {
    let heard = ''
    while (!heard.includes('event: changed')) heard += (await reader?.read())?.value ?? ''
  }
  const { id: view_id } = viewOf(await open())
  await changed()
  await stage.call('views.update', { view_id, view: modal() })
  await changed()
  await stage.call('views.publish', { user_id: userId, view: home() })
  await changed()
  stop.abort()
})

test('modals are forgotten with a start, as Slack forgets them with the client', async () => {
  await open()
  await stage.restart()
  expect(stage.workspace.views(userId)).toEqual([])
  app = await connectBare(stage)
})
