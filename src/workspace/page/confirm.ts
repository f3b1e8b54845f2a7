/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Asking } from './store.ts'
import { drawText, plainText } from './text.ts'
import type { View } from './view.ts'

interface Props {
  readonly asking: Asking
  readonly view: View
}

/** The confirm dialog of an element. The way out has the focus; Escape takes it. */
export function Confirm({ asking, view }: Props): ComponentChild {
  const { confirm, answer } = asking
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    // Closed by itself it would not give the focus back.
    return () => shown?.close()
  }, [])
  const end = (agreed: boolean): void => {
    dialog.current?.close()
    answer(agreed)
  }
  const onCancel = (event: Event): void => {
    event.preventDefault()
    end(false)
  }
  return html`<dialog class="confirm" ref=${dialog} aria-labelledby="confirm-title" onCancel=${onCancel}>
    <h2 id="confirm-title">${plainText(confirm['title']) || 'Are you sure?'}</h2>
    <p>${drawText(confirm['text'], view)}</p>
    <p class="elements end">
      <button type="button" class="button" autofocus onClick=${() => end(false)}>
        ${plainText(confirm['deny']) || 'Cancel'}
      </button>
      <button
        type="button"
        class=${`button ${confirm['style'] === 'danger' ? 'danger' : 'primary'}`}
        onClick=${() => end(true)}
      >
        ${plainText(confirm['confirm']) || 'Yes'}
      </button>
    </p>
  </dialog>`
}
