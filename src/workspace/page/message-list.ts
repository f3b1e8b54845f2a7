/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, type ComponentChildren, h } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { asText, type Fields } from '../json.ts'
import { formatDate } from './dates.ts'
import { Message } from './message.ts'
import type { Shortcut } from './state.ts'
import { Undrawable } from './undrawable.ts'
import type { View } from './view.ts'

interface Props {
  readonly label: string
  readonly messages: readonly Fields[]
  /** There are older ones, which are not shown. */
  readonly older: boolean
  readonly empty: string
  readonly view: View
  readonly shortcuts: readonly Shortcut[]
  readonly isInThread: boolean
  /** What stands above the first message. */
  readonly above?: ComponentChildren
}

/** Pixels from the end within which somebody is taken to read the newest message. */
const NEAR_END = 80

/** Messages, oldest first. The arrow keys move between them, and the newest stays in sight for who looks at the end. */
export function MessageList(props: Props): ComponentChild {
  const { label, messages, older, empty, view, shortcuts, isInThread, above = null } = props
  const box = useRef<HTMLElement>(null)
  const isAtEnd = useRef(true)
  const [current, setCurrent] = useState('')
  const stamps = messages.map((message) => asText(message['ts']))
  const newest = stamps.at(-1) ?? ''
  // Tab reaches the message that was reached last, or else the newest.
  const reachable = stamps.includes(current) ? current : newest

  const stay = (): void => {
    const list = box.current
    if (list !== null && isAtEnd.current) list.scrollTop = list.scrollHeight
  }
  useLayoutEffect(stay, [newest, messages.length])
  useEffect(() => {
    const list = box.current
    if (list === null) return undefined
    // Cards grow when they are edited, and pictures when they are loaded. What somebody opens by hand moves nothing.
    const grown = new ResizeObserver(() => {
      if (!list.contains(document.activeElement)) stay()
    })
    for (const child of list.children) grown.observe(child)
    return () => grown.disconnect()
  }, [messages])

  const onScroll = (): void => {
    const list = box.current
    if (list !== null) isAtEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END
  }
  const reach = (ts: string | undefined): void => {
    if (ts === undefined) return
    setCurrent(ts)
    box.current?.querySelector<HTMLElement>(`[data-ts="${CSS.escape(ts)}"]`)?.focus()
  }
  const onKey = (event: KeyboardEvent): void => {
    const { target, key } = event
    if (!(target instanceof HTMLElement) || !target.matches('article')) return
    const at = stamps.indexOf(target.dataset['ts'] ?? '')
    if (key === 'ArrowDown') reach(stamps[at + 1])
    else if (key === 'ArrowUp') reach(stamps[at - 1])
    else if (key === 'Home') reach(stamps[0])
    else if (key === 'End') reach(newest)
    else if (key === 'Enter') openThreadOf(messages[at])
    else return
    event.preventDefault()
  }
  const openThreadOf = (message: Fields | undefined): void => {
    if (message === undefined || isInThread || message['is_ephemeral'] === true) return
    view.openThread(asText(message['thread_ts'], asText(message['ts'])))
  }
  const onFocus = ({ target }: FocusEvent): void => {
    const article = target instanceof HTMLElement ? target.closest<HTMLElement>('article') : null
    if (article !== null) setCurrent(article.dataset['ts'] ?? '')
  }

  return html`<div
    class="messages"
    role="region"
    aria-label=${label}
    ref=${box}
    tabindex=${messages.length === 0 ? undefined : -1}
    onScroll=${onScroll}
    onKeyDown=${onKey}
    onFocusIn=${onFocus}
  >
    ${above}
    ${older ? html`<p class="note">Older messages are not shown here.</p>` : null}
    ${messages.length === 0 && empty !== '' ? html`<p class="empty">${empty}</p>` : null}
    ${messages.flatMap((message, at) => {
      const ts = asText(message['ts'])
      const one = h(Message, { message, view, shortcuts, isInThread, isCurrent: ts === reachable })
      const drawn = h(Undrawable, { key: ts, of: message }, one)
      const day = dayOf(ts)
      const isNewDay = !isInThread && at > 0 && day !== dayOf(stamps[at - 1] ?? '')
      return isNewDay ? [drawDay(day, ts, view), drawn] : [drawn]
    })}
  </div>`
}

function dayOf(ts: string): number {
  return Math.floor(Number(ts) / 86_400)
}

function drawDay(day: number, ts: string, view: View): ComponentChild {
  const words = formatDate('{day_divider_pretty}', Number(ts), view.now())
  return html`<p class="day" key=${`day ${day}`}><span>${words}</span></p>`
}
