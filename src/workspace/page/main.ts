/// <reference lib="dom" />
import { asList, asText, type Fields } from '../json.ts'
import { follow, post, Refused, read, TRY_AGAIN } from './connection.ts'
import { byId, el } from './dom.ts'
import { tickDates } from './draw-inline.ts'
import { MessageList } from './draw-messages.ts'
import type { PagePerson, PageState, View } from './view.ts'

const UNDRAWABLE = 'This page could not draw what Firebreak posted. Reload it; the messages are kept.'
const EMPTY = 'No message yet. Type /firebreak help, or start with --replay FILE.'
const AGO_EVERY = 30_000

const asSelect = byId('as', HTMLSelectElement)
const channelList = byId('channels', HTMLUListElement)
const heading = byId('channel', HTMLHeadingElement)
const panes = byId('panes', HTMLDivElement)
const aside = byId('thread', HTMLElement)
const threadTitle = byId('thread-title', HTMLHeadingElement)
const composer = byId('composer', HTMLFormElement)
const input = byId('command', HTMLInputElement)
const note = byId('note', HTMLParagraphElement)
const live = byId('live', HTMLParagraphElement)
const connection = byId('connection', HTMLParagraphElement)
const channelMessages = new MessageList(byId('messages', HTMLDivElement))
const replies = new MessageList(byId('replies', HTMLDivElement))

let state: PageState | null = null
let channelId = ''
let threadTs: string | null = null
let clockAhead = 0
let drawnOnce = false
let acting = sessionStorage.getItem('as') ?? 'UALEX'

const view: View = {
  nameOf: (id) => (id === 'USLACKBOT' ? 'Slackbot' : (personOf(id)?.role ?? id)),
  channelNameOf: (id) => state?.channels.find((channel) => channel.id === id)?.name ?? null,
  people: () => persons(),
  now: () => (Date.now() + clockAhead) / 1_000,
  act: (ts, blockId, actionId, value) =>
    post('act', { channel: channelId, as: acting, ts, blockId, actionId, ...(value !== null && { value }) }),
  openThread: (ts) => {
    threadTs = ts
    void refresh().then(() => threadTitle.focus())
  },
}

function personOf(id: string): PagePerson | undefined {
  return state?.people.find((person) => person.id === id)
}

function persons(): readonly PagePerson[] {
  return (state?.people ?? []).filter(({ isBot }) => !isBot)
}

let running: Promise<void> | null = null
let again = false

// One refresh at a time; what changes meanwhile is fetched once more afterwards.
function refresh(): Promise<void> {
  again = true
  running ??= (async () => {
    while (again) {
      again = false
      await fetchAndDraw()
    }
  })().finally(() => {
    running = null
  })
  return running
}

async function fetchAndDraw(): Promise<void> {
  try {
    const query = new URLSearchParams({ as: acting, ...(channelId !== '' && { channel: channelId }) })
    const fetched = (await read(`state?${query.toString()}`)) as unknown as PageState
    const thread = threadTs === null ? null : await readThread(fetched.channel.id, threadTs)
    state = fetched
    channelId = fetched.channel.id
    clockAhead = fetched.now - Date.now()
    tell(drawn(fetched, thread) ? '' : UNDRAWABLE)
  } catch (error) {
    // A lost connection is told by the stream of changes.
    if (!(error instanceof Refused)) return
    tell(error.message)
    // Nothing says when a database is back.
    if (error.status === 503) setTimeout(() => void refresh(), TRY_AGAIN)
  }
}

function drawn(fetched: PageState, thread: Thread | null): boolean {
  try {
    draw(fetched, thread)
    return true
  } catch (error) {
    reportError(error)
    return false
  }
}

let told = ''

/** Shows a sentence in the status region; '' takes back the one before, and leaves what the stream of changes said. */
function tell(words: string): void {
  if (words !== '' || connection.textContent === told) connection.textContent = words
  told = words
}

interface Thread {
  readonly messages: readonly Fields[]
  readonly older: boolean
}

async function readThread(channel: string, ts: string): Promise<Thread | null> {
  try {
    const thread = await read(`thread?${new URLSearchParams({ channel, ts }).toString()}`)
    return { messages: asList(thread['messages']) as readonly Fields[], older: thread['older'] === true }
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null
    throw error
  }
}

