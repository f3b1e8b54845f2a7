/// <reference lib="dom" />
import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/**
 * Gives the focus back to the control that had it, when drawing put another element in its place inside of `box`. To be
 * called while drawing, before anything is changed.
 */
export function useFocusKept(box: RefObject<HTMLElement | null>): void {
  const focused = document.activeElement
  const key = focused instanceof HTMLElement && box.current?.contains(focused) ? keyFor(focused) : undefined
  useLayoutEffect(() => {
    if (key !== undefined && document.activeElement === document.body) focusKey(key, box.current)
  })
}

/** Remembers what has the focus; the returned function gives it back, also to what was drawn in its place. */
export function rememberFocus(): () => void {
  const focused = document.activeElement
  if (!(focused instanceof HTMLElement) || focused === document.body) return () => undefined
  const key = keyFor(focused)
  const pane = focused.closest<HTMLElement>('[data-pane]')
  return () => {
    if (focused.isConnected) focused.focus()
    else if (key !== undefined && !focusKey(key, pane)) focusKey(key, null)
  }
}

// An item of an open menu is gone with the menu: its opener stands for it.
function keyFor(focused: HTMLElement): string | undefined {
  return focused.dataset['key'] ?? focused.closest<HTMLElement>('[data-opener]')?.dataset['opener']
}

/** Focuses the first of a pane, if what had the focus went out of sight with another pane, as on a phone. */
export function focusPane(selector: string): void {
  requestAnimationFrame(() => {
    const { activeElement } = document
    const isThere = activeElement instanceof HTMLElement && activeElement.offsetParent !== null
    if (!isThere || activeElement === document.body) document.querySelector<HTMLElement>(selector)?.focus()
  })
}

/** Focuses the control of this name inside of a box, or anywhere; false when there is none. */
export function focusKey(key: string, box: HTMLElement | null): boolean {
  const found = (box ?? document).querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
  found?.focus()
  return found !== null
}
