import type { ServerResponse } from 'node:http'

/** Milliseconds; a word now and then keeps the connection open, and tells the page that it is. */
const KEEP_ALIVE = 15_000

/** Milliseconds: a call that posts a message is a change of the channel and one of the wire. */
const TOGETHER = 15

/** Tells the open pages, and whoever waits in this process, that something was written. */
export class Changes {
  readonly #pages = new Set<ServerResponse>()
  readonly #listeners = new Set<() => void>()
  readonly #timer: NodeJS.Timeout
  #soon: NodeJS.Timeout | null = null

  constructor() {
    this.#timer = setInterval(() => this.#write('event: alive\ndata: {}\n\n'), KEEP_ALIVE)
    this.#timer.unref()
  }

  /** Says that something changed; what it is, the reader fetches. Changes that come together are told to pages once. */
  tell(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null
      this.#write('event: changed\ndata: {}\n\n')
    }, TOGETHER)
    for (const listener of this.#listeners) listener()
  }

  /** Calls back after each change, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Keeps a response open as a stream of changes. */
  stream(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.write('retry: 1000\n\n')
    this.#pages.add(response)
    response.on('close', () => this.#pages.delete(response))
  }

  close(): void {
    clearInterval(this.#timer)
    if (this.#soon !== null) clearTimeout(this.#soon)
    for (const page of this.#pages) page.end()
    this.#listeners.clear()
  }

  #write(text: string): void {
    for (const page of this.#pages) page.write(text)
  }
}
