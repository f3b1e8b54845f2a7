/** What can be made to go wrong between Slack and the app, and what `seconds` means there. */
export const FAULTS = {
  'rate-limit': 'A method answers 429 with Retry-After of so many seconds.',
  'server-error': 'A method answers 500.',
  hang: 'A method is not answered for so many seconds, and then the connection is cut; it did nothing.',
  malformed: 'A method answers with half of a JSON document; it did its work.',
  drop: 'A method does its work and the connection is cut before the answer.',
  duplicate: 'A payload is delivered twice, as Slack does when an ack got lost.',
  replay: 'A payload is delivered, and the very same request (signature, envelope) comes once more.',
  skew: 'The timestamp of a signed request is so many seconds off; negative is the past.',
  'late-ack': "The app's ack takes so many seconds to arrive; past three, Slack has given up.",
  'expired-trigger': 'The trigger of a payload has expired before the app can use it.',
} as const

export type FaultKind = keyof typeof FAULTS

/** A fault that is armed. */
export interface Fault<K extends FaultKind = FaultKind> {
  readonly id: number
  readonly kind: K
  /** The Web API method, or the kind of payload (`block_actions`), that it strikes; null: any. */
  readonly method: string | null
  /** So many more times. */
  readonly times: number
  readonly seconds: number
}

/** True for the name of a fault. */
export function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(FAULTS, name)
}

/** The faults that are armed; each strike uses one of its times up. */
export class Faults {
  #armed: Fault[] = []
  #id = 0

  /** Arms a fault and returns it with its id. */
  arm(fault: Omit<Fault, 'id'>): Fault {
    const armed = { ...fault, id: ++this.#id }
    this.#armed.push(armed)
    return armed
  }

  /** The first armed fault of these kinds for this method, with one of its times used up; null when there is none. */
  strike<K extends FaultKind>(method: string, ...kinds: readonly K[]): Fault<K> | null {
    const found = this.#armed.find(
      (fault): fault is Fault<K> =>
        (kinds as readonly FaultKind[]).includes(fault.kind) &&
        (fault.method === null || fault.method === method),
    )
    if (found === undefined) return null
    this.#armed = this.#armed
      .map((fault) => (fault === found ? { ...fault, times: fault.times - 1 } : fault))
      .filter(({ times }) => times > 0)
    return found
  }

  armed(): readonly Fault[] {
    return this.#armed
  }

  /** Disarms one fault, or all when `id` is null. Returns how many there were. */
  disarm(id: number | null): number {
    const before = this.#armed.length
    this.#armed = id === null ? [] : this.#armed.filter((fault) => fault.id !== id)
    return before - this.#armed.length
  }
}
