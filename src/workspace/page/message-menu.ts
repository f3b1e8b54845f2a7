/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { Menu } from './menu.ts'
import { useStanding } from './sending.ts'
import type { Shortcut } from './state.ts'
import { drawFailure } from './use-send.ts'
import type { View } from './view.ts'

interface Props {
  readonly ts: string
  readonly shortcuts: readonly Shortcut[]
  readonly view: View
}

/** The menu of a message: the app's shortcuts for it. */
export function MessageMenu({ ts, shortcuts, view }: Props): ComponentChild {
  const focusKey = `menu ${ts}`
  const { isBusy, words } = useStanding(view.sending, focusKey)
  const send = async ({ callbackId }: Shortcut): Promise<void> => {
    if (view.sending.of(focusKey).isBusy) return
    view.sending.begin(focusKey)
    const sent = { as: view.acting, callbackId, channel: view.channelId, ts }
    const { outcome, words: told } = await view.post('shortcut', sent)
    view.sending.end(focusKey, outcome === 'acked' ? '' : told || 'Nothing happened.')
  }
  const items = shortcuts.map((shortcut) => ({ label: shortcut.name, choose: () => void send(shortcut) }))
  return html`<span class="message-menu">
    ${h(Menu, { label: 'More actions', sign: '⋯', items, isBusy, focusKey })} ${drawFailure(words)}
  </span>`
}
