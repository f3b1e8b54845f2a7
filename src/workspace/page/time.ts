/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { formatDate } from './dates.ts'
import { onTick } from './tick.ts'
import type { View } from './view.ts'

interface TimeProps {
  /** Seconds since 1970. */
  readonly seconds: number
  readonly format: string
  readonly fallback: string
  readonly view: View
}

/** A date in Slack's format, in UTC, drawn again as time goes by. */
export function Time({ seconds, format, fallback, view }: TimeProps): ComponentChild {
  const [, redraw] = useState(0)
  useEffect(() => onTick(() => redraw((count) => count + 1)), [])
  const iso = new Date(seconds * 1_000).toISOString()
  return html`<time datetime=${iso} title=${fallback === '' ? iso : fallback}>
    ${formatDate(format, seconds, view.now())}
  </time>`
}
