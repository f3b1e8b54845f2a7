import { afterAll, beforeAll, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { APP_SCOPES } from '../../src/workspace/scopes.ts'
import { type BareApp, connectBare } from './apps.ts'
import { type Stage, section, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
const userId = 'UALEX'
let stage: Stage
let app: BareApp

beforeAll(async () => {
  stage = await setStage({ scopes: [...APP_SCOPES, 'bookmarks:read', 'bookmarks:write'] })
  app = await connectBare(stage)
})
afterAll(async () => {
  app.close()
  await stage.close()
})

test('a reset empties channels, files, bookmarks, views, offers and the wire, and disarms all faults', async () => {
  const ask = (method: string, args: object): ReturnType<Stage['call']> => stage.call(method, args)
  const select = { type: 'external_select', action_id: 'pick', min_query_length: 0 }
  const blocks = [{ type: 'actions', block_id: 'row', elements: [select] }]
  const { ts } = await ask('chat.postMessage', { channel, text: 'card', blocks })
  const option = { text: { type: 'plain_text', text: 'pod' }, value: 'pod' }
  app.answerWith({ options: [option] })
  const press = { channel, ts: String(ts), actionId: 'pick', userId, value: 'pod' }
  await stage.workspace.options({ channel, ts: String(ts), actionId: 'pick', userId, query: '' })
  expect(await stage.workspace.press(press)).toEqual({ outcome: 'acked' })
  const { upload_url, file_id } = await ask('files.getUploadURLExternal', { filename: 'x.txt', length: 1 })
  await fetch(String(upload_url), { method: 'POST', body: 'x' })
  await ask('files.completeUploadExternal', { files: [{ id: file_id }] })
  const link = { channel_id: channel, title: 'Runbook', type: 'link', link: 'https://a.example/' }
  await ask('bookmarks.add', link)
  const view = { type: 'home', external_id: 'home', blocks: [section('Home')] }
  expect(await ask('views.publish', { user_id: userId, view })).toMatchObject({ ok: true })
  await stage.control('POST', 'faults', { kind: 'late-ack', method: 'view_submission' })

  expect((await stage.control('DELETE', 'transcript')).status).toBe(200)
  expect(await stage.workspace.messages(channel)).toEqual([])
  expect(await stage.wire()).toEqual([])
  expect((await stage.control('GET', 'faults')).told).toEqual({ armed: [] })
  expect(await ask('files.info', { file: file_id })).toMatchObject({ error: 'file_not_found' })
  expect(await ask('bookmarks.list', { channel_id: channel })).toEqual({ ok: true, bookmarks: [] })
  expect(stage.workspace.home(userId)).toBeNull()
  // The same message once more: what was offered in it before cannot be chosen any more.
  const body = JSON.stringify({ type: 'message', user: 'UFIREBREAK', text: 'card', blocks })
  await stage.pool.query("insert into workspace.message values ($1, $2, null, false, 'UFIREBREAK', $3)", [
    channel,
    ts,
    body,
  ])
  expect(await stage.workspace.press(press)).toMatchObject({ outcome: 'absent' })
  // And the names of views are free again.
  expect(await ask('views.publish', { user_id: 'USAM', view })).toMatchObject({ ok: true })
  expect(await stage.call('chat.postMessage', { channel, text: 'anew' })).toMatchObject({ ok: true })
})
