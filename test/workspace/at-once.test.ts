import { afterAll, beforeAll, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { APP_SCOPES } from '../../src/workspace/scopes.ts'
import { until } from '../helpers/until.ts'
import { type Answer, type Stage, setStage } from './stage.ts'

const channel = INCIDENTS_CHANNEL
let stage: Stage

beforeAll(async () => {
  stage = await setStage({ scopes: [...APP_SCOPES, 'reactions:write'] })
})
afterAll(() => stage.close())

/** Makes a call that comes while another transaction, which runs these statements, has a message locked. */
async function meanwhile(ts: string, statement: string, call: () => Promise<Answer>): Promise<Answer> {
  const client = await stage.pool.connect()
  try {
    await client.query('begin')
    await client.query('select 1 from workspace.message where channel = $1 and ts = $2 for update', [
      channel,
      ts,
    ])
    const answer = call()
    await until(async () => {
      const waiting = await stage.pool.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      )
      return waiting.rowCount === 1
    })
    await client.query(statement, [channel, ts])
    await client.query('commit')
    return await answer
  } finally {
    client.release()
  }
}

async function post(): Promise<string> {
  return String((await stage.call('chat.postMessage', { channel, text: 'card' }))['ts'])
}

test('an update keeps the reaction that came while it waited', async () => {
  const ts = await post()
  const reacted = `update workspace.message
    set body = body || '{"reactions":[{"name":"eyes","users":["UALEX"],"count":1}]}'
    where channel = $1 and ts = $2`
  const update = (): Promise<Answer> => stage.call('chat.update', { channel, ts, text: 'redrawn' })
  expect(await meanwhile(ts, reacted, update)).toMatchObject({ ok: true })
  const message = (await stage.workspace.messages(channel)).find((seen) => seen.ts === ts)
  expect(message?.told).toMatchObject({ text: 'redrawn', reactions: [{ name: 'eyes' }] })
})

test('a parent that got its first reply while it was deleted keeps its place', async () => {
  const ts = await post()
  const replied = `insert into workspace.message (channel, ts, thread_ts, is_broadcast, author, body)
    values ($1, '9000000000.000001', $2, false, 'UALEX', '{"type":"message","text":"reply"}')`
  const remove = (): Promise<Answer> => stage.call('chat.delete', { channel, ts })
  expect(await meanwhile(ts, replied, remove)).toMatchObject({ ok: true })
  const thread = await stage.call('conversations.replies', { channel, ts })
  expect(thread['messages']).toMatchObject([{ subtype: 'tombstone' }, { text: 'reply' }])
})

async function announce(): Promise<{ url: string; id: string }> {
  const told = await stage.call('files.getUploadURLExternal', { filename: 'x.txt', length: 1 })
  return { url: String(told['upload_url']), id: String(told['file_id']) }
}

const send = async (url: string): Promise<number> => (await fetch(url, { method: 'POST', body: 'x' })).status

test("of a file's bytes that come twice at once one is taken", async () => {
  for (let round = 0; round < 5; round++) {
    const { url } = await announce()
    const statuses = await Promise.all([send(url), send(url), send(url)])
    expect(statuses.toSorted()).toEqual([200, 404, 404])
  }
})

test('several files are completed together or not at all, and each is named once', async () => {
  const [one, two, three] = [await announce(), await announce(), await announce()]
  for (const { url } of [one, two, three]) expect(await send(url)).toBe(200)
  const complete = (...ids: string[]): Promise<Answer> =>
    stage.call('files.completeUploadExternal', { files: ids.map((id) => ({ id })) })
  expect(await complete(one.id, two.id, one.id)).toMatchObject({
    error: 'invalid_arguments',
    response_metadata: { messages: ['[ERROR] must be unique [json-pointer:/files/2/id]'] },
  })
  const answers = await Promise.all([complete(one.id, two.id), complete(three.id, two.id)])
  const isFirst = answers[0]?.error === undefined
  expect(answers.map(({ error }) => error)).toEqual(
    isFirst ? [undefined, 'file_not_found'] : ['file_not_found', undefined],
  )
  // What the slower call did not complete can be completed still.
  expect(await complete(isFirst ? three.id : one.id)).toMatchObject({ ok: true })
})
