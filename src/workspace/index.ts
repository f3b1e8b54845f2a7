import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type pg from 'pg'
import { Changes } from './changes.ts'
import { isDatabaseAway } from './database-away.ts'
import { listChannels, listPeople } from './directory.ts'
import { forgetEphemerals } from './ephemerals.ts'
import { FOREIGN, isOwnHost, OLD_LINK } from './guard.ts'
import { sendSentence } from './http.ts'
import { type Command, type Dispatched, type Press, sendCommand, sendPress } from './interactions.ts'
import { listen } from './listen.ts'
import { createPage } from './page.ts'
import { answerResponseUrl } from './response-urls.ts'
import type { PlayerPort, Room } from './room.ts'
import type { Tokens } from './secrets.ts'
import { Sockets } from './sockets.ts'
import { type SeenMessage, seenEphemerals, seenMessages, waitForMessage } from './wait.ts'
import { createWebApi } from './web-api.ts'

export * from './identity.ts'
export type { Command, Dispatched, Press } from './interactions.ts'
export { type PlayRow, readPlayRow, writePlayRow } from './play-row.ts'
export type { PlayerPort } from './room.ts'
export type { Tokens } from './secrets.ts'
export { seedWorkspace } from './seed.ts'
export { createWorkspaceTables } from './tables.ts'
export type { SeenMessage } from './wait.ts'

export interface WorkspaceOptions {
  /** Of a role that may read and write the tables of the schema `workspace`. The caller ends it. */
  readonly pool: pg.Pool
  /** 0: any. */
  readonly port: number
  readonly tokens: Tokens
  /** Slash commands that the app has registered, `/ip`; any when absent. */
  readonly commands?: readonly string[]
  /** What plays records; nothing does when absent. */
  readonly player?: PlayerPort
  /** Milliseconds since 1970; the machine's clock when absent. Acks are timed by the machine's clock all the same. */
  readonly clock?: () => number
  /** One object for each exchange, without tokens and texts. */
  readonly log?: (line: object) => void
  /** How long an ack may take, in milliseconds; Slack's 3,000 when absent. */
  readonly ackWithin?: number
}

/** A running workspace simulator. Its methods act as a person does on the page. */
export interface Workspace {
  /** The page, with its token. */
  readonly url: string
  /** For the Slack SDK's slackApiUrl; ends in `/api/`. */
  readonly apiUrl: string
  readonly port: number
  /** Presses a button or chooses in a select or menu of a message. */
  press(press: Press): Promise<Dispatched>
  /** Sends a slash command. */
  command(command: Command): Promise<Dispatched>
  /** All messages of a channel with the replies, oldest first. */
  messages(channel: string): Promise<readonly SeenMessage[]>
  /** What only this person sees, oldest first. */
  ephemerals(userId: string): Promise<readonly SeenMessage[]>
  /**
   * The first message, ephemeral ones included, for which `wanted` holds, posted already or within `millis` (10,000);
   * rejects afterwards.
   */
  waitForMessage(wanted: (message: SeenMessage) => boolean, millis?: number): Promise<SeenMessage>
  /** Drops every connection and frees the port. */
  close(): Promise<void>
}

/**
 * Starts the workspace simulator on 127.0.0.1: Slack's Web API, Socket Mode, and the page. The tables must be there and
 * seeded. Rejects with a sentence when the port is taken.
 */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { pool, tokens, clock = Date.now, log = () => undefined } = options
  const changes = new Changes()
  const sockets = new Sockets(options.ackWithin)
  let port = options.port
  const room: Room = {
    pool,
    app: sockets,
    commands: options.commands ?? null,
    player: options.player ?? null,
    log,
    now: clock,
    changed: () => changes.tell(),
    origin: () => `http://127.0.0.1:${port}`,
  }
  room.player?.onChange(() => room.changed())
  const webApi = createWebApi(room, tokens, () => `ws://127.0.0.1:${port}${sockets.openPath()}`)
  const page = createPage(room, tokens.pageToken, changes)

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      log({ fault: error instanceof Error ? error.message : String(error) })
      if (response.headersSent) return
      if (isDatabaseAway(error)) sendSentence(response, 503, `The database does not answer. ${WHY}`)
      else sendSentence(response, 500, `The workspace simulator failed. ${WHY}`)
    })
  })
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy())
    if (isOwnHost(request, port)) sockets.upgrade(request, stream, head, urlOf(request))
    else stream.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(request, port)) return sendSentence(response, 403, FOREIGN)
    const url = urlOf(request)
    if (url.pathname.startsWith('/api/')) return webApi(request, response, url)
    if (url.pathname.startsWith('/response/')) return answerResponseUrl(room, request, response, url)
    if (url.pathname.startsWith('/w/')) return page(request, response, url)
    sendSentence(response, 404, OLD_LINK)
  }

  async function look(): Promise<readonly SeenMessage[]> {
    const seen: SeenMessage[] = []
    for (const { id } of await listChannels(pool)) seen.push(...(await seenMessages(room, id)))
    for (const { id } of await listPeople(pool)) seen.push(...(await seenEphemerals(room, id)))
    return seen
  }

  await forgetEphemerals(pool)
  port = await listen(server, options.port).catch((error: unknown) => {
    sockets.close()
    changes.close()
    throw error
  })

  return {
    url: `http://127.0.0.1:${port}/w/${tokens.pageToken}/`,
    apiUrl: `http://127.0.0.1:${port}/api/`,
    port,
    press: (press) => sendPress(room, press),
    command: (command) => sendCommand(room, command),
    messages: (channel) => seenMessages(room, channel),
    ephemerals: (userId) => seenEphemerals(room, userId),
    waitForMessage: (wanted, millis = 10_000) => waitForMessage(changes, look, wanted, millis),
    close: () => {
      sockets.close()
      changes.close()
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

const WHY = 'The terminal in which Firebreak runs says why.'

function urlOf(request: IncomingMessage): URL {
  return URL.parse(`http://127.0.0.1${request.url ?? '/'}`) ?? new URL('http://127.0.0.1/')
}
