/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { currentHint, type HintProgress } from './hint-progress.ts'
import type { Hint } from './state.ts'

interface Props {
  readonly hints: readonly Hint[]
  readonly progress: HintProgress
  readonly change: (progress: HintProgress) => void
  readonly showMe: (hint: Hint) => void
}

/** What a newcomer may try next: one hint in full, the others ticked as they are done, in any order. */
export function Hints({ hints, progress, change, showMe }: Props): ComponentChild {
  const { done, skipped } = progress
  const hint = currentHint(hints, progress)
  const count = hints.filter(({ id }) => done.includes(id)).length
  // What was pressed goes away with its press, and the focus goes on to what stays.
  const turnOff = (): void => {
    document.getElementById('hints-toggle')?.focus()
    change({ ...progress, isOff: true })
  }
  const skip = ({ id }: Hint): void => {
    const next = { ...progress, skipped: [...skipped, id] }
    if (currentHint(hints, next) === null) document.getElementById('hints-title')?.focus()
    change(next)
  }
  return html`<aside class="hints" data-pane="hints" aria-labelledby="hints-title">
    <header class="pane-head">
      <h2 id="hints-title" tabindex="-1">
        ${hint === null ? `${count} of ${hints.length} hints done` : `Hint ${hints.indexOf(hint) + 1} of ${hints.length}`}
      </h2>
      <button type="button" class="button small" onClick=${turnOff}>Hints off</button>
    </header>
    ${hint === null ? html`<p class="now">That was the tour. Ask on; nothing here can break.</p>` : drawHint(hint)}
    <ol class="steps">
      ${hints.map(
        ({ id, text }) => html`<li
          key=${id}
          class=${id === hint?.id ? 'now' : ''}
          aria-current=${id === hint?.id ? 'step' : undefined}
        ><span class="tick">${signOf(id)}</span> ${text}</li>`,
      )}
    </ol>
  </aside>`

  function drawHint(current: Hint): ComponentChild {
    const canShow = Object.keys(current.shows).length > 0
    return html`<div class="now">
      <p>${current.text}</p>
      <p class="elements">
        ${canShow ? html`<button type="button" class="button small primary" onClick=${() => showMe(current)}>Show me</button>` : null}
        <button type="button" class="button small" onClick=${() => skip(current)}>Skip</button>
      </p>
    </div>`
  }

  function signOf(id: string): ComponentChild {
    if (done.includes(id)) return html`✓<span class="hidden-text"> done:</span>`
    if (skipped.includes(id)) return html`–<span class="hidden-text"> skipped:</span>`
    return html`○<span class="hidden-text"> to do:</span>`
  }
}
