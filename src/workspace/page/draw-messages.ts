/// <reference lib="dom" />
import { asList, asText, type Fields } from '../json.ts'
import { clockOf } from './dates.ts'
import { el } from './dom.ts'
import { drawBlocks } from './draw-blocks.ts'
import { drawMrkdwn } from './draw-inline.ts'
import type { View } from './view.ts'

/** How a list of messages is shown. */
export interface Listing {
  /** The name of the person who alone sees ephemeral messages. */
  readonly onlyFor: string
  readonly withThreadButtons: boolean
}

/** Keeps the drawn messages of one list and redraws those that changed, so that focus and open parts stay. */
export class MessageList {
  readonly #box: HTMLElement
  readonly #drawn = new Map<string, { readonly said: string; readonly node: HTMLElement }>()

  constructor(box: HTMLElement) {
    this.#box = box
  }

  /** Shows these messages in this order, or `empty` when there are none. Returns those that are new. */
  show(
    messages: readonly Fields[],
    listing: Listing,
    view: View,
    empty: string,
    older = false,
  ): readonly Fields[] {
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['key'] : undefined
    const fresh: Fields[] = []
    const kept = new Set<string>()
    const nodes: HTMLElement[] = []
    for (const message of messages) {
      const ts = asText(message['ts'])
      const said = JSON.stringify([message, listing])
      const before = this.#drawn.get(ts)
      const node = before?.said === said ? before.node : drawMessage(message, listing, view)
      if (before === undefined) fresh.push(message)
      this.#drawn.set(ts, { said, node })
      kept.add(ts)
      nodes.push(node)
    }
    for (const ts of this.#drawn.keys()) if (!kept.has(ts)) this.#drawn.delete(ts)
    if (older) nodes.unshift(el('p', {}, 'Older messages are not shown here.'))
    this.#place(nodes.length === 0 ? [el('p', {}, empty)] : nodes)
    if (focused !== undefined && document.activeElement === document.body)
      this.#box.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus()
    return fresh
  }

  // Only what moved or changed is touched: an element that stays in place keeps its focus.
  #place(nodes: readonly HTMLElement[]): void {
    const wanted = new Set<Element>(nodes)
    for (const child of Array.from(this.#box.children)) if (!wanted.has(child)) child.remove()
    nodes.forEach((node, at) => {
      if (this.#box.children[at] !== node) this.#box.insertBefore(node, this.#box.children[at] ?? null)
    })
  }
}

function drawMessage(message: Fields, listing: Listing, view: View): HTMLElement {
  const ts = asText(message['ts'])
  const isOnly = message['is_ephemeral'] === true
  const author = view.nameOf(asText(message['user']))
  const article = el('article', { class: isOnly ? 'message only' : 'message' })
  const edited = message['edited'] === undefined ? '' : ' (edited)'
  article.append(el('p', { class: 'by' }, el('strong', {}, author), ` ${clockOf(ts)}${edited}`))
  if (isOnly) article.append(el('p', { class: 'by' }, `Only visible to ${listing.onlyFor}`))
  if (message['subtype'] === 'thread_broadcast')
    article.append(el('p', { class: 'by' }, 'Also said in a thread'))
  const blocks = asList(message['blocks'])
  if (blocks.length === 0) article.append(el('p', {}, drawMrkdwn(asText(message['text']), view)))
  article.append(...drawBlocks(blocks, ts, view))
  if (asList(message['attachments']).length > 0)
    article.append(el('div', { class: 'unsupported' }, 'Unsupported attachments'))
  if (listing.withThreadButtons && !isOnly) article.append(threadButton(message, ts, view))
  return article
}

function threadButton(message: Fields, ts: string, view: View): HTMLElement {
  const count = Number(message['reply_count'] ?? 0)
  const words = count === 0 ? 'Open thread' : `${count} ${count === 1 ? 'reply' : 'replies'}`
  const button = el('button', { type: 'button', 'data-key': `thread ${ts}` }, words)
  button.addEventListener('click', () => view.openThread(asText(message['thread_ts'], ts)))
  return button
}
