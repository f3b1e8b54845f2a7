/// <reference lib="dom" />
import { asFields, asList, asText, type Fields } from '../json.ts'
import { el } from './dom.ts'
import { drawElement, type Place } from './draw-elements.ts'
import { drawInline, drawText, plainText, unsupported } from './draw-inline.ts'
import type { View } from './view.ts'

/** Draws the blocks of a message, one box for each. */
export function drawBlocks(blocks: unknown, ts: string, view: View): readonly HTMLElement[] {
  return asList(blocks).map((block) => {
    const fields = asFields(block) ?? {}
    const drawn = drawBlock(fields, { ts, blockId: asText(fields['block_id']) }, view)
    drawn.classList.add('block')
    return drawn
  })
}

function drawBlock(block: Fields, place: Place, view: View): HTMLElement {
  switch (block['type']) {
    case 'header':
      return el(
        'div',
        { class: 'block-header', role: 'heading', 'aria-level': '3' },
        plainText(block['text']),
      )
    case 'divider':
      return el('hr')
    case 'section':
      return drawSection(block, place, view)
    case 'context':
      return drawContext(block, view)
    case 'actions': {
      const row = el('div', { class: 'elements' })
      for (const element of asList(block['elements']))
        row.append(drawElement(asFields(element) ?? {}, place, view))
      return row
    }
    case 'image':
      return drawImage(block)
    case 'rich_text':
      return drawRichText(block, view)
    case 'table':
    case 'data_table':
      return drawTable(block, view)
    case 'container':
      return drawContainer(block, place.ts, view)
    case 'markdown':
      return el('div', { class: 'lines' }, asText(block['text']))
    default:
      return unsupported('block', block['type'])
  }
}

function drawSection(block: Fields, place: Place, view: View): HTMLElement {
  const section = el('div', { class: 'block-section' })
  if (block['text'] !== undefined) section.append(el('div', {}, drawText(block['text'], view)))
  const accessory = asFields(block['accessory'])
  if (accessory !== null) section.append(drawElement(accessory, place, view))
  const fields = asList(block['fields']).map((field) => el('div', {}, drawText(field, view)))
  if (fields.length > 0) section.append(el('div', { class: 'fields' }, ...fields))
  return section
}

function drawContext(block: Fields, view: View): HTMLElement {
  const context = el('div', { class: 'block-context' })
  for (const element of asList(block['elements'])) {
    const fields = asFields(element) ?? {}
    context.append(fields['type'] === 'image' ? drawImage(fields) : drawText(fields, view))
  }
  return context
}

// Pictures of other sites are not loaded: the page speaks to this machine alone.
function drawImage(block: Fields): HTMLElement {
  const title = plainText(block['title'])
  const alt = asText(block['alt_text'])
  const url = asText(block['image_url'])
  const isOwn = url.startsWith(`${location.origin}/`) || url.startsWith('data:image/')
  const picture = isOwn ? el('img', { src: url, alt }) : el('span', { class: 'picture' }, `Picture: ${alt}`)
  return el('figure', {}, picture, title === '' ? null : el('figcaption', {}, title))
}

/** Draws the parts of a rich_text block: sections, lists, quotes, preformatted text. */
export function drawRichText(block: Fields, view: View): HTMLElement {
  const parts = asList(block['elements']).map((part) => {
    const fields = asFields(part) ?? {}
    const { type, elements } = fields
    switch (type) {
      case 'rich_text_section':
        return el('div', { class: 'lines' }, ...drawInline(elements, view))
      case 'rich_text_quote':
        return el('blockquote', { class: 'lines' }, ...drawInline(elements, view))
      case 'rich_text_preformatted':
        return el('pre', {}, ...drawInline(elements, view))
      case 'rich_text_list':
        return drawList(fields, view)
      default:
        return unsupported('element', type)
    }
  })
  return el('div', {}, ...parts)
}

function drawList(list: Fields, view: View): HTMLElement {
  const items = asList(list['elements']).map((item) =>
    el('li', { class: 'lines' }, ...drawInline(asFields(item)?.['elements'], view)),
  )
  const drawn = list['style'] === 'ordered' ? el('ol', {}, ...items) : el('ul', {}, ...items)
  const offset = Number(list['offset'] ?? 0)
  if (drawn instanceof HTMLOListElement && offset > 0) drawn.start = offset + 1
  drawn.style.marginLeft = `${Number(list['indent'] ?? 0)}em`
  return drawn
}

function drawTable(block: Fields, view: View): HTMLElement {
  const [head, ...rows] = asList(block['rows']).map(asList)
  const cell = (tag: 'th' | 'td', value: unknown): HTMLElement => {
    const fields = asFields(value) ?? {}
    const content = fields['type'] === 'rich_text' ? drawRichText(fields, view) : asText(fields['text'])
    return el(tag, tag === 'th' ? { scope: 'col' } : {}, content)
  }
  const caption = asText(block['caption'])
  const table = el(
    'table',
    {},
    caption === '' ? null : el('caption', {}, caption),
    el('thead', {}, el('tr', {}, ...(head ?? []).map((value) => cell('th', value)))),
    el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map((value) => cell('td', value))))),
  )
  return el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption || 'Table' },
    table,
  )
}

function drawContainer(block: Fields, ts: string, view: View): HTMLElement {
  const title = asFields(block['rich_text_title'])
  const heading = title === null ? plainText(block['title']) : drawRichText(title, view)
  const subtitle = block['subtitle'] === undefined ? null : drawText(block['subtitle'], view)
  const children = drawBlocks(block['child_blocks'], ts, view)
  if (block['is_collapsible'] !== true)
    return el('section', {}, el('div', { class: 'block-header' }, heading), subtitle, ...children)
  const details = el('details', {}, el('summary', {}, heading), subtitle, ...children)
  details.open = block['default_collapsed'] !== true
  return details
}
