import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Clients, type Place } from '../../src/aws/clients.ts'

export const PLACE: Place = { region: 'eu-west-1', role: null, externalId: null }

/** An error that a call answers with: HTTP status and AWS's name for it. */
export interface Failure {
  readonly status: number
  readonly name: string
  readonly message?: string
}

export const EXPIRED: Failure = {
  status: 403,
  name: 'ExpiredTokenException',
  message: 'The security token included in the request is expired',
}
export const DENIED: Failure = { status: 403, name: 'AccessDenied', message: 'not authorized' }
export const THROTTLED: Failure = { status: 400, name: 'ThrottlingException', message: 'Rate exceeded' }

interface Queued {
  readonly id: string
  readonly body: string
  receipt: string
  hiddenUntil: number
  received: number
}

type Answer = { readonly status?: number; readonly body: unknown; readonly xml?: string }
type Handler = (input: Record<string, unknown>) => Answer

/**
 * AWS as one small server: SQS, S3, Logs, GuardDuty and STS as far as Firebreak asks them, with switches for what goes wrong
 * there. Time passes by itself only for the visibility of messages.
 */
export class FakeAws {
  /** Calls that fail, by action (`sqs:ReceiveMessage`, `s3:GetObject`): how often, and how. */
  readonly failures = new Map<string, { left: number; readonly failure: Failure }>()
  /** Calls that are answered only when this is kept, by action. */
  readonly delays = new Map<string, Promise<void>>()
  /** Every call that was made, by action. */
  readonly calls: string[] = []
  readonly queue: Queued[] = []
  readonly objects = new Map<string, Buffer>()
  /** A deleted message comes again, so often. */
  redeliveries = 0
  /** Of the entries of a deletion, so many fail the next time, with this code. */
  partial: { left: number; readonly code: string } = { left: 0, code: 'InternalError' }
  /** Handlers of the JSON and REST services, by action. */
  readonly handlers = new Map<string, Handler>()
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  async listen(): Promise<void> {
    process.env['AWS_ACCESS_KEY_ID'] = 'testing'
    process.env['AWS_SECRET_ACCESS_KEY'] = 'testing'
    await new Promise<void>((done) => {
      this.#server.listen(0, '127.0.0.1', done)
    })
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get queueUrl(): string {
    return `${this.url}/123456789012/records`
  }

  clients(): Clients {
    return new Clients(this.url)
  }

  send(body: unknown): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    this.queue.push({ id: randomUUID(), body: text, receipt: '', hiddenUntil: 0, received: 0 })
  }

  fail(action: string, failure: Failure, times = Infinity): void {
    this.failures.set(action, { left: times, failure })
  }

  count(action: string): number {
    return this.calls.filter((one) => one === action).length
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => {
      this.#server.close(done)
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const target = request.headers['x-amz-target']
    const path = new URL(request.url ?? '/', this.url)
    if (typeof target === 'string') {
      const [service, name] = target.split('.')
      const prefix = service === 'AmazonSQS' ? 'sqs' : 'logs'
      this.#answer(response, `${prefix}:${name}`, JSON.parse(text) as Record<string, unknown>)
    } else if (path.pathname.startsWith('/detector')) {
      const parts = path.pathname.split('/')
      const action =
        parts.length === 2 ? 'ListDetectors' : parts.at(-1) === 'get' ? 'GetFindings' : 'ListFindings'
      const input = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
      this.#answer(response, `guardduty:${action}`, { ...input, detectorId: parts[2] })
    } else if (text.includes('Action=AssumeRole')) {
      this.#answer(response, 'sts:AssumeRole', Object.fromEntries(new URLSearchParams(text)))
    } else await this.#object(response, path.pathname)
  }

  #failure(action: string): Failure | null {
    this.calls.push(action)
    const planned = this.failures.get(action)
    if (planned === undefined || planned.left <= 0) return null
    planned.left -= 1
    return planned.failure
  }

