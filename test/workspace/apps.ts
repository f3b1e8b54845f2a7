import { App, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { WebSocket } from 'ws'
import type { Stage } from './stage.ts'

/** The unmodified Bolt app, with nothing said about the simulator but its address. */
export async function startBolt(stage: Stage, listen: (app: App) => void): Promise<App> {
  const slackApiUrl = stage.workspace.apiUrl
  const receiver = new SocketModeReceiver({
    appToken: stage.tokens.appToken,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions: { slackApiUrl } },
  })
  const app = new App({
    token: stage.tokens.botToken,
    receiver,
    clientOptions: { slackApiUrl },
    deferInitialization: true,
    logLevel: LogLevel.ERROR,
  })
  listen(app)
  await app.init()
  await app.start()
  return app
}

/** Stops a Bolt app and waits for its socket's end, for which stop() does not. */
export async function stopBolt(app: App | null): Promise<void> {
  await app?.stop()
  await new Promise((resolve) => setTimeout(resolve, 50))
}

/** What Slack sent over a socket. */
export type Payload = { readonly [name: string]: unknown }

/** An app that acks at once and does nothing else, so that a test holds the payloads in its hands. */
export interface BareApp {
  readonly payloads: readonly Payload[]
  /** The newest payload. */
  last(): Payload
  /** Acks from now on with this; null: not at all. */
  answerWith(answer: object | null): void
  close(): void
}

export async function connectBare(stage: Stage): Promise<BareApp> {
  const payloads: Payload[] = []
  let answer: object | null = {}
  const { url } = await stage.call('apps.connections.open', {}, stage.tokens.appToken)
  const socket = new WebSocket(String(url))
  await new Promise((resolve) => {
    socket.on('message', (data: Buffer) => {
      const { type, envelope_id, payload } = JSON.parse(data.toString('utf8')) as {
        type: string
        envelope_id: string
        payload: Payload
      }
      if (type === 'hello') return resolve(null)
      payloads.push(payload)
      if (answer !== null) socket.send(JSON.stringify({ envelope_id, payload: answer }))
    })
  })
  return {
    payloads,
    last: () => payloads.at(-1) ?? {},
    answerWith: (next) => {
      answer = next
    },
    close: () => socket.close(),
  }
}
