import { randomBytes } from 'node:crypto'
import { SlackRefusal } from './refusal.ts'

/** How long a trigger opens a modal, in milliseconds. */
const LASTS = 3_000
/** Older ones are forgotten; they are then as unknown as one that never was. Milliseconds. */
const REMEMBERED = 60 * 60 * 1_000

interface Trigger {
  readonly person: string
  readonly issued: number
  expired: boolean
  exchanged: boolean
}

/** The trigger_ids given out with interactions: each opens one modal for its person, within three seconds. */
export class Triggers {
  readonly #triggers = new Map<string, Trigger>()
  readonly #now: () => number

  /** `now` in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** A new trigger_id, `n.n.hex`, for what this person did. */
  issueTrigger(person: string): string {
    const issued = this.#now()
    for (const [id, old] of this.#triggers) if (issued - old.issued > REMEMBERED) this.#triggers.delete(id)
    const id = `${Math.trunc(issued)}.${Math.trunc(issued / 1_000)}.${randomBytes(16).toString('hex')}`
    this.#triggers.set(id, { person, issued, expired: false, exchanged: false })
    return id
  }

  /** Whose trigger it is. Refuses one that is unknown, used or too old, and leaves it unused. */
  checkTrigger(id: string): string {
    const trigger = this.#triggers.get(id)
    if (trigger === undefined) throw new SlackRefusal('invalid_trigger_id')
    if (trigger.exchanged) throw new SlackRefusal('exchanged_trigger_id')
    if (trigger.expired || this.#now() - trigger.issued > LASTS) throw new SlackRefusal('expired_trigger_id')
    return trigger.person
  }

  /** Uses a trigger that was checked. */
  exchangeTrigger(id: string): void {
    const trigger = this.#triggers.get(id)
    if (trigger !== undefined) trigger.exchanged = true
  }

  /** Makes one trigger too old. */
  expireTrigger(id: string): void {
    const trigger = this.#triggers.get(id)
    if (trigger !== undefined) trigger.expired = true
  }

  /** Makes every trigger too old, so that an app can be seen to be late. */
  expireTriggers(): void {
    for (const trigger of this.#triggers.values()) trigger.expired = true
  }
}
