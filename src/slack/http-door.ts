import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HTTPReceiver, type Logger } from '@slack/bolt'
import { RequestGuard } from './request-guard.ts'

export interface HttpDoorOptions {
  readonly signingSecret: string
  /** Address and port to listen on; port 0: any. */
  readonly host: string
  readonly port: number
  readonly logger: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Hears why a request was turned away. */
  readonly refused: (why: string) => void
}

/** Bolt's HTTP receiver behind a guard of ours: signed, on time, and each request once. */
export interface HttpDoor {
  readonly receiver: HTTPReceiver
  /** Listens and gives the address for Slack's request URL. */
  listen(): Promise<string>
  close(): Promise<void>
}

const PATH = '/slack/events'
/** Bytes; Slack's own requests are far smaller. */
const LONGEST_BODY = 4 * 1024 * 1024

/** Opens a door for Slack's signed requests. */
export function httpDoor({ signingSecret, host, port, logger, now, refused }: HttpDoorOptions): HttpDoor {
  const receiver = new HTTPReceiver({ signingSecret, endpoints: [PATH], logger })
  const guard = new RequestGuard(signingSecret)
  const server = createServer((request, response) => {
    admit(request, response).catch((error: unknown) => {
      refused(error instanceof Error ? error.message : String(error))
      if (!response.headersSent) response.writeHead(400).end()
    })
  })

  async function admit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== PATH || request.method !== 'POST') {
      response.writeHead(404).end()
      return
    }
    const body = await readBody(request)
    const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = request.headers
    const signed = { timestamp: single(timestamp), signature: single(signature), body }
    const judgement = guard.judge(signed, Math.trunc(now() / 1_000))
    if (judgement === 'fresh') {
      // Bolt takes a body that was read already under this name.
      receiver.requestListener(Object.assign(request, { rawBody: body }), response)
      return
    }
    refused(judgement)
    // A replay was handled the first time: acked, so that nobody sends it once more.
    response.writeHead(judgement === 'replay' ? 200 : 401).end()
  }

  return {
    receiver,
    async listen() {
      await listening(server, host, port)
      return `http://${host}:${(server.address() as AddressInfo).port}${PATH}`
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LONGEST_BODY) throw new Error('a request of more than 4 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0]
}
