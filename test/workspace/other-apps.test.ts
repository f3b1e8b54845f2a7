import { LogLevel, WebClient } from '@slack/web-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { type Stage, setStage } from './stage.ts'

// Apps that know nothing of Bolt or of the simulator: a token, an address, and what Slack documents.

const channel = INCIDENTS_CHANNEL
const modal = {
  type: 'modal',
  title: { type: 'plain_text', text: 'From elsewhere' },
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'hello' } }],
}
let stage: Stage

beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.close())

async function freshTrigger(): Promise<string> {
  const response = await fetch(`${stage.workspace.controlUrl}triggers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.tokens.controlToken}` },
    body: JSON.stringify({ user: 'UALEX' }),
  })
  return ((await response.json()) as { trigger_id: string }).trigger_id
}

/** What a person sees of it: texts and files of the channel, and the title of the modal on top. */
async function seen(): Promise<{ texts: readonly string[]; files: readonly string[]; modal: unknown }> {
  const messages = await stage.workspace.messages(channel)
  const files = messages.flatMap(({ told }) => (told['files'] ?? []) as readonly { readonly name: string }[])
  const top = stage.workspace.views('UALEX').at(-1)
  return {
    texts: messages.map(({ text }) => text),
    files: files.map(({ name }) => name),
    modal: top?.['title'],
  }
}

describe('@slack/web-api alone', () => {
  test('posts, updates, opens a modal and uploads', async () => {
    const slack = new WebClient(stage.tokens.botToken, {
      slackApiUrl: stage.workspace.apiUrl,
      logLevel: LogLevel.ERROR,
    })
    const { ts } = await slack.chat.postMessage({ channel, text: 'from the SDK' })
    await slack.chat.update({ channel, ts: String(ts), text: 'from the SDK, later' })
    await slack.views.open({ trigger_id: await freshTrigger(), view: modal as never })
    await slack.filesUploadV2({ channel_id: channel, filename: 'sdk.txt', content: 'words' })
    expect(await seen()).toEqual({
      texts: expect.arrayContaining(['from the SDK, later']) as unknown,
      files: ['sdk.txt'],
      modal: expect.objectContaining({ text: 'From elsewhere' }) as unknown,
    })
  })
})

describe('an SDK of another language: forms, JSON in fields, raw bytes', () => {
  async function call(
    method: string,
    fields: { [name: string]: string },
  ): Promise<{ [name: string]: unknown }> {
    const response = await fetch(`${stage.workspace.apiUrl}${method}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stage.tokens.botToken}`,
        'content-type': 'application/x-www-form-urlencoded;charset=utf-8',
      },
      body: new URLSearchParams(fields).toString(),
    })
    const answer = (await response.json()) as { [name: string]: unknown }
    expect(answer, method).toMatchObject({ ok: true })
    return answer
  }

  test('posts, updates, opens a modal and uploads', async () => {
    const blocks = JSON.stringify([{ type: 'section', text: { type: 'mrkdwn', text: '*bold*' } }])
    const { ts } = await call('chat.postMessage', { channel: '#sec-incidents', text: 'from a form', blocks })
    await call('chat.update', { channel, ts: String(ts), text: 'from a form, later', blocks })
    await call('views.open', { trigger_id: await freshTrigger(), view: JSON.stringify(modal) })
    const bytes = Buffer.from('a,b\n1,2\n')
    const { upload_url, file_id } = await call('files.getUploadURLExternal', {
      filename: 'form.csv',
      length: String(bytes.length),
    })
    const uploaded = await fetch(String(upload_url), { method: 'POST', body: new Uint8Array(bytes) })
    expect(uploaded.status).toBe(200)
    const files = JSON.stringify([{ id: file_id, title: 'form.csv' }])
    await call('files.completeUploadExternal', { files, channel_id: channel, initial_comment: 'a file' })
    const told = await seen()
    expect(told.texts).toEqual(expect.arrayContaining(['from a form, later', 'a file']))
    expect(told.files).toContain('form.csv')
    expect(told.modal).toMatchObject({ text: 'From elsewhere' })
  })
})
