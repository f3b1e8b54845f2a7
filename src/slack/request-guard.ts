import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds that a request's timestamp may be away from our clock, either way. */
const MOST_SKEW = 300
/** Signatures remembered at most; older ones than MOST_SKEW are refused for their time. */
const MOST_SEEN = 20_000

/** One signed request as it arrived. */
export interface SignedRequest {
  /** Header X-Slack-Request-Timestamp. */
  readonly timestamp: string | undefined
  /** Header X-Slack-Signature. */
  readonly signature: string | undefined
  readonly body: Buffer
}

/** What is to be done with a request; a `replay` is acked and not handled again. */
export type Judgement = 'fresh' | 'replay' | 'unsigned' | 'skewed'

/**
 * Judges signed requests. Bolt takes a request again within five minutes, and any time in the future; a click on a
 * containment must not be one of those.
 */
export class RequestGuard {
  readonly #secret: string
  /** Signatures in the order of their arrival. */
  readonly #seen = new Set<string>()

  constructor(signingSecret: string) {
    this.#secret = signingSecret
  }

  /** `now` in seconds since 1970. */
  judge({ timestamp = '', signature = '', body }: SignedRequest, now: number): Judgement {
    const mac = createHmac('sha256', this.#secret).update(`v0:${timestamp}:`).update(body).digest('hex')
    const expected = Buffer.from(`v0=${mac}`)
    const given = Buffer.from(signature)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'unsigned'
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > MOST_SKEW) return 'skewed'
    if (this.#seen.has(signature)) return 'replay'
    this.#seen.add(signature)
    for (const oldest of this.#seen) {
      if (this.#seen.size <= MOST_SEEN) break
      this.#seen.delete(oldest)
    }
    return 'fresh'
  }
}
