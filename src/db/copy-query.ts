import type pg from 'pg'

const COPY_DATA = 'd'.charCodeAt(0)
const COPY_DONE = Buffer.from('c\0\0\0\x04', 'latin1')

/**
 * `COPY … FROM STDIN` with data that is at hand: it goes out with the statement, without waiting for the server to ask for it.
 * What comes after an error the server passes over, as the protocol says.
 */
export class CopyQuery implements pg.Submittable {
  readonly #text: string
  readonly #blocks: readonly Buffer[]
  readonly #end = Promise.withResolvers<void>()

  constructor(text: string, blocks: readonly Buffer[]) {
    this.#text = text
    this.#blocks = blocks
  }

  /** Settles when the server has taken all of it, or has refused it. */
  get done(): Promise<void> {
    return this.#end.promise
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection
    stream.cork()
    connection.query(this.#text)
    for (const block of this.#blocks) {
      const head = Buffer.allocUnsafe(5)
      head.writeUInt8(COPY_DATA)
      head.writeUInt32BE(block.length + 4, 1)
      stream.write(head)
      stream.write(block)
    }
    stream.write(COPY_DONE)
    stream.uncork()
  }

  /** The rest is what the client tells whatever it runs. */
  handleError(error: Error): void {
    this.#end.reject(error)
  }

  handleReadyForQuery(): void {
    this.#end.resolve()
  }

  handleCopyInResponse(): void {}

  handleCommandComplete(): void {}
}
