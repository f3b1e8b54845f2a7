/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { asFields, asText } from '../json.ts'
import { withEmoji } from './emoji.ts'
import { isLinkable, type Piece, parseMrkdwn } from './mrkdwn.ts'
import { Time } from './time.ts'
import type { View } from './view.ts'

/** Draws mrkdwn, or plain text when it says so of itself. */
export function drawText(text: unknown, view: View): ComponentChild {
  const fields = asFields(text)
  if (fields?.['type'] === 'mrkdwn')
    return drawMrkdwn(asText(fields['text']), view, fields['verbatim'] === true)
  return html`<span class="lines">${plainText(fields)}</span>`
}

/** The text of a plain_text object, with the known emoji unless it wants none. */
export function plainText(text: unknown): string {
  const fields = asFields(text)
  const said = asText(fields?.['text'])
  return fields?.['emoji'] === false ? said : withEmoji(said)
}

/** Draws mrkdwn; what is verbatim has no links but those it names. */
export function drawMrkdwn(text: string, view: View, isVerbatim = false): ComponentChild {
  return html`<span class="lines">${drawPieces(parseMrkdwn(text, isVerbatim), view)}</span>`
}

function drawPiece(piece: Piece, view: View): ComponentChild {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'code':
      return html`<code>${piece.text}</code>`
    case 'pre':
      return html`<pre>${piece.text}</pre>`
    case 'bold':
      return html`<strong>${drawPieces(piece.pieces, view)}</strong>`
    case 'italic':
      return html`<em>${drawPieces(piece.pieces, view)}</em>`
    case 'strike':
      return html`<s>${drawPieces(piece.pieces, view)}</s>`
    case 'quote':
      return html`<blockquote>${drawPieces(piece.pieces, view)}</blockquote>`
    case 'link':
      return drawLink(piece.url, piece.label, view)
    case 'user':
      return drawMention(`@${view.nameOf(piece.id)}`)
    case 'usergroup':
      return drawMention(view.handleOf(piece.id) ?? piece.label ?? `@${piece.id}`)
    case 'channel':
      return drawMention(`#${view.channelNameOf(piece.id) ?? piece.label ?? piece.id}`)
    case 'broadcast':
      return drawMention(`@${piece.range}`)
    case 'date': {
      const date = drawDate(piece.timestamp, piece.format, piece.fallback, view)
      return piece.url === null ? date : drawLink(piece.url, date, view)
    }
  }
}

function drawPieces(pieces: readonly Piece[], view: View): readonly ComponentChild[] {
  return pieces.map((piece) => drawPiece(piece, view))
}

/** The thread to which an address of this workspace leads; null for any other address. */
export function ownThread(url: string): { readonly channel: string; readonly ts: string } | null {
  const own = URL.parse(url)
  const [, channel = '', seconds, micros] =
    /^\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})$/.exec(own?.pathname ?? '') ?? []
  if (own === null || own.origin !== location.origin || seconds === undefined) return null
  return { channel, ts: own.searchParams.get('thread_ts') ?? `${seconds}.${micros}` }
}

/** A link; one to a message of this workspace opens its thread. Anything that is no web address stays text. */
export function drawLink(url: string, label: ComponentChild, view: View): ComponentChild {
  if (!isLinkable(url)) return html`<span>${label}</span>`
  const thread = ownThread(url)
  const open = (event: Event): void => {
    event.preventDefault()
    if (thread !== null) view.openThread(thread.ts, thread.channel)
  }
  return html`<a
    href=${url}
    title=${url}
    target="_blank"
    rel="noopener noreferrer"
    onClick=${thread === null ? undefined : open}
    >${label}</a
  >`
}

/** A person, a group, a channel or everybody, named. */
export function drawMention(text: string): ComponentChild {
  return html`<span class="mention">${text}</span>`
}

/** A date; one that no calendar has is shown as its fallback. */
export function drawDate(seconds: number, format: string, fallback: string, view: View): ComponentChild {
  // The last second of the year 9999.
  if (!(Math.abs(seconds) <= 253_402_300_799)) return html`<span>${fallback}</span>`
  return h(Time, { seconds, format, fallback, view })
}