function draw(fetched: PageState, thread: Thread | null): void {
  const role = personOf(acting)?.role ?? acting
  heading.textContent = `#${fetched.channel.name}`
  document.title = `#${fetched.channel.name} · Acting as ${role} · Firebreak workspace simulator`
  byId('acting', HTMLSpanElement).textContent = role
  drawPeople()
  drawChannels(fetched)
  const shown = (messages: readonly Fields[], inThread: string | null): readonly Fields[] => {
    const own = fetched.ephemerals.filter((message) => asText(message['thread_ts']) === (inThread ?? ''))
    return [...messages, ...own].toSorted((a, b) => asText(a['ts']).localeCompare(asText(b['ts'])))
  }
  const listing = { onlyFor: role, withThreadButtons: true }
  const wasAtEnd = isAtEnd()
  const fresh = [...channelMessages.show(shown(fetched.messages, null), listing, view, EMPTY, fetched.older)]
  aside.hidden = thread === null
  panes.classList.toggle('with-thread', thread !== null)
  if (thread !== null) {
    const inThread = shown(thread.messages, threadTs)
    const asReplies = { onlyFor: role, withThreadButtons: false }
    fresh.push(...replies.show(inThread, asReplies, view, '', thread.older))
  }
  if (drawnOnce) announce(fresh)
  // The newest message stays in sight for who was looking at the end.
  if (fresh.length > 0 && (wasAtEnd || !drawnOnce)) window.scrollTo({ top: document.body.scrollHeight })
  drawnOnce = true
}

function isAtEnd(): boolean {
  return window.innerHeight + window.scrollY >= document.body.scrollHeight - 80
}

// New messages are read out as their push text only.
function announce(fresh: readonly Fields[]): void {
  const texts = fresh.map((message) => asText(message['text'])).filter((text) => text !== '')
  if (texts.length > 0) live.textContent = texts.slice(-3).join('. ')
}

function drawPeople(): void {
  if (asSelect.options.length === 0)
    for (const { id, role } of persons()) asSelect.append(el('option', { value: id }, role))
  asSelect.value = acting
}

function drawChannels(fetched: PageState): void {
  const wanted = fetched.channels.map(({ id }) => id).join(' ')
  if (channelList.dataset['shown'] !== wanted) {
    channelList.dataset['shown'] = wanted
    channelList.replaceChildren(
      ...fetched.channels.map(({ id, name }) => {
        const button = el('button', { type: 'button', 'data-channel': id }, `# ${name}`)
        button.addEventListener('click', () => {
          channelId = id
          threadTs = null
          void refresh()
        })
        return el('li', {}, button)
      }),
    )
  }
  for (const button of channelList.querySelectorAll<HTMLElement>('button')) {
    if (button.dataset['channel'] === fetched.channel.id) button.setAttribute('aria-current', 'true')
    else button.removeAttribute('aria-current')
  }
}

asSelect.addEventListener('change', () => {
  acting = asSelect.value
  sessionStorage.setItem('as', acting)
  void refresh().then(() => {
    live.textContent = `Acting as ${personOf(acting)?.role ?? acting}`
  })
})

composer.addEventListener('submit', (event) => {
  event.preventDefault()
  const text = input.value.trim()
  if (text === '') return
  const submit = composer.querySelector('button')
  submit?.setAttribute('disabled', '')
  note.textContent = ''
  void post('command', { channel: channelId, as: acting, text }).then(({ outcome, words = '' }) => {
    submit?.removeAttribute('disabled')
    if (outcome === 'acked') input.value = ''
    else note.textContent = words
    input.focus()
  })
})

function closeThread(): void {
  const ts = threadTs
  threadTs = null
  void refresh().then(() => {
    document.querySelector<HTMLElement>(`[data-key="thread ${CSS.escape(ts ?? '')}"]`)?.focus()
  })
}

byId('close-thread', HTMLButtonElement).addEventListener('click', closeThread)
document.addEventListener('keydown', (event) => {
  const isTyping = document.activeElement?.matches('input, select, textarea, dialog *') ?? false
  if (event.key === 'Escape' && threadTs !== null && !isTyping) closeThread()
  if (event.key === '/' && !isTyping) {
    event.preventDefault()
    input.focus()
  }
})

setInterval(() => tickDates(view), AGO_EVERY)
follow(
  () => void refresh(),
  (words) => {
    connection.textContent = words
  },
)
