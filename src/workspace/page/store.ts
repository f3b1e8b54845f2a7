import type { Fields } from '../json.ts'
import type { PagePerson, PageState, Thread } from './state.ts'

/** The part of the page that a narrow screen shows; a wide one shows them all. */
export type Pane = 'channels' | 'channel' | 'thread'

/** A confirm dialog that waits for its answer. */
export interface Asking {
  readonly confirm: Fields
  readonly answer: (agreed: boolean) => void
}

/** What the page shows now. */
export interface Shown {
  /** Null until the server has answered once. */
  readonly state: PageState | null
  /** Null while it is looked for; `missing` when there is none. */
  readonly thread: Thread | 'missing' | null
  /** Who the person at the page is now: an id. */
  readonly acting: string
  readonly channelId: string
  readonly threadTs: string | null
  /** App Home stands in place of the channel. */
  readonly isHome: boolean
  readonly pane: Pane
  /** What the status line says about the connection; '' when all is well. */
  readonly status: string
  /** What is read out politely. */
  readonly live: string
  readonly asking: Asking | null
  readonly isWireOpen: boolean
  /** Modals that were closed here and of which the server has not heard yet. */
  readonly closing: readonly string[]
}

/** Holds what the page shows and tells who listens when it changes. */
export class Store {
  #shown: Shown
  #clockAhead = 0
  /** The threads, by the ts of their parents, in which an answer to something pressed at this page may arrive. */
  readonly awaited = new Set<string>()
  readonly #listeners = new Set<() => void>()

  constructor(acting: string) {
    this.#shown = {
      state: null,
      thread: null,
      acting,
      channelId: '',
      threadTs: null,
      isHome: false,
      pane: 'channel',
      status: '',
      live: '',
      asking: null,
      isWireOpen: false,
      closing: [],
    }
  }

  /** Milliseconds by which the workspace's clock is ahead of the browser's. */
  get clockAhead(): number {
    return this.#clockAhead
  }

  /** The server said what time it is. */
  heardTime(now: number): void {
    this.#clockAhead = now - Date.now()
  }

  get shown(): Shown {
    return this.#shown
  }

  show(part: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...part }
    for (const listener of this.#listeners) listener()
  }

  /** Calls back after each change, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** The person with this id, if the server knows one. */
function personOf({ state }: Shown, id: string): PagePerson | undefined {
  return state?.people.find((person) => person.id === id)
}

/** What the person at the page is called. */
export function roleOf(shown: Shown): string {
  return personOf(shown, shown.acting)?.role ?? shown.acting
}
