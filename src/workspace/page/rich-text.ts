/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { asFields, asList, asText, type Fields } from '../json.ts'
import { emojiOf } from './emoji.ts'
import { drawDate, drawLink, drawMention } from './text.ts'
import { unsupported } from './undrawable.ts'
import type { View } from './view.ts'

/** Draws the parts of a rich_text block: sections, lists, quotes, preformatted text. */
export function drawRichText(block: Fields, view: View): ComponentChild {
  return html`<div>${asList(block['elements']).map((part) => drawPart(asFields(part) ?? {}, view))}</div>`
}

function drawPart(part: Fields, view: View): ComponentChild {
  const { type, elements } = part
  switch (type) {
    case 'rich_text_section':
      return html`<div class="lines">${drawElements(elements, view)}</div>`
    case 'rich_text_quote':
      return html`<blockquote class="lines">${drawElements(elements, view)}</blockquote>`
    case 'rich_text_preformatted':
      return html`<pre>${drawElements(elements, view)}</pre>`
    case 'rich_text_list':
      return drawList(part, view)
    default:
      return unsupported('element', type)
  }
}

function drawList(list: Fields, view: View): ComponentChild {
  const items = asList(list['elements']).map(
    (item) => html`<li class="lines">${drawElements(asFields(item)?.['elements'], view)}</li>`,
  )
  const indent = { marginLeft: `${Number(list['indent'] ?? 0)}em` }
  if (list['style'] !== 'ordered') return html`<ul style=${indent}>${items}</ul>`
  return html`<ol style=${indent} start=${Number(list['offset'] ?? 0) + 1}>${items}</ol>`
}

function drawElements(elements: unknown, view: View): readonly ComponentChild[] {
  return asList(elements).map((element) => {
    const fields = asFields(element) ?? {}
    return styled(drawElement(fields, view), fields)
  })
}

function drawElement(element: Fields, view: View): ComponentChild {
  const { type } = element
  const text = (field: string): string => asText(element[field])
  switch (type) {
    case 'text':
      return text('text')
    case 'link':
      return drawLink(text('url'), text('text') || text('url'), view)
    case 'user':
      return drawMention(`@${view.nameOf(text('user_id'))}`)
    case 'usergroup':
      return drawMention(view.handleOf(text('usergroup_id')) ?? `@${text('usergroup_id')}`)
    case 'channel':
      return drawMention(`#${view.channelNameOf(text('channel_id')) ?? text('channel_id')}`)
    case 'broadcast':
      return drawMention(`@${text('range')}`)
    case 'emoji':
      return html`<span title=${`:${text('name')}:`}>${emojiOf(text('name')) ?? `:${text('name')}:`}</span>`
    case 'date': {
      const date = drawDate(Number(element['timestamp']), text('format'), text('fallback'), view)
      return text('url') === '' ? date : drawLink(text('url'), date, view)
    }
    case 'color':
      return text('value')
    default:
      return unsupported('element', type)
  }
}

function styled(drawn: ComponentChild, element: Fields): ComponentChild {
  const style = asFields(element['style']) ?? {}
  let inner = drawn
  if (style['code'] === true) inner = html`<code>${inner}</code>`
  if (style['bold'] === true) inner = html`<strong>${inner}</strong>`
  if (style['italic'] === true) inner = html`<em>${inner}</em>`
  if (style['strike'] === true) inner = html`<s>${inner}</s>`
  if (style['underline'] === true) inner = html`<u>${inner}</u>`
  return inner
}
