/// <reference lib="dom" />
import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

// What scrolls stays a stop: without the focus it cannot be scrolled by keyboard.
const STOPS = 'a[href], button, input, select, textarea, summary, [tabindex]:not(.scroll)'

/**
 * Lets Tab stop at the controls of the message that was reached, and pass by those of the others: in a long channel, the
 * composer is near. They can be pressed all the same.
 */
export function useStops(box: RefObject<HTMLElement | null>, isCurrent: boolean): void {
  useLayoutEffect(() => {
    for (const stop of box.current?.querySelectorAll<HTMLElement>(STOPS) ?? []) {
      const { passed } = stop.dataset
      if (!isCurrent && passed === undefined) {
        stop.dataset['passed'] = stop.getAttribute('tabindex') ?? ''
        stop.tabIndex = -1
      } else if (isCurrent && passed !== undefined) {
        delete stop.dataset['passed']
        if (passed === '') stop.removeAttribute('tabindex')
        else stop.setAttribute('tabindex', passed)
      }
    }
  })
}
