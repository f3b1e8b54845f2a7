import { randomBytes } from 'node:crypto'
import { newId } from '../ids.ts'
import { asList, type Fields } from '../json.ts'
import { SlackRefusal } from '../refusal.ts'
import { type Values, valuesWithin } from '../state-values.ts'

/** A modal that stands open for one person, or the person's App Home. */
export interface OpenView {
  readonly id: string
  readonly person: string
  /** As the app said it, with an id for each block and element. */
  readonly view: Fields
  /** Changes with each update, so that an app can tell whether it has seen the newest one. */
  readonly hash: string
  readonly rootId: string
  readonly previousId: string | null
  /** What its controls hold, as far as the page has said. */
  readonly values: Values
}

/** The most modals that stand on one another. */
const DEEPEST = 3

/** Open modals and App Homes, in memory: Slack forgets open modals with the client. */
export class Views {
  /** By person, the top one last. */
  readonly #stacks = new Map<string, readonly OpenView[]>()
  readonly #homes = new Map<string, OpenView>()
  readonly #now: () => number
  readonly #changed: () => void

  /** `now` in milliseconds since 1970; `changed` is called after each change that a person can see. */
  constructor(now: () => number, changed: () => void) {
    this.#now = now
    this.#changed = changed
  }

  /** The person's modals, the top one last. */
  stack(person: string): readonly OpenView[] {
    return this.#stacks.get(person) ?? []
  }

  /** The person's App Home; null before the app published one. */
  home(person: string): OpenView | null {
    return this.#homes.get(person) ?? null
  }

  /** An open modal by its id. */
  modal(id: string): OpenView | null {
    return this.#modals().find((open) => open.id === id) ?? null
  }

  /** An open modal by the name that the app gave it. */
  modalNamed(externalId: string): OpenView | null {
    return this.#modals().find(({ view }) => view['external_id'] === externalId) ?? null
  }

  /** Opens a modal in place of whatever was open. */
  open(person: string, view: Fields): OpenView {
    this.#assertName(view, null)
    return this.#put(person, [], view)
  }

  /** Opens a modal on top of the person's others. Refuses with not_found when none is open. */
  push(person: string, view: Fields): OpenView {
    const below = this.stack(person)
    if (below.length === 0) throw new SlackRefusal('not_found')
    if (below.length >= DEEPEST) throw new SlackRefusal('push_limit_reached')
    this.#assertName(view, null)
    return this.#put(person, below, view)
  }

  /** Redraws an open modal; what was typed into controls that are still there stays. */
  update(open: OpenView, view: Fields): OpenView {
    this.#assertName(view, open)
    const values = valuesWithin(asList(view['blocks']), open.values)
    const updated = { ...open, view, values, hash: this.#hash() }
    this.#keep(updated)
    this.#changed()
    return updated
  }

  /** Draws the person's App Home. */
  publish(person: string, view: Fields): OpenView {
    const before = this.home(person)
    this.#assertName(view, before)
    const id = before?.id ?? newId('V')
    const values = valuesWithin(asList(view['blocks']), before?.values ?? {})
    const home = { id, person, view, hash: this.#hash(), rootId: id, previousId: null, values }
    this.#homes.set(person, home)
    this.#changed()
    return home
  }

  /** Notes what the controls of a view hold; nothing that a person sees changes. Returns the view as it is now. */
  hold(open: OpenView, values: Values): OpenView {
    const home = this.home(open.person)
    const current = this.modal(open.id) ?? (home?.id === open.id ? home : open)
    const held = { ...current, values: valuesWithin(asList(current.view['blocks']), values) }
    this.#keep(held)
    return held
  }

  /** Closes a modal and those on top of it. Nothing happens when it is closed already. */
  close(person: string, id: string): void {
    const stack = this.stack(person)
    const at = stack.findIndex((open) => open.id === id)
    if (at < 0) return
    this.#stacks.set(person, stack.slice(0, at))
    this.#changed()
  }

  /** Closes all modals of a person. */
  clear(person: string): void {
    this.#stacks.delete(person)
    this.#changed()
  }

  /** Closes every modal and forgets every App Home. */
  reset(): void {
    this.#stacks.clear()
    this.#homes.clear()
    this.#changed()
  }

  #modals(): readonly OpenView[] {
    return [...this.#stacks.values()].flat()
  }

  #put(person: string, below: readonly OpenView[], view: Fields): OpenView {
    const id = newId('V')
    const [root] = below
    const open: OpenView = {
      id,
      person,
      view,
      hash: this.#hash(),
      rootId: root?.id ?? id,
      previousId: below.at(-1)?.id ?? null,
      values: {},
    }
    this.#stacks.set(person, [...below, open])
    this.#changed()
    return open
  }

  // A view that was closed meanwhile stays closed.
  #keep(open: OpenView): void {
    if (this.home(open.person)?.id === open.id) this.#homes.set(open.person, open)
    const stack = this.stack(open.person).map((other) => (other.id === open.id ? open : other))
    this.#stacks.set(open.person, stack)
  }

  #assertName(view: Fields, itself: OpenView | null): void {
    const name = view['external_id']
    if (name === undefined || name === null || name === '') return
    const others = [...this.#modals(), ...this.#homes.values()].filter(({ id }) => id !== itself?.id)
    if (others.some((other) => other.view['external_id'] === name))
      throw new SlackRefusal('duplicate_external_id')
  }

  #hash(): string {
    return `${Math.trunc(this.#now() / 1_000)}.${randomBytes(4).toString('hex')}`
  }
}
