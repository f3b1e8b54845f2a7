/// <reference lib="dom" />
import type { Store } from './store.ts'

/** Follows the keys that mean something everywhere: `/` to the composer, Escape out of the thread, F6 from pane to pane. */
export function followKeys(store: Store): void {
  document.addEventListener('keydown', (event) => {
    // A dialog has its own keys.
    if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return
    const { activeElement } = document
    const isTyping = activeElement?.matches('input, select, textarea') ?? false
    if (event.key === 'F6') {
      event.preventDefault()
      movePane(event.shiftKey ? -1 : 1)
    } else if (event.key === 'Escape' && store.shown.threadTs !== null && !isTyping) {
      document.querySelector<HTMLElement>('[data-pane="thread"] .shut')?.click()
    } else if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const composer = document.getElementById('command')
      if (composer === null) return
      event.preventDefault()
      composer.focus()
    }
  })
}

/** What has the focus first in each pane, in the order of the page. */
const PANES = [
  '[data-pane="channels"] [aria-current]',
  'main article[tabindex="0"], main .home',
  '#command',
  '.thread:not(.idle) article[tabindex="0"]',
  '[data-pane="hints"] button',
  '[data-pane="wire"] input',
]

function movePane(by: number): void {
  const doors = PANES.flatMap((selector) => document.querySelector<HTMLElement>(selector) ?? []).filter(
    (door) => door.offsetParent !== null,
  )
  const { activeElement } = document
  // The composer stands in the pane of the channel and is a place of its own.
  const at = doors.findIndex((door) => door === activeElement || isBesides(door, activeElement))
  const from = at < 0 && by < 0 ? 0 : at
  doors[(from + by + doors.length) % doors.length]?.focus()
}

function isBesides(door: HTMLElement, active: Element | null): boolean {
  const area = door.closest('.composer, .messages, .home, [data-pane]')
  return active !== null && active.closest('.composer, .messages, .home, [data-pane]') === area
}
