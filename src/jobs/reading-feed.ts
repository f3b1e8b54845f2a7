import { type AllowedScope, type Consignment, type Cursor, type Feed, FeedFault } from '../model/feed.ts'
import { type Page, readingTexts } from '../model/reading.ts'
import type { Scope } from '../model/scope.ts'

export interface ReadingFeedOptions {
  readonly name: string
  /** What is read, for rejects: `kubernetes://prod`, `ec2://eu-west-1`. */
  readonly from: string
  readonly given: Scope
  readonly allowed: readonly AllowedScope[]
  /** Milliseconds from the end of one reading to the next. */
  readonly pause: number
  /** Reads everything once, page by page. Throws a FeedFault: `access-denied` when all that may be read was. */
  readonly read: (signal: AbortSignal) => AsyncGenerator<Page>
}

/** What stands somewhere, read again and again; a page at a time, so that no more of it is held. */
export class ReadingFeed implements Feed {
  readonly name: string
  readonly kind = 'inventory'
  readonly pause: number
  readonly #options: ReadingFeedOptions
  /** The reading under way; null between two. */
  #pages: AsyncGenerator<Page> | null = null
  /** What ended the last reading that is at its end; pages that land meanwhile do not undo it. */
  #standing: FeedFault | null = null

  constructor(options: ReadingFeedOptions) {
    this.name = options.name
    this.pause = options.pause
    this.#options = options
  }

  /** True within a reading: the pause lies between two. */
  get hasMore(): boolean {
    return this.#pages !== null
  }

  get standing(): FeedFault | null {
    return this.#standing
  }

  /** A page at a time; none when the reading is at its end. */
  async receive(_: Cursor | null, signal: AbortSignal): Promise<readonly Consignment[]> {
    this.#pages ??= this.#options.read(signal)
    try {
      const next = await this.#pages.next()
      if (next.done !== true)
        return readingTexts(next.value).map((text) => this.#consignment(text, next.value))
      this.#pages = null
      this.#standing = null
      return []
    } catch (error) {
      this.#pages = null
      if (signal.aborted) return []
      if (error instanceof FeedFault) this.#standing = error
      // What may not be read is not asked for more often for that; what failed is begun anew.
      if (error instanceof FeedFault && error.code === 'access-denied') return []
      throw error
    }
  }

  close(): void {
    this.#pages = null
  }

  #consignment(text: string, { of, takenAt }: Page): Consignment {
    const { from, given, allowed } = this.#options
    return {
      from: `${from}/${of}`,
      open: () => Promise.resolve(pieces(text)),
      given,
      allowed,
      // Pages stand in an order: none of them is taken in past one that failed.
      cursor: {},
      sentAt: takenAt,
      acknowledge: () => Promise.resolve(),
      giveBack: () => {
        // What did not land would be missing from a reading that ends as complete: it is begun anew.
        this.#pages = null
        return Promise.resolve()
      },
    }
  }
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
