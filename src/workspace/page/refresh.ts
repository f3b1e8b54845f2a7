/// <reference lib="dom" />
import { asText, type Fields } from '../json.ts'
import { findAnswers } from './answers.ts'
import { Lost, Refused, read, TRY_AGAIN } from './connection.ts'
import { keepSame } from './keep-same.ts'
import { type PageState, readState, readThread, type Thread } from './state.ts'
import type { Shown, Store } from './store.ts'
import { UNDRAWABLE } from './undrawable.ts'

/** Makes the function that fetches what the page shows. It resolves when what it found is shown. */
export function createRefresh(store: Store): () => Promise<void> {
  let running: Promise<void> | null = null
  let again = false
  let told = ''

  // One refresh at a time; what changes meanwhile is fetched once more afterwards.
  function refresh(): Promise<void> {
    again = true
    running ??= (async () => {
      while (again) {
        again = false
        await fetchOnce()
      }
    })().finally(() => {
      running = null
    })
    return running
  }

  async function fetchOnce(): Promise<void> {
    const asked = store.shown
    try {
      const fetched = await read(`state?${queryOf(asked)}`)
      const state = readState(fetched)
      const thread = asked.threadTs === null ? null : await fetchThread(state.channel.id, asked.threadTs)
      const answers = await findAnswers(store, state, (ts) => fetchReplies(state.channel.id, ts))
      const standIn = insteadOf(asked.acting, state)
      if (standIn !== null && asked.acting === store.shown.acting) store.show({ acting: standIn })
      // What another person or place was to see is not shown here; the refresh for this one follows.
      if (hasMoved(asked, store.shown)) {
        again = true
        return
      }
      store.heardTime(state.now)
      tell('')
      store.show(settled(store.shown, state, thread, answers))
    } catch (error) {
      if (error instanceof Refused) {
        tell(error.message)
        // Nothing says when a database is back.
        if (error.status === 503) setTimeout(() => void refresh(), TRY_AGAIN)
      } else if (!(error instanceof Lost)) {
        reportError(error)
        tell(UNDRAWABLE)
      }
    }
  }

  // '' takes back the sentence before, and leaves what the stream of changes said.
  function tell(words: string): void {
    if (words !== '' || store.shown.status === told) store.show({ status: words })
    told = words
  }

  return refresh
}

function queryOf({ acting, channelId }: Shown): string {
  return new URLSearchParams({ as: acting, ...(channelId !== '' && { channel: channelId }) }).toString()
}

// A tab may have kept somebody whom this workspace does not know: the first person stands in.
function insteadOf(acting: string, { people }: PageState): string | null {
  const persons = people.filter(({ isBot }) => !isBot)
  return persons.some(({ id }) => id === acting) ? null : (persons[0]?.id ?? null)
}

function hasMoved(before: Shown, now: Shown): boolean {
  return (
    before.acting !== now.acting || before.channelId !== now.channelId || before.threadTs !== now.threadTs
  )
}

async function fetchThread(channel: string, ts: string): Promise<Thread | 'missing'> {
  try {
    return readThread(await read(`thread?${new URLSearchParams({ channel, ts }).toString()}`))
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return 'missing'
    throw error
  }
}

async function fetchReplies(channel: string, ts: string): Promise<readonly Fields[]> {
  const thread = await fetchThread(channel, ts)
  return thread === 'missing' ? [] : thread.messages
}

function settled(
  before: Shown,
  state: PageState,
  found: Thread | 'missing' | null,
  answers: readonly Fields[],
): Partial<Shown> {
  const thread = found === 'missing' ? null : found
  const known = before.thread === 'missing' ? null : before.thread
  const old = before.state
  const messages = keepSame(old?.messages ?? [], state.messages)
  const ephemerals = keepSame(old?.ephemerals ?? [], state.ephemerals)
  const kept = {
    ...state,
    people: keepSame(old?.people ?? [], state.people),
    channels: keepSame(old?.channels ?? [], state.channels),
    groups: keepSame(old?.groups ?? [], state.groups),
    messages,
    ephemerals,
    views: keepSame(old?.views ?? [], state.views),
    shortcuts: keepSame(old?.shortcuts ?? [], state.shortcuts),
  }
  const replies = thread === null ? [] : keepSame(known?.messages ?? [], thread.messages)
  // A person or channel that is shown for the first time has no news.
  const isNews = old !== null && old.channel.id === state.channel.id
  const fresh = isNews
    ? [
        ...newIn(old.messages, messages),
        ...newIn(old.ephemerals, ephemerals),
        ...(known === null ? [] : newIn(known.messages, replies)),
        ...answers,
      ]
    : []
  const words = fresh.map((message) => asText(message['text'])).filter((text) => text !== '')
  return {
    state: kept,
    channelId: state.channel.id,
    thread: thread === null ? found : { ...thread, messages: replies },
    // New messages are read out as their push text only.
    ...(words.length > 0 && { live: [...new Set(words)].slice(-3).join('. ') }),
  }
}

function newIn(before: readonly Fields[], now: readonly Fields[]): readonly Fields[] {
  const known = new Set(before.map((message) => message['ts']))
  return now.filter((message) => !known.has(message['ts']))
}
