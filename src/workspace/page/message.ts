/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { asFields, asList, asText, type Fields } from '../json.ts'
import { drawAvatar } from './avatar.ts'
import { drawBlocks } from './blocks.ts'
import { clockOf } from './dates.ts'
import { emojiOf } from './emoji.ts'
import { drawFiles } from './files.ts'
import { useFocusKept } from './focus.ts'
import { memo } from './memo.ts'
import { MessageMenu } from './message-menu.ts'
import { objects, type Shortcut } from './state.ts'
import { messageSurface } from './surface.ts'
import { drawMrkdwn } from './text.ts'
import { useStops } from './use-stops.ts'
import type { View } from './view.ts'

interface MessageProps {
  readonly message: Fields
  readonly view: View
  readonly shortcuts: readonly Shortcut[]
  /** In the channel, a message leads to its thread. */
  readonly isInThread: boolean
  /** It can be reached with Tab; the others with the arrow keys from there. */
  readonly isCurrent: boolean
}

/** One message with who wrote it and when. */
export const Message = memo<MessageProps>((props) => {
  const { message, isCurrent, view } = props
  const ts = asText(message['ts'])
  const name = `${view.nameOf(asText(message['user']))}, ${clockOf(ts)}: ${asText(message['text'])}`
  const box = useRef<HTMLElement>(null)
  useFocusKept(box)
  useStops(box, isCurrent)
  return html`<article
    ref=${box}
    class=${message['is_ephemeral'] === true ? 'message only' : 'message'}
    tabindex=${isCurrent ? 0 : -1}
    aria-label=${name}
    data-ts=${ts}
    data-key=${`message ${ts}`}
  >
    ${h(Inside, props)}
  </article>`
})

function Inside({ message, view, shortcuts, isInThread }: MessageProps): ComponentChild {
  const ts = asText(message['ts'])
  const isOnly = message['is_ephemeral'] === true
  const author = asText(message['user'])
  const name = view.nameOf(author)
  const blocks = asList(message['blocks'])
  const surface = useMemo(() => messageSurface(ts, blocks, view), [message, view])
  const person = view.people.find(({ id }) => id === author)
  return html`
    ${drawAvatar(name)}
    <div class="body">
      <p class="by">
        <strong>${name}</strong>
        ${person === undefined || person.isBot ? html`<span class="app">APP</span>` : null}
        <span class="at">${clockOf(ts)}${asFields(message['edited']) === null ? '' : ' (edited)'}</span>
        ${isOnly || shortcuts.length === 0 ? null : h(MessageMenu, { ts, shortcuts, view })}
      </p>
      ${isOnly ? html`<p class="note">Only visible to ${view.nameOf(view.acting)}</p>` : null}
      ${message['subtype'] === 'thread_broadcast' ? html`<p class="note">Also said in a thread</p>` : null}
      ${blocks.length === 0 ? html`<p>${drawMrkdwn(asText(message['text']), view)}</p>` : null}
      ${blocks.length === 0 ? null : html`<div class=${frameOf(blocks)}>${drawBlocks(blocks, surface)}</div>`}
      ${drawFiles(message['files'])} ${drawReactions(message['reactions'])}
      ${
        asList(message['attachments']).length > 0
          ? html`<div class="unsupported">Unsupported attachments</div>`
          : null
      }
      ${isInThread || isOnly ? null : drawThreadButton(message, view)}
    </div>
  `
}

function drawReactions(reactions: unknown): ComponentChild {
  const drawn = objects(reactions).map(({ name, count }) => {
    const sign = emojiOf(asText(name)) ?? `:${asText(name)}:`
    return html`<li>${sign} <span class="hidden-text">${asText(name)}</span>${Number(count)}</li>`
  })
  return drawn.length === 0 ? null : html`<ul class="reactions" aria-label="Reactions">${drawn}</ul>`
}

// What has a headline is a card and stands in a frame.
function frameOf(blocks: readonly unknown[]): string {
  return blocks.some((block) => asFields(block)?.['type'] === 'header') ? 'blocks framed' : 'blocks'
}

function drawThreadButton(message: Fields, view: View): ComponentChild {
  const ts = asText(message['ts'])
  const count = Number(message['reply_count'] ?? 0)
  const words = count === 0 ? 'Open thread' : `${count} ${count === 1 ? 'reply' : 'replies'}`
  const latest = asText(message['latest_reply'])
  return html`<p class="thread-line">
    <button
      type="button"
      class=${count === 0 ? 'plain quiet' : 'plain'}
      data-key=${`thread ${ts}`}
      onClick=${() => view.openThread(asText(message['thread_ts'], ts))}
    >${words}</button>
    ${count === 0 || latest === '' ? null : html`<span class="at">last ${clockOf(latest)}</span>`}
  </p>`
}
