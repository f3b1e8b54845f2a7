/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Fields } from '../json.ts'
import type { Acts } from './acts.ts'
import { focusKey } from './focus.ts'
import { MessageList } from './message-list.ts'
import type { PageState, Thread } from './state.ts'
import type { View } from './view.ts'
import { withOwn } from './with-own.ts'

interface Props {
  readonly state: PageState
  readonly ts: string | null
  readonly thread: Thread | 'missing' | null
  readonly view: View
  readonly acts: Acts
}

const NONE: readonly Fields[] = []

/** The thread beside the channel: a message and its replies. */
export function ThreadPane({ state, ts, thread, view, acts }: Props): ComponentChild {
  const { ephemerals } = state
  const isThere = thread !== null && thread !== 'missing'
  const messages = isThere ? thread.messages : NONE
  const shown = useMemo(() => withOwn(messages, ephemerals, ts), [messages, ephemerals, ts])
  const shortcuts = useMemo(() => state.shortcuts.filter(({ kind }) => kind === 'message'), [state.shortcuts])
  const close = (): void => {
    acts.closeThread()
    // Back to where the thread was opened.
    requestAnimationFrame(() => focusKey(`thread ${ts ?? ''}`, document.querySelector('main')))
  }
  const inside = !isThere
    ? html`<p class="empty">${ts === null ? 'Select a message to see its thread.' : thread === 'missing' ? 'There is no such thread here.' : 'Looking for the thread…'}</p>`
    : h(MessageList, {
        key: `${view.acting} ${ts ?? ''}`,
        label: 'Messages in the thread',
        messages: shown,
        older: thread.older,
        empty: '',
        view,
        shortcuts,
        isInThread: true,
      })
  return html`<aside class=${ts === null ? 'thread idle' : 'thread'} data-pane="thread" aria-labelledby="thread-title">
    <header class="pane-head">
      <button type="button" class="button icon back" aria-label="Back to the channel" onClick=${close}>←</button>
      <h2 id="thread-title" tabindex="-1">Thread</h2>
      <span class="quiet-words">${ts === null ? '' : `#${state.channel.name}`}</span>
      ${ts === null ? null : html`<button type="button" class="button icon shut" aria-label="Close thread" onClick=${close}>✕</button>`}
    </header>
    ${inside}
  </aside>`
}