  #answer(response: ServerResponse, action: string, input: Record<string, unknown>): void {
    const failure = this.#failure(action)
    if (failure !== null) {
      const isXml = action.startsWith('sts:')
      response.writeHead(failure.status, {
        'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.0',
        'x-amzn-errortype': failure.name,
      })
      response.end(
        isXml
          ? `<ErrorResponse><Error><Code>${failure.name}</Code><Message>${failure.message ?? ''}</Message></Error></ErrorResponse>`
          : JSON.stringify({ __type: failure.name, message: failure.message ?? '' }),
      )
      return
    }
    const handler = this.handlers.get(action) ?? SQS[action]?.(this)
    if (handler === undefined) throw new Error(`nobody answers ${action}`)
    const { status = 200, body, xml } = handler(input)
    response.writeHead(status, {
      'content-type': xml === undefined ? 'application/x-amz-json-1.0' : 'text/xml',
    })
    response.end(xml ?? JSON.stringify(body))
  }

  async #object(response: ServerResponse, path: string): Promise<void> {
    const failure = this.#failure('s3:GetObject')
    await this.delays.get('s3:GetObject')
    const key = decodeURIComponent(path.slice(1))
    const found = this.objects.get(key)
    if (failure === null && found !== undefined) {
      response.writeHead(200, { 'content-length': found.length })
      response.end(found)
      return
    }
    const { status, name } = failure ?? { status: 404, name: 'NoSuchKey' }
    response.writeHead(status, { 'content-type': 'application/xml' })
    response.end(`<Error><Code>${name}</Code><Message>${name} it is</Message></Error>`)
  }
}

type Entry = { readonly Id: string; readonly ReceiptHandle: string }

/** What SQS does with its queue. */
const SQS: { readonly [action: string]: (fake: FakeAws) => Handler } = {
  'sqs:ReceiveMessage': (fake) => (input) => {
    const now = Date.now()
    const hidden = Number(input['VisibilityTimeout']) * 1000
    const found = fake.queue.filter((message) => message.hiddenUntil <= now).slice(0, 10)
    for (const message of found) {
      message.receipt = randomUUID()
      message.hiddenUntil = now + hidden
      message.received += 1
    }
    const Messages = found.map(({ id, body, receipt, received }) => ({
      MessageId: id,
      ReceiptHandle: receipt,
      Body: body,
      MD5OfBody: createHash('md5').update(body).digest('hex'),
      Attributes: { SentTimestamp: String(now), ApproximateReceiveCount: String(received) },
    }))
    return { body: Messages.length === 0 ? {} : { Messages } }
  },
  'sqs:ChangeMessageVisibility': (fake) => (input) => {
    const message = fake.queue.find(({ receipt }) => receipt === input['ReceiptHandle'])
    if (message === undefined)
      return { status: 400, body: { __type: 'ReceiptHandleIsInvalid', message: 'the receipt is stale' } }
    message.hiddenUntil = Date.now() + Number(input['VisibilityTimeout']) * 1000
    return { body: {} }
  },
  'sqs:DeleteMessageBatch': (fake) => (input) => {
    const Successful: unknown[] = []
    const Failed: unknown[] = []
    for (const { Id, ReceiptHandle } of input['Entries'] as Entry[]) {
      if (fake.partial.left > 0) {
        fake.partial.left -= 1
        Failed.push({ Id, SenderFault: false, Code: fake.partial.code })
        continue
      }
      Successful.push({ Id })
      const at = fake.queue.findIndex(({ receipt }) => receipt === ReceiptHandle)
      const [message] = at < 0 ? [] : fake.queue.splice(at, 1)
      if (message === undefined || fake.redeliveries <= 0) continue
      fake.redeliveries -= 1
      fake.queue.push({ ...message, receipt: '', hiddenUntil: 0 })
    }
    return { body: { Successful, Failed } }
  },
}

/** A notification of S3 for objects of one bucket. */
export function notification(...keys: readonly string[]): unknown {
  return {
    Records: keys.map((key) => ({
      eventSource: 'aws:s3',
      awsRegion: 'eu-west-1',
      eventName: 'ObjectCreated:Put',
      s3: {
        bucket: { name: 'logs' },
        object: { key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'), size: 10 },
      },
    })),
  }
}
