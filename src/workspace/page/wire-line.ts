/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { asCurl, type Exchange, lineOf } from './exchange.ts'
import { memo } from './memo.ts'

interface Props {
  readonly exchange: Exchange
}

/** One exchange: a line, and on demand what was sent and answered. */
export const WireLine = memo<Props>(({ exchange }) => {
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDetailsElement>(null)
  const onToggle = (): void => setOpen(box.current?.open === true)
  useEffect(() => {
    if (isOpen) box.current?.scrollIntoView({ block: 'nearest' })
  }, [isOpen])
  return html`<details ref=${box} class=${exchange.ok ? 'exchange' : 'exchange failed'} onToggle=${onToggle}>
    <summary>${lineOf(exchange)}</summary>
    ${isOpen ? drawBoth(exchange) : null}
  </details>`
})

function drawBoth(exchange: Exchange): ComponentChild {
  return html`<div class="exchange-body">
    <p class="elements">
      <span>Sent${exchange.via === '' ? '' : ` (${exchange.via})`}</span>
      ${exchange.via === 'web-api' ? html`<${CopyButton} exchange=${exchange} />` : null}
    </p>
    <pre>${pretty(exchange.sent)}</pre>
    <p>Answered</p>
    <pre>${pretty(exchange.answered)}</pre>
  </div>`
}

function CopyButton({ exchange }: Props): ComponentChild {
  const [words, setWords] = useState('')
  const copy = (): void => {
    navigator.clipboard.writeText(asCurl(exchange, `${location.origin}/api/`)).then(
      () => setWords('Copied. Set SLACK_BOT_TOKEN before you run it.'),
      () => setWords('The browser does not let this page copy.'),
    )
  }
  return html`<button type="button" class="button small" onClick=${copy}>Copy as curl</button>
    <span role="status">${words}</span>`
}

function pretty(said: unknown): string {
  return said === null || said === undefined ? 'nothing' : JSON.stringify(said, null, 2)
}
