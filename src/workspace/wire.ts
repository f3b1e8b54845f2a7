import type { Fields } from './json.ts'

// A slash as JSON, other languages' JSON and addresses write it.
const SLASH = String.raw`(?:\\?/|%2F)`
/** The last part of a response_url and of an upload's address, which lets anybody in. */
const ADDRESS = new RegExp(`(${SLASH}(?:response|upload${SLASH}v1)${SLASH})[0-9a-f]{48}`, 'gi')

/** Who speaks and who is spoken to. */
export type Side = 'Slack' | 'bot'

/** How an exchange went over: a call of the Web API, an envelope, a signed request, an answer to a response_url, or a file's bytes. */
export type Via = 'web-api' | 'socket' | 'http' | 'response_url' | 'upload' | 'download'

/** One exchange between Slack and the bot. `sent` and `answered` are without tokens; long ones are cut. */
export interface Exchange {
  /** Counts up from 1; a gap means that older ones were dropped. */
  readonly seq: number
  /** Milliseconds since 1970, when it began. */
  readonly at: number
  readonly from: Side
  readonly to: Side
  readonly via: Via
  /** The method (`chat.postMessage`), or the kind of payload (`block_actions ask:ip`). */
  readonly what: string
  readonly ok: boolean
  /** Slack's name of the failure, or the fault that was injected; null when it went well. */
  readonly error: string | null
  readonly ms: number
  readonly sent: unknown
  readonly answered: unknown
}

/** What is known of an exchange at its end. */
export type Ending = Pick<Exchange, 'what' | 'ok' | 'error' | 'sent' | 'answered'>

/** So many exchanges are kept, and so many characters of them in all. */
const KEPT = 1_000
const KEPT_TEXT = 8 * 1024 * 1024
/** A body longer than this, in characters of JSON, is kept as its beginning. */
const LONGEST = 64 * 1024
const BEGINNING = 4 * 1024

/** The last exchanges between Slack and the bot, for the page's wire pane and for the transcript of a game day. */
export class Wire {
  readonly #kept: { readonly exchange: Exchange; readonly size: number }[] = []
  readonly #now: () => number
  readonly #told: (line: object) => void
  #size = 0
  #seq = 0

  /** `now` in milliseconds; `told` hears of each exchange, without its bodies. */
  constructor(now: () => number, told: (line: object) => void) {
    this.#now = now
    this.#told = told
  }

  /** Begins an exchange; the returned function ends it, and then it is kept. */
  begin(opening: Pick<Exchange, 'from' | 'to' | 'via'>): (end: Ending) => void {
    const at = this.#now()
    const started = performance.now()
    return (end) => this.#keep({ ...opening, ...end, at, ms: Math.round(performance.now() - started) })
  }

  #keep(given: Omit<Exchange, 'seq'>): void {
    const sent = kept(given.sent)
    const answered = kept(given.answered)
    const exchange: Exchange = { ...given, sent: sent.body, answered: answered.body, seq: ++this.#seq }
    const size = sent.size + answered.size
    this.#kept.push({ exchange, size })
    this.#size += size
    while (this.#kept.length > KEPT || this.#size > KEPT_TEXT) this.#size -= this.#kept.shift()?.size ?? 0
    const { via, what, ok, error, ms } = exchange
    this.#told({ exchange: via, what, ok, error, ms })
  }

  /** What came after the exchange with this number, oldest first; `most` of them, the newest ones. */
  after(seq: number, most = KEPT): readonly Exchange[] {
    const found = this.#kept.filter(({ exchange }) => exchange.seq > seq).map(({ exchange }) => exchange)
    return found.slice(-most)
  }

  /** Forgets all; the numbers go on. */
  clear(): void {
    this.#kept.length = 0
    this.#size = 0
  }
}

function kept(body: unknown): { readonly body: unknown; readonly size: number } {
  if (body === undefined || body === null) return { body: null, size: 0 }
  const text = JSON.stringify(body, withoutTokens) ?? ''
  if (text.length <= LONGEST) return { body: JSON.parse(text) as unknown, size: text.length }
  const cut: Fields = { cut: true, characters: text.length, beginning: text.slice(0, BEGINNING) }
  return { body: cut, size: BEGINNING }
}

// What opens a door is never kept: tokens, the tickets of sockets and uploads, response_urls, and the verification token of old apps.
function withoutTokens(name: string, value: unknown): unknown {
  if (name === 'token') return undefined
  if (typeof value !== 'string') return value
  return value
    .replace(/\bx(oxb|app)-[A-Za-z0-9-]+/g, 'x$1-…')
    .replace(/([?&]ticket=)[^&]+/g, '$1…')
    .replace(ADDRESS, '$1…')
}
