/// <reference lib="dom" />
import { asFields, asText, type Fields } from '../json.ts'
import { threadOf } from './answers.ts'
import { type Outcome, post } from './connection.ts'
import { focusPane } from './focus.ts'
import type { Values } from './held.ts'
import type { Act } from './hint-progress.ts'
import { keepActing } from './kept.ts'
import type { Play, Shortcut } from './state.ts'
import { type Pane, roleOf, type Store } from './store.ts'

/** What a person can do on the page. Each shows at once what it can, and refreshes. */
export interface Acts {
  /** Sends an act to the server, and fetches what came of it. */
  post(path: string, body: object): Promise<Outcome>
  become(personId: string): void
  openChannel(id: string): void
  openHome(): void
  /** In the channel on show, or in another one. */
  openThread(ts: string, channel?: string): void
  /** Shows the first channel, into which cards come; resolves when it is on show. */
  openFirstChannel(): Promise<void>
  closeThread(): void
  show(pane: Pane): void
  command(text: string): Promise<Outcome>
  shortcut(shortcut: Shortcut): Promise<Outcome>
  submit(view: Fields, values: Values): Promise<Outcome>
  /** Closes a modal, or with `all` those below it too. */
  dismiss(view: Fields, all: boolean): void
  /** Asks in a dialog; resolves to whether the person agreed. */
  askFirst(confirm: Fields): Promise<boolean>
  play(act: 'pause' | 'resume'): void
  toggleWire(): void
}

const CHANNEL_TITLE = '#channel-title'

/** What a person can do, on this store. `noticed` is told what the hints wait for. */
export function createActs(store: Store, refresh: () => Promise<void>, noticed: (act: Act) => void): Acts {
  async function send(path: string, body: object): Promise<Outcome> {
    const outcome = await post(path, body)
    void refresh()
    return outcome
  }
  const as = (): string => store.shown.acting
  // Where the page stands, not where a click is still leading to.
  const here = (): object => ({ as: as(), channel: store.shown.state?.channel.id ?? store.shown.channelId })

  return {
    post(path, body) {
      const ts = asText(asFields(body)?.['ts'])
      if (ts !== '') store.awaited.add(threadOf(ts, store.shown))
      return send(path, body)
    },
    become(personId) {
      keepActing(personId)
      const { state } = store.shown
      // What only the other person sees is gone at once.
      const theirs = state === null ? null : { ...state, ephemerals: [], views: [], home: null }
      store.show({ acting: personId, state: theirs })
      store.show({ live: `Acting as ${roleOf(store.shown)}` })
      noticed({ kind: 'switch', person: personId })
      if (store.shown.isHome) void send('home', { as: personId, tab: 'home' })
      else void refresh()
    },
    openChannel(id) {
      store.show({ channelId: id, isHome: false, threadTs: null, thread: null, pane: 'channel' })
      void refresh().then(() => focusPane(CHANNEL_TITLE))
    },
    openHome() {
      store.show({ isHome: true, threadTs: null, thread: null, pane: 'channel' })
      focusPane(CHANNEL_TITLE)
      void send('home', { as: as(), tab: 'home' })
    },
    async openFirstChannel() {
      const first = store.shown.state?.channels[0]?.id ?? store.shown.channelId
      const isThere = !store.shown.isHome && store.shown.channelId === first
      store.show({
        pane: 'channel',
        ...(!isThere && { channelId: first, isHome: false, threadTs: null, thread: null }),
      })
      if (!isThere) await refresh()
    },
    openThread(ts, channel = store.shown.channelId) {
      const isOther = store.shown.threadTs !== ts || store.shown.channelId !== channel
      store.show({
        channelId: channel,
        threadTs: ts,
        pane: 'thread',
        isHome: false,
        ...(isOther && { thread: null }),
      })
      void refresh().then(() => document.getElementById('thread-title')?.focus())
    },
    closeThread() {
      store.show({ threadTs: null, thread: null, pane: 'channel' })
    },
    show(pane) {
      store.show({ pane })
      focusPane(pane === 'channels' ? 'nav [aria-current]' : CHANNEL_TITLE)
    },
    async command(text) {
      const person = as()
      const outcome = await send('command', { ...here(), text })
      if (outcome.outcome === 'acked') noticed({ kind: 'command', text, person })
      return outcome
    },
    shortcut: ({ callbackId }) => send('shortcut', { as: as(), callbackId }),
    submit: (view, values) => send('submit', { as: as(), viewId: asText(view['id']), values }),
    dismiss(view, all) {
      const open = store.shown.state?.views ?? []
      const gone = (all ? open : [view]).map(({ id }) => asText(id))
      store.show({ closing: [...store.shown.closing, ...gone] })
      const body = { as: as(), viewId: asText(view['id']), ...(all && { all }) }
      // When the server does not answer, the modal is back on the page.
      void send('dismiss', body)
        .then(refresh)
        .then(() => {
          store.show({ closing: store.shown.closing.filter((id) => !gone.includes(id)) })
        })
    },
    askFirst: (confirm) =>
      new Promise((resolve) => {
        const answer = (agreed: boolean): void => {
          store.show({ asking: null })
          resolve(agreed)
        }
        store.show({ asking: { confirm, answer } })
      }),
    play(act) {
      const { state } = store.shown
      if (state?.play !== null && state?.play !== undefined)
        store.show({ state: { ...state, play: turned(state.play, act) } })
      void send('play', { do: act })
    },
    toggleWire: () => store.show({ isWireOpen: !store.shown.isWireOpen }),
  }
}

function turned(play: Play, act: 'pause' | 'resume'): Play {
  return { ...play, state: act === 'pause' ? 'paused' : 'playing' }
}
