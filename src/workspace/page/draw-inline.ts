/// <reference lib="dom" />
import { asFields, asList, asText, type Fields } from '../json.ts'
import { formatDate } from './dates.ts'
import { type Child, el } from './dom.ts'
import { emojiOf } from './emoji.ts'
import { isLinkable, type Piece, parseMrkdwn } from './mrkdwn.ts'
import type { View } from './view.ts'

/** Draws mrkdwn, or plain text when it says so of itself. */
export function drawText(text: unknown, view: View): Node {
  const fields = asFields(text)
  if (fields === null) return el('span')
  if (fields['type'] !== 'mrkdwn') return el('span', { class: 'lines' }, plainText(fields))
  return drawMrkdwn(asText(fields['text']), view)
}

/** The text of a plain_text object, with the known emoji. */
export function plainText(text: unknown): string {
  const given = asText(asFields(text)?.['text'])
  return given.replace(/:([a-z0-9_+-]{1,60}):/g, (whole, name: string) => emojiOf(name) ?? whole)
}

export function drawMrkdwn(text: string, view: View): Node {
  return el('span', { class: 'lines' }, ...parseMrkdwn(text).map((piece) => drawPiece(piece, view)))
}

function drawPiece(piece: Piece, view: View): Node {
  switch (piece.kind) {
    case 'text':
      return document.createTextNode(piece.text)
    case 'code':
      return el('code', {}, piece.text)
    case 'pre':
      return el('pre', {}, piece.text)
    case 'bold':
      return el('strong', {}, ...piece.pieces.map((inner) => drawPiece(inner, view)))
    case 'italic':
      return el('em', {}, ...piece.pieces.map((inner) => drawPiece(inner, view)))
    case 'strike':
      return el('s', {}, ...piece.pieces.map((inner) => drawPiece(inner, view)))
    case 'quote':
      return el('blockquote', {}, ...piece.pieces.map((inner) => drawPiece(inner, view)))
    case 'link':
      return link(piece.url, piece.label, view)
    case 'user':
      return mention(`@${view.nameOf(piece.id)}`)
    case 'usergroup':
      return mention(piece.label ?? `@${piece.id}`)
    case 'channel':
      return mention(`#${view.channelNameOf(piece.id) ?? piece.label ?? piece.id}`)
    case 'broadcast':
      return mention(`@${piece.range}`)
    case 'date':
      return drawDate(piece.timestamp, piece.format, piece.fallback, view)
  }
}

/** A link; one to a message of this workspace opens its thread. Anything that is no web address stays text. */
export function link(url: string, label: Child, view: View): Node {
  if (!isLinkable(url)) return el('span', {}, label)
  const own = URL.parse(url)
  const [, seconds, micros] = /^\/archives\/[A-Z0-9]+\/p(\d{10})(\d{6})$/.exec(own?.pathname ?? '') ?? []
  const anchor = el('a', { href: url, title: url, target: '_blank', rel: 'noopener noreferrer' }, label)
  if (own?.origin === location.origin && seconds !== undefined) {
    anchor.addEventListener('click', (event) => {
      event.preventDefault()
      view.openThread(own.searchParams.get('thread_ts') ?? `${seconds}.${micros}`)
    })
  }
  return anchor
}

function mention(text: string): Node {
  return el('span', { class: 'mention' }, text)
}

function drawDate(seconds: number, format: string, fallback: string, view: View): Node {
  const iso = new Date(seconds * 1_000).toISOString()
  const attributes = { datetime: iso, title: fallback === '' ? iso : fallback, 'data-format': format }
  return el(
    'time',
    { ...attributes, 'data-seconds': String(seconds) },
    formatDate(format, seconds, view.now()),
  )
}

/** Draws the dates of the page anew, so that `3 minutes ago` stays true. */
export function tickDates(view: View): void {
  for (const time of document.querySelectorAll<HTMLElement>('time[data-format]')) {
    const { format = '', seconds = '0' } = time.dataset
    const text = formatDate(format, Number(seconds), view.now())
    if (time.textContent !== text) time.textContent = text
  }
}

/** Draws the elements of one rich text section. */
export function drawInline(elements: unknown, view: View): readonly Node[] {
  return asList(elements).map((element) => drawRichElement(asFields(element) ?? {}, view))
}

function drawRichElement(element: Fields, view: View): Node {
  const { type } = element
  switch (type) {
    case 'text':
      return styled(document.createTextNode(asText(element['text'])), element)
    case 'link': {
      const url = asText(element['url'])
      return styled(link(url, asText(element['text']) || url, view), element)
    }
    case 'user':
      return styled(mention(`@${view.nameOf(asText(element['user_id']))}`), element)
    case 'usergroup':
      return styled(mention(`@${asText(element['usergroup_id'])}`), element)
    case 'channel': {
      const id = asText(element['channel_id'])
      return styled(mention(`#${view.channelNameOf(id) ?? id}`), element)
    }
    case 'broadcast':
      return styled(mention(`@${asText(element['range'])}`), element)
    case 'emoji': {
      const name = asText(element['name'])
      return el('span', { title: `:${name}:` }, emojiOf(name) ?? `:${name}:`)
    }
    case 'date': {
      const date = drawDate(
        Number(element['timestamp']),
        asText(element['format']),
        asText(element['fallback']),
        view,
      )
      const url = asText(element['url'])
      return styled(url === '' ? date : link(url, date, view), element)
    }
    case 'color':
      return document.createTextNode(asText(element['value']))
    default:
      return unsupported('element', type)
  }
}

function styled(node: Node, element: Fields): Node {
  const style = asFields(element['style']) ?? {}
  let drawn = node
  if (style['code'] === true) drawn = el('code', {}, drawn)
  if (style['bold'] === true) drawn = el('strong', {}, drawn)
  if (style['italic'] === true) drawn = el('em', {}, drawn)
  if (style['strike'] === true) drawn = el('s', {}, drawn)
  if (style['underline'] === true) drawn = el('u', {}, drawn)
  return drawn
}

/** A visible box for what the page cannot draw, so that nobody misses it. */
export function unsupported(what: 'block' | 'element', type: unknown): HTMLElement {
  return el('div', { class: 'unsupported' }, `Unsupported ${what} "${String(type)}"`)
}
