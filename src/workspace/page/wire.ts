/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { directionOf, passes, type WireFilter } from './exchange.ts'
import { useWire } from './use-wire.ts'
import { WireLine } from './wire-line.ts'

interface Props {
  /** Another object whenever something changed. */
  readonly changed: unknown
  readonly close: () => void
}

/** What Slack and the app say to each other, one line for each exchange. */
export function Wire({ changed, close }: Props): ComponentChild {
  const exchanges = useWire(changed)
  const [filter, setFilter] = useState<WireFilter>({ direction: '', text: '', failuresOnly: false })
  const box = useRef<HTMLElement>(null)
  const isAtEnd = useRef(true)
  const directions = [...new Set(exchanges.map(directionOf))].toSorted()
  const shown = exchanges.filter((exchange) => passes(exchange, filter))
  useLayoutEffect(() => {
    const list = box.current
    if (list !== null && isAtEnd.current) list.scrollTop = list.scrollHeight
  }, [shown.at(-1)?.seq])
  const onScroll = (): void => {
    const list = box.current
    if (list !== null) isAtEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < 40
  }
  const onDirection = (event: Event): void =>
    setFilter({ ...filter, direction: (event.currentTarget as HTMLSelectElement).value })
  const onText = (event: Event): void =>
    setFilter({ ...filter, text: (event.currentTarget as HTMLInputElement).value })
  const onFailures = (event: Event): void =>
    setFilter({ ...filter, failuresOnly: (event.currentTarget as HTMLInputElement).checked })
  return html`<section class="wire" data-pane="wire" aria-label="Wire">
    <header class="pane-head">
      <h2>Wire</h2>
      <input type="search" aria-label="Method or text" placeholder="Method or text" value=${filter.text} onInput=${onText} />
      <select aria-label="Direction" value=${filter.direction} onChange=${onDirection}>
        <option value="">Both directions</option>
        ${directions.map((direction) => html`<option value=${direction}>${direction}</option>`)}
      </select>
      <label class="mark"><input type="checkbox" checked=${filter.failuresOnly} onChange=${onFailures} /> Failures only</label>
      <span class="quiet-words" role="status">${`${shown.length} of ${exchanges.length}`}</span>
      <button type="button" class="button icon" aria-label="Close wire" onClick=${close}>✕</button>
    </header>
    <div class="wire-lines" ref=${box} tabindex="0" role="region" aria-label="Exchanges" onScroll=${onScroll}>
      <p class="wire-first">This is what Firebreak and Slack say to each other.</p>
      ${shown.map((exchange) => h(WireLine, { key: exchange.seq, exchange }))}
    </div>
  </section>`
}
