import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type pg from 'pg'
import { type Acts, actsIn } from './acts.ts'
import { Changes } from './changes.ts'
import { createControls } from './control/controls.ts'
import { Faults } from './control/faults.ts'
import { createControl } from './control/index.ts'
import { isDatabaseAway } from './database-away.ts'
import { Deliveries } from './deliveries.ts'
import { listChannels, listPeople } from './directory.ts'
import { forgetEphemerals } from './ephemerals.ts'
import { faultLine } from './fault-line.ts'
import { receiveUpload, servePrivateFile } from './files/serve.ts'
import { FOREIGN, isOwnHost, isOwnOrigin, OLD_LINK } from './guard.ts'
import { sendSentence } from './http.ts'
import { listen } from './listen.ts'
import { Offers } from './offers.ts'
import { createPage } from './page.ts'
import { answerResponseUrl } from './response-urls.ts'
import type { PlayerPort, Room } from './room.ts'
import { APP_SCOPES } from './scopes.ts'
import { assertPractice, type Tokens } from './secrets.ts'
import type { Shortcut } from './shortcuts.ts'
import { ACK_WITHIN, Sockets } from './sockets.ts'
import { Triggers } from './triggers.ts'
import { Views } from './views/store.ts'
import { type SeenMessage, seenEphemerals, seenMessages, waitForMessage } from './wait.ts'
import { createWebApi } from './web-api.ts'
import { Wire } from './wire.ts'

export * from './identity.ts'
export type { Dispatched } from './interactions.ts'
export { type PlayRow, readPlayRow, writePlayRow } from './play-row.ts'
export type { PlayerPort } from './room.ts'
export { practiceTokens, type Tokens } from './secrets.ts'
export { seedWorkspace } from './seed.ts'
export { createWorkspaceTables } from './tables.ts'
export type { SeenMessage } from './wait.ts'

