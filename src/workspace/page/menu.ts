/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

interface MenuItem {
  readonly label: string
  readonly description?: string
  readonly choose: () => void
}

interface Props {
  /** What the menu is called; `sign` is what is drawn. */
  readonly label: string
  readonly sign: string
  readonly items: readonly MenuItem[]
  readonly isBusy?: boolean
  readonly focusKey?: string
}

/** A button that opens a list of things to do. Escape and a press elsewhere close it; focus goes back to its button. */
export function Menu({ label, sign, items, isBusy = false, focusKey }: Props): ComponentChild {
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLElement>(null)
  // Before the next key: what is pressed then is meant for the list.
  useLayoutEffect(() => {
    if (!isOpen) return undefined
    list.current?.scrollIntoView({ block: 'nearest' })
    list.current?.querySelector('button')?.focus({ preventScroll: true })
    const closeElsewhere = (event: Event): void => {
      if (!(event.target instanceof Node && box.current?.contains(event.target))) setOpen(false)
    }
    document.addEventListener('pointerdown', closeElsewhere)
    document.addEventListener('focusin', closeElsewhere)
    return () => {
      document.removeEventListener('pointerdown', closeElsewhere)
      document.removeEventListener('focusin', closeElsewhere)
    }
  }, [isOpen])
  const close = (): void => {
    setOpen(false)
    opener.current?.focus()
  }
  const onKey = (event: KeyboardEvent): void => {
    if (!isOpen) return
    if (event.key === 'Escape') {
      // The thread or modal below stays open.
      event.preventDefault()
      event.stopPropagation()
      close()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      event.stopPropagation()
      step(list.current, event.key === 'ArrowDown' ? 1 : -1)
    }
  }
  return html`<span class="menu" ref=${box} data-opener=${focusKey} onKeyDown=${onKey}>
    <button
      type="button"
      class="button"
      ref=${opener}
      aria-label=${label}
      title=${label}
      aria-expanded=${isOpen ? 'true' : 'false'}
      aria-busy=${isBusy ? 'true' : undefined}
      data-key=${focusKey}
      onClick=${() => setOpen(!isOpen)}
    >${sign}</button>
    ${
      isOpen
        ? html`<span class="menu-list" ref=${list}>${items.map(
            ({ label: words, description = '', choose }) => html`<button
              type="button"
              class="menu-item"
              onClick=${() => {
                close()
                choose()
              }}
            >${words}${description === '' ? null : html`<small>${description}</small>`}</button>`,
          )}</span>`
        : null
    }
  </span>`
}

function step(list: HTMLElement | null, by: number): void {
  const buttons = Array.from(list?.querySelectorAll('button') ?? [])
  const at = buttons.findIndex((button) => button === document.activeElement)
  buttons[(at + by + buttons.length) % buttons.length]?.focus()
}
