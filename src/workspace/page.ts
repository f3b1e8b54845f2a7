import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Changes } from './changes.ts'
import { sendFile } from './files/serve.ts'
import { FOREIGN, isOwnOrigin, OLD_LINK } from './guard.ts'
import { readBody, sendJson, sendSentence } from './http.ts'
import { asFields, asText, own, parseJson } from './json.ts'
import { PAGE_ACTS } from './page-acts.ts'
import { sendPageFile } from './page-files.ts'
import { readPageState, readThread } from './page-state.ts'
import type { Room } from './room.ts'
import { sameSecret } from './secrets.ts'

const NO_PAGE = 'There is no such page.'

/** Answers everything under `/w/<pageToken>/`: the page, what it shows, and what people do on it. */
export function createPage(
  room: Room,
  pageToken: string,
  changes: Changes,
): (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  return async (request, response, url) => {
    const [, token = '', name = ''] = /^\/w\/([^/]+)\/(.*)$/.exec(url.pathname) ?? []
    if (!sameSecret(token, pageToken)) return sendSentence(response, 403, OLD_LINK)
    if (request.method === 'GET') return read(response, name, url)
    if (!isOwnOrigin(request)) return sendSentence(response, 403, FOREIGN)
    if (request.method === 'POST') return act(request, response, name)
    sendSentence(response, 405, 'The page takes GET and POST.')
  }

  async function read(response: ServerResponse, name: string, url: URL): Promise<void> {
    const query = url.searchParams
    if (name === 'state') {
      return sendJson(response, 200, await readPageState(room, query.get('channel'), query.get('as') ?? ''))
    }
    if (name === 'thread') {
      const thread = await readThread(room, query.get('channel') ?? '', query.get('ts') ?? '')
      return thread === null
        ? sendSentence(response, 404, 'There is no such thread.')
        : sendJson(response, 200, thread)
    }
    if (name === 'events') return changes.stream(response)
    if (name === 'wire') {
      const after = Number(query.get('after') ?? 0)
      return sendJson(response, 200, { exchanges: room.wire.after(Number.isSafeInteger(after) ? after : 0) })
    }
    if (name.startsWith('file/')) return sendFile(room, response, name.slice('file/'.length))
    if (!(await sendPageFile(response, name))) sendSentence(response, 404, NO_PAGE)
  }

  async function act(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const perform = own(PAGE_ACTS, name)
    if (perform === undefined && name !== 'play') return sendSentence(response, 404, NO_PAGE)
    // A form of another site cannot send this type without asking first.
    if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
      return sendSentence(response, 415, 'The page sends JSON.')
    const body = await readBody(request)
    if (body === null) return sendSentence(response, 413, 'A request may have 1 MiB.')
    const given = asFields(parseJson(body.toString('utf8')))
    if (given === null) return sendSentence(response, 400, 'The page sends JSON.')
    if (perform === undefined) return steer(response, asText(given['do']))
    sendJson(response, 200, await perform(room, given))
  }

  function steer(response: ServerResponse, what: string): void {
    const { player } = room
    if (player === null) return sendSentence(response, 404, 'Nothing is played here.')
    if (what !== 'pause' && what !== 'resume')
      return sendSentence(response, 400, 'A play takes pause and resume.')
    player[what]()
    sendJson(response, 200, { play: player.state() })
  }
}
