import type { Hint, PagePerson } from './state.ts'

/** What a person did; `person` is their id. */
export type Act =
  | { readonly kind: 'press'; readonly label: string; readonly person: string }
  | { readonly kind: 'command'; readonly text: string; readonly person: string }
  | { readonly kind: 'switch'; readonly person: string }

/** True when this act is what the hint asks for. A hint may name a person by id, name or role. */
export function answers({ shows }: Hint, act: Act, people: readonly PagePerson[]): boolean {
  const { button, command, person } = shows
  if (person !== undefined && !isPerson(person, act.person, people)) return false
  if (button !== undefined) return act.kind === 'press' && act.label === button
  if (command !== undefined) return act.kind === 'command' && act.text.trim().startsWith(command)
  return person !== undefined && act.kind === 'switch'
}

function isPerson(named: string, id: string, people: readonly PagePerson[]): boolean {
  const person = people.find((one) => one.id === id)
  return [id, person?.name, person?.role].includes(named)
}

/** The id of the person whom a hint names; null when there is none. */
export function personIn({ shows: { person } }: Hint, people: readonly PagePerson[]): string | null {
  return people.find(({ id }) => person !== undefined && isPerson(person, id, people))?.id ?? null
}

/** How far a newcomer has come: ids of hints. */
export interface HintProgress {
  readonly done: readonly string[]
  readonly skipped: readonly string[]
  readonly isOff: boolean
}

/** Nothing done yet. */
export const NO_PROGRESS: HintProgress = { done: [], skipped: [], isOff: false }

/** The progress after an act; the very same object when it answers no hint. */
export function afterAct(
  progress: HintProgress,
  hints: readonly Hint[],
  act: Act,
  people: readonly PagePerson[],
): HintProgress {
  const now = hints.filter((hint) => !progress.done.includes(hint.id) && answers(hint, act, people))
  return now.length === 0 ? progress : { ...progress, done: [...progress.done, ...now.map(({ id }) => id)] }
}

/** The hint that is shown: the first that is neither done nor skipped; null when there is none left. */
export function currentHint(hints: readonly Hint[], { done, skipped }: HintProgress): Hint | null {
  return hints.find(({ id }) => !done.includes(id) && !skipped.includes(id)) ?? null
}
