import { webApi } from '@slack/bolt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { completeFile, dropOldest } from '../../src/workspace/files/store.ts'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { type BareApp, connectBare } from './apps.ts'
import { type Answer, button, type Stage, section, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

let stage: Stage
let app: BareApp
let now = Date.UTC(2026, 10, 24, 2, 14)

beforeAll(async () => {
  stage = await setStage({ clock: () => now })
  app = await connectBare(stage)
})
beforeEach(() => stage.workspace.readFilesAfter(0))
afterAll(async () => {
  app.close()
  await stage.close()
})

async function announce(filename: string, length: number, more: object = {}): Promise<Answer> {
  return stage.call('files.getUploadURLExternal', { filename, length, ...more })
}

async function send(url: unknown, body: BodyInit): Promise<number> {
  return (await fetch(String(url), { method: 'POST', body })).status
}

/** Uploads and completes a file; its id. */
async function upload(filename: string, bytes: Buffer, more: object = {}): Promise<string> {
  const { upload_url, file_id } = await announce(filename, bytes.length)
  expect(await send(upload_url, new Uint8Array(bytes))).toBe(200)
  const done = await stage.call('files.completeUploadExternal', { files: [{ id: file_id }], ...more })
  expect(done).toMatchObject({ ok: true })
  return String(file_id)
}

const image = (slack_file: object): object => ({ type: 'image', alt_text: 'calls by hour', slack_file })
const info = async (file: string): Promise<Answer> => stage.call('files.info', { file })

test("the SDK's upload shares a file in a thread, and its message says which", async () => {
  const { apiUrl: slackApiUrl } = stage.workspace
  const client = new webApi.WebClient(stage.tokens.botToken, { slackApiUrl })
  const parent = await client.chat.postMessage({ channel, text: 'card' })
  const thread_ts = String(parent.ts)
  const place = { channel_id: channel, thread_ts, initial_comment: '`<!channel>`' }
  const answer = await client.filesUploadV2({ ...place, file: PNG, filename: 'calls.png', title: 'Calls' })
  const [completed] = answer.files as { files: { id: string; url_private: string }[] }[]
  const file = completed?.files[0]
  expect(file).toMatchObject({ title: 'Calls', mimetype: 'image/png', filetype: 'png', size: PNG.length })
  const [, reply] = (await client.conversations.replies({ channel, ts: thread_ts })).messages ?? []
  expect(reply).toMatchObject({
    text: '`<!channel>`',
    bot_id: 'BFIREBREAK',
    upload: true,
    files: [{ id: file?.id, name: 'calls.png', mimetype: 'image/png' }],
  })
  expect(await info(String(file?.id))).toMatchObject({
    file: { channels: [channel], shares: { public: { [channel]: [{ ts: reply?.ts, thread_ts }] } } },
  })
})

test('bytes come raw or as any part of a form, and their number has to be the announced one', async () => {
  const { upload_url, file_id } = await announce('plan.csv', 4, { alt_txt: 'a plan', snippet_type: 'csv' })
  const form = new FormData()
  form.set('note', 'not a file')
  form.set('whatever', new Blob(['a,b\n']), 'Untitled')
  expect(await send(upload_url, 'a,b')).toBe(400)
  const empty = new FormData()
  empty.set('note', 'no file')
  expect(await send(upload_url, empty)).toBe(400)
  expect(await send(upload_url, form)).toBe(200)
  // The bytes came: nothing is awaited any more.
  expect(await send(upload_url, 'a,b\n')).toBe(404)
  await stage.call('files.completeUploadExternal', {
    files: JSON.stringify([{ id: file_id, title: 'Plan' }]),
  })
  expect(await info(String(file_id))).toMatchObject({
    file: { title: 'Plan', mimetype: 'text/csv', alt_txt: 'a plan', is_public: false, channels: [] },
  })
})

test('a file is complete once, after its bytes came', async () => {
  const { upload_url, file_id } = await announce('x.txt', 1)
  const complete = (): Promise<Answer> =>
    stage.call('files.completeUploadExternal', { files: [{ id: file_id }], channel_id: channel })
  expect(await complete()).toMatchObject({ ok: false, error: 'file_not_found' })
  expect(await info(String(file_id))).toMatchObject({ error: 'file_not_found' })
  expect(await send(upload_url, 'x')).toBe(200)
  const answers = await Promise.all([complete(), complete()])
  expect(answers.map(({ error }) => error ?? 'none').toSorted()).toEqual(['file_not_found', 'none'])
  expect(await complete()).toMatchObject({ error: 'file_not_found' })
  expect(await completeFile(stage.pool, String(file_id), 'again', now)).toBe(false)
  const messages = await stage.workspace.messages(channel)
  expect(
    messages.filter(({ told }) => JSON.stringify(told['files'] ?? []).includes(String(file_id))).length,
  ).toBe(1)
})

test('several files are shared in one message, with blocks in place of a comment', async () => {
  const ids: unknown[] = []
  for (const name of ['a.log', 'b.bin']) {
    const { upload_url, file_id } = await announce(name, 1)
    await send(upload_url, 'x')
    ids.push(file_id)
  }
  await stage.call('files.completeUploadExternal', {
    files: ids.map((id) => ({ id })),
    channels: `${channel},${AUDIT_CHANNEL}`,
    blocks: [section('Two files')],
  })
  const [audit] = (await stage.workspace.messages(AUDIT_CHANNEL)).slice(-1)
  expect(audit?.told).toMatchObject({
    text: '',
    blocks: [{ text: { text: 'Two files' } }],
    files: [
      { id: ids[0], mimetype: 'text/plain' },
      { id: ids[1], mimetype: 'application/octet-stream' },
    ],
  })
})

describe('a call that Slack would refuse is refused with its name', () => {
  const files = [{ id: 'F0000000001' }]
  const complete = 'files.completeUploadExternal'
  const cases: readonly (readonly [error: string, method: string, args: object])[] = [
    ['invalid_arguments', 'files.getUploadURLExternal', { length: 1 }],
    ['invalid_arguments', 'files.getUploadURLExternal', { filename: 'x' }],
    ['invalid_arguments', 'files.getUploadURLExternal', { filename: 'x', length: -1 }],
    [
      'file_upload_size_restricted',
      'files.getUploadURLExternal',
      { filename: 'x', length: 10 * 1024 ** 2 + 1 },
    ],
    [
      'alt_txt_too_large',
      'files.getUploadURLExternal',
      { filename: 'x', length: 1, alt_txt: '🛡'.repeat(1_001) },
    ],
    ['invalid_arguments', complete, {}],
    ['file_not_found', complete, { files }],
    ['file_not_found', 'files.info', { file: 'F0000000001' }],
    ['file_not_found', 'files.delete', { file: 'F0000000001' }],
  ]
  test.each(cases)('%s of %s (%#)', async (error, method, args) => {
    expect(await stage.call(method, args)).toMatchObject({ ok: false, error })
  })

  test('and where a file cannot be shared it stays uncompleted', async () => {
    const { upload_url, file_id } = await announce('x.txt', 1)
    await send(upload_url, 'x')
    const at = async (args: object): Promise<unknown> =>
      (await stage.call(complete, { files: [{ id: file_id }], ...args })).error
    expect(await at({ channel_id: 'C0NONE' })).toBe('channel_not_found')
    expect(await at({ channel_id: channel, thread_ts: '1.000001' })).toBe('thread_not_found')
    expect(await at({ channel_id: channel, blocks: [{ type: 'nonsense' }] })).toBe('invalid_blocks')
    expect(await at({ channel_id: channel })).toBeUndefined()
  })
})

describe('a picture in an image block', () => {
  const refused = { error: 'invalid_blocks' }
  const post = async (slack_file: object): Promise<Answer> =>
    stage.call('chat.postMessage', { channel, text: 'x', blocks: [image(slack_file)] })

  test('is one of the workspace, by its id or address', async () => {
    const id = await upload('calls.png', PNG)
    const { url_private: url, permalink } = (await info(id))['file'] as { [name: string]: string }
    for (const file of [{ id }, { url }, { url: permalink }])
      expect(await post(file)).toMatchObject({ ok: true })
    const { error, response_metadata } = await post({ id: 'F0000000001' })
    expect({ error, response_metadata }).toEqual({
      error: 'invalid_blocks',
      response_metadata: { messages: ['[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]'] },
    })
    expect(await post({ url: `https://elsewhere.example/${id}/calls.png` })).toMatchObject(refused)
    expect(await post({ id: await upload('plan.csv', Buffer.from('a')) })).toMatchObject(refused)
    expect(await post({ id: await upload('fake.png', Buffer.from('not a picture')) })).toMatchObject(refused)
  })

  test('can be shown once Slack has read it', async () => {
    stage.workspace.readFilesAfter(2_000)
    const id = await upload('calls.png', PNG)
    expect(await info(id)).toMatchObject({ file: { mimetype: '', filetype: '' } })
    expect(await post({ id })).toMatchObject(refused)
    now += 2_000
    expect(await info(id)).toMatchObject({ file: { mimetype: 'image/png', filetype: 'png' } })
    expect(await post({ id })).toMatchObject({ ok: true })
  })

  test('is checked wherever it may stand', async () => {
    const id = await upload('calls.png', PNG)
    const { ts } = await stage.call('chat.postMessage', { channel, text: 'x', blocks: [button('b')] })
    await stage.workspace.press({ channel, ts: String(ts), actionId: 'b', userId: 'UALEX' })
    const { trigger_id, response_url } = app.last()
    const none = image({ id: 'F0000000001' })
    const container = {
      type: 'container',
      title: { type: 'plain_text', text: 'x' },
      child_blocks: [{ type: 'context', elements: [none] }],
    }
    const ephemeral = { channel, user: 'UALEX', blocks: [none] }
    const view = { type: 'modal', title: { type: 'plain_text', text: 't' }, blocks: [none] }
    expect(await stage.call('chat.postMessage', { channel, blocks: [container] })).toMatchObject(refused)
    expect(await stage.call('chat.postEphemeral', ephemeral)).toMatchObject(refused)
    expect(await stage.call('chat.update', { channel, ts, blocks: [none] })).toMatchObject(refused)
    expect(await stage.call('views.open', { trigger_id, view })).toMatchObject(refused)
    const home = { type: 'home', blocks: [none] }
    expect(await stage.call('views.publish', { user_id: 'UALEX', view: home })).toMatchObject(refused)
    // Through a response_url not even a file that is there.
    const body = JSON.stringify({ text: 'x', blocks: [image({ id })] })
    const answer = await fetch(String(response_url), { method: 'POST', body })
    expect([answer.status, await answer.json()]).toMatchObject([404, refused])
  })
})

test('the bytes of a file are given to the bearer of the token, and to the page', async () => {
  const id = await upload('<!channel>.png', PNG)
  const { url_private } = (await info(id))['file'] as { url_private: string }
  const get = async (url: string, token?: string): Promise<Response> =>
    fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  expect((await get(url_private)).status).toBe(403)
  expect((await get(url_private, stage.tokens.appToken)).status).toBe(403)
  expect((await get(`${url_private}?token=${stage.tokens.botToken}`)).status).toBe(403)
  const given = await get(url_private, stage.tokens.botToken)
  expect(Buffer.from(await given.arrayBuffer()).equals(PNG)).toBe(true)
  const shown = await get(`${stage.workspace.url}file/${id}`)
  expect(Buffer.from(await shown.arrayBuffer()).equals(PNG)).toBe(true)
  expect(shown.headers.get('content-type')).toBe('image/png')
  expect(shown.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  const html = await get(`${stage.workspace.url}file/${await upload('x.html', Buffer.from('<script>'))}`)
  expect(html.headers.get('content-disposition')).toMatch(/^attachment/)
  expect((await get(`${stage.workspace.url}file/F0000000001`)).status).toBe(404)
})

test('a deleted file is gone, and its message keeps its place', async () => {
  const id = await upload('calls.png', PNG, { channel_id: channel })
  expect(await stage.call('files.delete', { file: id })).toMatchObject({ ok: true })
  expect(await info(id)).toMatchObject({ error: 'file_not_found' })
  const [newest] = (await stage.workspace.messages(channel)).slice(-1)
  expect(newest?.told['files']).toEqual([{ id, mode: 'tombstone' }])
})

test('files outlive a start, and beyond a size the oldest are dropped', async () => {
  now += 1_000
  const older = await upload('older.txt', Buffer.from('12345'), { channel_id: channel })
  now += 1_000
  const newer = await upload('newer.txt', Buffer.from('12345'))
  await stage.restart()
  expect(await info(older)).toMatchObject({ ok: true })
  await dropOldest(stage.pool, 9)
  expect(await info(older)).toMatchObject({ error: 'file_not_found' })
  expect(await info(newer)).toMatchObject({ ok: true })
  const [newest] = (await stage.workspace.messages(channel)).slice(-1)
  expect(newest?.told['files']).toEqual([{ id: older, mode: 'tombstone' }])
})

test('a modal tells the files that were chosen in it whole', async () => {
  app = await connectBare(stage)
  const id = await upload('calls.png', PNG)
  await stage.workspace.command({ channel, userId: 'UALEX', text: '/contain' })
  const element = { type: 'file_input', action_id: 'file', max_files: 1 }
  const text = { type: 'plain_text', text: 'x' }
  const blocks = [{ type: 'input', block_id: 'evidence', label: text, element }]
  const view = { type: 'modal', title: text, submit: text, blocks }
  await stage.call('views.open', { trigger_id: app.last()['trigger_id'], view })
  const viewId = String(stage.workspace.views('UALEX')[0]?.['id'])
  const values = { evidence: { file: [id] } }
  await stage.workspace.submit({ userId: 'UALEX', viewId, values })
  expect(app.last()).toMatchObject({
    view: {
      state: { values: { evidence: { file: { type: 'file_input', files: [{ id, name: 'calls.png' }] } } } },
    },
  })
})
