import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { type Stage, section, setStage } from './stage.ts'

let stage: Stage
let parent: string
const channel = INCIDENTS_CHANNEL
const theirs = '1700000000.000001'

beforeAll(async () => {
  stage = await setStage()
  parent = String((await stage.call('chat.postMessage', { channel, text: 'parent' }))['ts'])
  await stage.pool.query(`
    insert into workspace.channel values ('C0OTHER', 'other', '', false, 0, 0, 9), ('C0OLD', 'old', '', true, 0, 0, 10)`)
  await stage.pool.query(`insert into workspace.member values ('C0OLD', 'UFIREBREAK')`)
  await stage.pool.query(
    `insert into workspace.message values ($1, $2, null, false, 'UALEX', '{"type":"message","user":"UALEX","text":"hi"}')`,
    [channel, theirs],
  )
})
afterAll(() => stage.close())

describe('a call that Slack would refuse is refused with its name', () => {
  const image = { type: 'image', alt_text: 'x', image_url: 'https://127.0.0.1/x.png' }
  const cases: readonly (readonly [error: string, method: string, args: () => object])[] = [
    ['not_allowed_token_type', 'apps.connections.open', () => ({})],
    ['unknown_method', 'conversations.canvases.create', () => ({})],
    ['missing_scope', 'team.info', () => ({})],
    ['unknown_method', 'toString', () => ({})],
    ['invalid_arguments', 'chat.postMessage', () => ({ text: 'x' })],
    ['invalid_arguments', 'users.info', () => ({})],
    ['channel_not_found', 'chat.postMessage', () => ({ channel: 'C0NONE', text: 'x' })],
    ['channel_not_found', 'conversations.history', () => ({ channel: 'C0NONE' })],
    ['not_in_channel', 'chat.postMessage', () => ({ channel: 'C0OTHER', text: 'x' })],
    ['not_in_channel', 'conversations.history', () => ({ channel: 'C0OTHER' })],
    ['is_archived', 'chat.postMessage', () => ({ channel: 'C0OLD', text: 'x' })],
    ['no_text', 'chat.postMessage', () => ({ channel })],
    ['no_text', 'chat.update', () => ({ channel, ts: parent })],
    ['thread_not_found', 'chat.postMessage', () => ({ channel, text: 'x', thread_ts: '1.000001' })],
    ['thread_not_found', 'conversations.replies', () => ({ channel, ts: '1.000001' })],
    ['message_not_found', 'chat.update', () => ({ channel, ts: '1.000001', text: 'x' })],
    ['message_not_found', 'chat.delete', () => ({ channel, ts: '1.000001' })],
    ['message_not_found', 'chat.getPermalink', () => ({ channel, message_ts: '1.000001' })],
    ['cant_update_message', 'chat.update', () => ({ channel, ts: theirs, text: 'x' })],
    ['cant_delete_message', 'chat.delete', () => ({ channel, ts: theirs })],
    ['msg_too_long', 'chat.update', () => ({ channel, ts: parent, text: 'x'.repeat(4_001) })],
    [
      'msg_blocks_too_long',
      'chat.postMessage',
      () => ({ channel, blocks: Array.from({ length: 4 }, () => section('x'.repeat(2_751))) }),
    ],
    ['invalid_blocks', 'chat.postMessage', () => ({ channel, blocks: [image, { type: 'nonsense' }] })],
    ['invalid_blocks_format', 'chat.postMessage', () => ({ channel, blocks: 'not json' })],
    ['bot_not_found', 'bots.info', () => ({ bot: 'BNONE' })],
    ['invalid_attachments', 'chat.postMessage', () => ({ channel, text: 'x', attachments: '[{' })],
    ['invalid_attachments', 'chat.postMessage', () => ({ channel, text: 'x', attachments: {} })],
    [
      'too_many_attachments',
      'chat.postMessage',
      () => ({ channel, text: 'x', attachments: Array.from({ length: 101 }, () => ({ text: 'x' })) }),
    ],
    ['invalid_metadata_format', 'chat.postMessage', () => ({ channel, text: 'x', metadata: '[]' })],
    [
      'invalid_metadata_format',
      'chat.postMessage',
      () => ({ channel, text: 'x', metadata: { event_type: 'incident' } }),
    ],
    [
      'metadata_too_large',
      'chat.postMessage',
      () => ({
        channel,
        text: 'x',
        metadata: { event_type: 'incident', event_payload: { note: 'x'.repeat(8_000) } },
      }),
    ],
    ['user_not_found', 'users.info', () => ({ user: 'UNOBODY' })],
    ['user_not_found', 'chat.postEphemeral', () => ({ channel, user: 'UNOBODY', text: 'x' })],
    [
      'user_not_in_channel',
      'chat.postEphemeral',
      () => ({ channel: AUDIT_CHANNEL, user: 'UGUEST', text: 'x' }),
    ],
    ['invalid_cursor', 'conversations.history', () => ({ channel, cursor: 'zzz' })],
  ]
  test.each(cases)('%s of %s', async (error, method, args) => {
    expect(await stage.call(method, args())).toMatchObject({ ok: false, error })
  })

  test.each([
    ['invalid_json', 'application/json', '{"channel":'],
    ['invalid_json', 'application/json', '["a list"]'],
    ['invalid_form_data', 'multipart/form-data; boundary=x', 'no form'],
  ])('%s of a body of the type %s that is none: %s', async (error, type, body) => {
    const headers = { authorization: `Bearer ${stage.tokens.botToken}`, 'content-type': type }
    const response = await fetch(`${stage.workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers,
      body,
    })
    expect(await response.json()).toMatchObject({ ok: false, error })
  })
})
