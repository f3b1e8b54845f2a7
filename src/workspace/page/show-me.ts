/// <reference lib="dom" />
import type { Acts } from './acts.ts'
import { personIn } from './hint-progress.ts'
import type { Hint, PagePerson } from './state.ts'

/**
 * Brings what a hint speaks of into sight and gives it the focus: the button in the gravest card that has it, the composer
 * with the command typed, or the choice of person.
 */
export function showMe(hint: Hint, acting: string, people: readonly PagePerson[], acts: Acts): void {
  const { button, command } = hint.shows
  const person = personIn(hint, people)
  // First the person, then what that person presses or types.
  if (person !== null && person !== acting) return reach(document.querySelector<HTMLElement>('#as'))
  void acts.openFirstChannel().then(() =>
    requestAnimationFrame(() => {
      if (command !== undefined) return prefill(command)
      if (button !== undefined)
        reach(bestButton(button) ?? document.querySelector<HTMLElement>('#channel-title'))
    }),
  )
}

const GRAVEST = ['Critical: ', 'High: ', 'Medium: ']

// A card that is graver is what the hint is about; of equals the newest.
function bestButton(label: string): HTMLElement | null {
  const all = [...document.querySelectorAll<HTMLElement>('main article button, .thread article button')]
  const buttons = all.filter((button) => button.textContent === label && button.offsetParent !== null)
  const saysOf = (button: HTMLElement): string => button.closest('article')?.getAttribute('aria-label') ?? ''
  const gravest = GRAVEST.map((word) => buttons.findLast((button) => saysOf(button).includes(word)))
  return gravest.find((button) => button !== undefined) ?? buttons.at(-1) ?? null
}

function prefill(command: string): void {
  const input = document.querySelector<HTMLInputElement>('#command')
  if (input === null) return
  // What somebody is typing is theirs.
  if (input.value.trim() !== '') return reach(input)
  input.value = command
  input.dispatchEvent(new Event('input', { bubbles: true }))
  reach(input)
  input.setSelectionRange(command.length, command.length)
}

function reach(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'center' })
  element?.focus()
  element?.classList.add('shown-me')
  element?.addEventListener('blur', () => element.classList.remove('shown-me'), { once: true })
}
