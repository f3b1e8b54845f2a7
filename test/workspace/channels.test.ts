import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { APP_SCOPES } from '../../src/workspace/scopes.ts'
import { type Answer, type Stage, setStage } from './stage.ts'

let stage: Stage
const channel = INCIDENTS_CHANNEL

beforeAll(async () => {
  const more = ['channels:manage', 'channels:join', 'pins:write', 'bookmarks:read', 'bookmarks:write']
  stage = await setStage({ scopes: [...APP_SCOPES, ...more] })
  await stage.pool.query("insert into workspace.channel values ('C0OTHER', 'other', '', false, 0, 0, 9)")
})
afterAll(() => stage.close())

async function create(name: string): Promise<string> {
  const made = await stage.call('conversations.create', { name })
  expect(made).toMatchObject({ ok: true, channel: { name, is_member: true, creator: 'UFIREBREAK' } })
  return (made['channel'] as { id: string }).id
}

test('a channel is made, filled, named, used and put away', async () => {
  const id = await create('inc-2026-11-24-prod-payments')
  expect(await stage.call('conversations.invite', { channel: id, users: 'UALEX,UMORGAN' })).toMatchObject({
    ok: true,
  })
  const topic = 'INC-41 · `<!channel>`'
  expect(await stage.call('conversations.setTopic', { channel: id, topic })).toMatchObject({
    channel: { topic: { value: topic } },
  })
  expect(await stage.call('conversations.members', { channel: id })).toMatchObject({
    members: ['UALEX', 'UMORGAN', 'UFIREBREAK'],
  })
  await stage.call('chat.postMessage', { channel: id, text: 'first' })
  expect(await stage.call('conversations.archive', { channel: id })).toMatchObject({ ok: true })
  expect(await stage.call('conversations.archive', { channel: id })).toMatchObject({
    error: 'already_archived',
  })
  expect(await stage.call('chat.postMessage', { channel: id, text: 'x' })).toMatchObject({
    error: 'is_archived',
  })
  const state = (await (await fetch(`${stage.workspace.url}state?as=UALEX`)).json()) as { channels: object[] }
  expect(state.channels).toContainEqual({ id, name: 'inc-2026-11-24-prod-payments', count: 1 })
})

test('a channel is joined once, and a second time with a warning', async () => {
  const join = (): Promise<Answer> => stage.call('conversations.join', { channel: 'C0OTHER' })
  const first = await join()
  expect(first).toMatchObject({ ok: true, channel: { is_member: true } })
  expect(first).not.toHaveProperty('warning')
  expect(await join()).toMatchObject({ ok: true, warning: 'already_in_channel' })
})

describe('a call that Slack would refuse is refused with its name', () => {
  const cases: readonly (readonly [error: string, method: string, args: object])[] = [
    ['invalid_name_maxlength', 'create', { name: 'x'.repeat(81) }],
    ['invalid_name_specials', 'create', { name: 'Inc 41' }],
    ['invalid_name_punctuation', 'create', { name: '--' }],
    ['name_taken', 'create', { name: 'sec-incidents' }],
    ['method_not_supported_for_channel_type', 'create', { name: 'hidden', is_private: true }],
    ['channel_not_found', 'invite', { channel: 'C0NONE', users: 'UALEX' }],
    ['user_not_found', 'invite', { channel, users: 'UNOBODY' }],
    ['cant_invite_self', 'invite', { channel, users: 'UFIREBREAK' }],
    ['cant_invite', 'invite', { channel, users: 'UGUEST' }],
    ['already_in_channel', 'invite', { channel, users: 'UALEX' }],
    ['too_long', 'setTopic', { channel, topic: '🛡'.repeat(251) }],
    ['channel_not_found', 'archive', { channel: 'C0NONE' }],
  ]
  test.each(cases)('%s of conversations.%s', async (error, method, args) => {
    expect(await stage.call(`conversations.${method}`, args)).toMatchObject({ ok: false, error })
  })
})

test('a message is pinned once, and the channel counts its pins', async () => {
  const { ts } = await stage.call('chat.postMessage', { channel, text: 'card' })
  const pin = (): Promise<Answer> => stage.call('pins.add', { channel, timestamp: ts })
  expect(await pin()).toMatchObject({ ok: true })
  expect(await pin()).toMatchObject({ error: 'already_pinned' })
  expect(await stage.call('conversations.history', { channel })).toMatchObject({
    pin_count: 1,
    messages: [{ ts, pinned_to: [channel] }],
  })
})

test('bookmarks are added, changed and listed', async () => {
  const link = 'https://runbook.example/inc-41'
  const add = (more: object = {}): Promise<Answer> =>
    stage.call('bookmarks.add', { channel_id: channel, title: 'Runbook', type: 'link', link, ...more })
  const { bookmark } = (await add({ emoji: ':shield:' })) as Answer & { bookmark: { id: string } }
  expect(bookmark).toMatchObject({ id: expect.stringMatching(/^Bk/) as string, title: 'Runbook', link })
  const edit = (more: object): Promise<Answer> =>
    stage.call('bookmarks.edit', { channel_id: channel, bookmark_id: bookmark.id, ...more })
  expect(await edit({ title: 'Runbook of INC-41' })).toMatchObject({ bookmark: { link, emoji: ':shield:' } })
  expect(await stage.call('bookmarks.list', { channel_id: channel })).toMatchObject({
    bookmarks: [{ id: bookmark.id, title: 'Runbook of INC-41' }],
  })
  expect(await add({ type: 'folder' })).toMatchObject({ error: 'invalid_bookmark_type' })
  expect(await add({ link: 'javascript:alert(1)' })).toMatchObject({ error: 'invalid_link' })
  expect(await edit({ bookmark_id: 'BkNONE' })).toMatchObject({ error: 'not_found' })
  expect(await edit({ link: 'nowhere' })).toMatchObject({ error: 'invalid_link' })
})
