import { request } from 'node:https'
import { FeedFault } from '../model/feed.ts'
import type { Connection } from './connection.ts'

/** What an API server answered. */
export interface Answer {
  readonly status: number
  readonly body: string
  /** Milliseconds since 1970, by its clock; null: it does not say. */
  readonly date: number | null
}

const PATIENCE = 60_000
const LARGEST = 256 * 1024 * 1024

/** Asks once. A redirect is an answer like any other: a token goes to the server that it is for, and nowhere else. */
export async function get(connection: Connection, path: string, signal: AbortSignal): Promise<Answer> {
  const options = await connection.options()
  const url = new URL(`${connection.server}${path}`)
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        error instanceof FeedFault
          ? error
          : new FeedFault('unreachable', `GET ${path} of ${url.host} failed: ${error.message}.`, {
              cause: error,
            }),
      )
    const asked = request(
      url,
      { ...options, method: 'GET', headers: { ...headersOf(options), accept: 'application/json' }, signal },
      (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > LARGEST) asked.destroy(new Error('the answer is larger than 256 MiB'))
          else chunks.push(chunk)
        })
        response.on('error', fail)
        response.on('end', () => {
          const date = Date.parse(response.headers.date ?? '')
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
            date: Number.isNaN(date) ? null : date,
          })
        })
      },
    )
    asked.setTimeout(PATIENCE, () => asked.destroy(new Error('no answer for a minute')))
    asked.on('error', fail)
    asked.end()
  })
}

function headersOf({ headers }: { readonly headers?: unknown }): object {
  return typeof headers === 'object' && headers !== null && !Array.isArray(headers) ? headers : {}
}
