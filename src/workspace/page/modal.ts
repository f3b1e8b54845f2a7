/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Fields } from '../json.ts'
import type { Acts } from './acts.ts'
import { drawBlocks } from './blocks.ts'
import type { Outcome } from './connection.ts'
import type { Held } from './held.ts'
import { viewSurface } from './surface.ts'
import { plainText } from './text.ts'
import { Undrawable } from './undrawable.ts'
import { drawFailure } from './use-send.ts'
import type { View } from './view.ts'

interface Props {
  readonly open: Fields
  /** There is a modal below, to which one goes back. */
  readonly isPushed: boolean
  readonly held: Held
  readonly view: View
  readonly acts: Acts
}

/** A modal: the top one of a person's stack. An update of the view keeps what was typed, and where. */
export function Modal({ open, isPushed, held, view, acts }: Props): ComponentChild {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const [errors, setErrors] = useState<Outcome['errors']>({})
  const isSending = useRef(false)

  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    shown?.querySelector<HTMLElement>(firstIn(shown))?.focus()
    return () => shown?.close()
  }, [])
  useLayoutEffect(() => {
    dialog.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [errors])

  const changed = (blockId: string): void => {
    const { [blockId]: gone, ...rest } = errors
    if (gone !== undefined) setErrors(rest)
  }
  const surface = viewSurface(open, view, held, errors, changed)
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (isSending.current) return
    setFailure('')
    isSending.current = true
    setBusy(true)
    const { outcome, words, errors: told } = await acts.submit(open, held.valuesOf(open['blocks']))
    isSending.current = false
    setBusy(false)
    setErrors(told)
    if (outcome !== 'acked' && outcome !== 'errors') setFailure(words || 'Nothing happened.')
  }
  // Slack closes a modal on Escape; the browser must not do so on its own, or it would come back with the next refresh.
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    event.stopPropagation()
    acts.dismiss(open, false)
  }
  const body = useMemo(
    () => drawBlocks(open['blocks'], surface),
    [open['id'], open['hash'], open['blocks'], errors, view],
  )
  const title = plainText(open['title'])
  const submitLabel = plainText(open['submit'])
  const back = html`<button
    type="button"
    class="button icon"
    aria-label="Back"
    onClick=${() => acts.dismiss(open, false)}
  >←</button>`
  return html`<dialog
    class="modal"
    ref=${dialog}
    aria-labelledby="modal-title"
    data-pane="modal"
    onKeyDown=${onKey}
    onCancel=${(event: Event) => event.preventDefault()}
  >
    <form onSubmit=${(event: Event) => void submit(event)} novalidate>
      <header>
        ${isPushed ? back : null}
        <h2 id="modal-title" tabindex="-1">${title}</h2>
        <button type="button" class="button icon" aria-label="Close" onClick=${() => acts.dismiss(open, true)}>✕</button>
      </header>
      <div class="modal-body" tabindex="0" role="region" aria-label=${title}>
        <${Undrawable} of=${open}>${body}<//>
      </div>
      <footer>
        ${drawFailure(failure)} ${drawStray(errors, open)}
        <button type="button" class="button" onClick=${() => acts.dismiss(open, false)}>
          ${plainText(open['close']) || (submitLabel === '' ? 'Close' : 'Cancel')}
        </button>
        ${
          submitLabel === ''
            ? null
            : html`<button type="submit" class="button primary filled" aria-busy=${isBusy ? 'true' : undefined}>
                ${submitLabel}
              </button>`
        }
      </footer>
    </form>
  </dialog>`
}

function firstIn(dialog: HTMLElement): string {
  const wanted = ['[data-focus-first]', '.modal-body input, .modal-body select, .modal-body textarea']
  return wanted.find((selector) => dialog.querySelector(selector) !== null) ?? '#modal-title'
}

// What is wrong with an input that the view does not draw is said all the same.
function drawStray(errors: Outcome['errors'], open: Fields): ComponentChild {
  const drawn = JSON.stringify(open['blocks'])
  const stray = Object.entries(errors).filter(([blockId]) => !drawn.includes(JSON.stringify(blockId)))
  if (stray.length === 0) return null
  return html`<span class="wrong" role="alert">${stray.map(([, words]) => words).join(' ')}</span>`
}