export interface WorkspaceOptions {
  /** Of a role that may read and write the tables of the schema `workspace`. The caller ends it. */
  readonly pool: pg.Pool
  /** An address of this machine's own, 127.0.0.1 when absent; any other is refused. */
  readonly host?: string
  /** 0: any. */
  readonly port: number
  readonly tokens: Tokens
  /** Slash commands that the app has registered, `/ip`; any when absent. */
  readonly commands?: readonly string[]
  /** Shortcuts that the app has registered; none when absent. */
  readonly shortcuts?: readonly Shortcut[]
  /** What the app's bot may do; what the manifest asks for when absent. */
  readonly scopes?: readonly string[]
  /** Where Slack has named two limits (75 or 150 characters of an option's value), whether the higher one counts; no when absent. */
  readonly higherLimits?: boolean
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
export interface Workspace extends Acts {
  /** The page, with its token. */
  readonly url: string
  /** For the Slack SDK's slackApiUrl; ends in `/api/`. */
  readonly apiUrl: string
  /** Of the control API; ends in `/_sim/`. */
  readonly controlUrl: string
  readonly port: number
  /**
   * Delivers to the app at this address of this machine from now on, over signed HTTP; null: over Socket Mode. Rejects
   * with a sentence when the address does not prove to be an app's.
   */
  useAddress(requestUrl: string | null): Promise<void>
  /** How long Slack takes to read a file from now on, in milliseconds; 0 at the start. */
  readFilesAfter(millis: number): void
  /** Makes every trigger_id too old. */
  expireTriggers(): void
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
 * Starts the workspace simulator on this machine alone: Slack's Web API, Socket Mode, and the page. The tables must be there and
 * seeded. Rejects with a sentence when the port is taken.
 */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { pool, tokens, host = '127.0.0.1', clock = Date.now, log = () => undefined } = options
  assertPractice(tokens)
  // An IPv6 address stands in brackets in front of a port.
  const site = host.includes(':') ? `[${host}]` : host
  const changes = new Changes()
  const ackWithin = options.ackWithin ?? ACK_WITHIN
  const sockets = new Sockets(ackWithin)
  const faults = new Faults()
  const triggers = new Triggers(clock)
  const wire = new Wire(clock, (line) => {
    log(line)
    changes.tell()
  })
  const deliveries = new Deliveries({
    sockets,
    faults,
    wire,
    ackWithin,
    expireTrigger: (id) => triggers.expireTrigger(id),
    log,
  })
  let port = options.port
  const room: Room = {
    pool,
    app: deliveries,
    wire,
    faults,
    commands: options.commands ?? null,
    shortcuts: options.shortcuts ?? [],
    scopes: options.scopes ?? APP_SCOPES,
    higherLimits: options.higherLimits ?? false,
    triggers,
    views: new Views(clock, () => changes.tell()),
    offers: new Offers(),
    files: { readyAfter: 0 },
    player: options.player ?? null,
    log,
    now: clock,
    changed: () => changes.tell(),
    origin: () => `http://${site}:${port}`,
  }
  room.player?.onChange(() => room.changed())
  const webApi = createWebApi(room, tokens, () => `ws://${site}:${port}${sockets.openPath()}`)
  const page = createPage(room, tokens.pageToken, changes)
  const { signingSecret } = tokens
  const controls = createControls({ room, sockets, deliveries, signingSecret, ackWithin })
  const control = createControl(tokens.controlToken, signingSecret, controls)

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      log(faultLine(error))
      if (response.headersSent) return
      if (isDatabaseAway(error)) sendSentence(response, 503, `The database does not answer. ${WHY}`)
      else sendSentence(response, 500, `The workspace simulator failed. ${WHY}`)
    })
  })
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy())
    if (isOwnHost(request, site, port)) sockets.upgrade(request, stream, head, urlOf(request))
    else stream.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(request, site, port)) return sendSentence(response, 403, FOREIGN)
    const url = urlOf(request)
    if (url.pathname.startsWith('/w/')) return page(request, response, url)
    // The page may be opened by a link from anywhere. What programs use, no page of another site may call.
    if (!isOwnOrigin(request)) return sendSentence(response, 403, FOREIGN)
    if (url.pathname.startsWith('/api/')) return webApi(request, response, url)
    if (url.pathname.startsWith('/response/')) return answerResponseUrl(room, request, response, url)
    if (url.pathname.startsWith('/upload/v1/')) return receiveUpload(room, request, response, url)
    if (url.pathname.startsWith('/files-pri/'))
      return servePrivateFile(room, tokens.botToken, request, response, url)
    if (url.pathname.startsWith('/_sim/')) return control(request, response, url)
    sendSentence(response, 404, OLD_LINK)
  }

  async function look(): Promise<readonly SeenMessage[]> {
    const seen: SeenMessage[] = []
    for (const { id } of await listChannels(pool)) seen.push(...(await seenMessages(room, id)))
    for (const { id } of await listPeople(pool)) seen.push(...(await seenEphemerals(room, id)))
    return seen
  }

  await forgetEphemerals(pool)
  port = await listen(server, host, options.port).catch((error: unknown) => {
    sockets.close()
    changes.close()
    throw error
  })

  return {
    url: `http://${site}:${port}/w/${tokens.pageToken}/`,
    apiUrl: `http://${site}:${port}/api/`,
    controlUrl: `http://${site}:${port}/_sim/`,
    port,
    useAddress: (requestUrl) => controls.useAddress(requestUrl),
    ...actsIn(room),
    readFilesAfter: (millis) => {
      room.files.readyAfter = millis
    },
    expireTriggers: () => room.triggers.expireTriggers(),
    messages: (channel) => seenMessages(room, channel),
    ephemerals: (userId) => seenEphemerals(room, userId),
    waitForMessage: (wanted, millis = 10_000) => waitForMessage(changes, look, wanted, millis),
    close: () => {
      deliveries.close()
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
