/// <reference lib="dom" />
import { html } from 'htm/preact'
import { type ComponentChild, h } from 'preact'
import { asFields, asList, asText, type Fields } from '../json.ts'
import { drawCard } from './card.ts'
import { Chart } from './chart.ts'
import { DataTable } from './data-table.ts'
import { drawElement } from './elements.ts'
import { InputBlock } from './input-block.ts'
import { drawFigure, drawPicture } from './picture.ts'
import { drawRichText } from './rich-text.ts'
import { objects } from './state.ts'
import { placeIn } from './surface.ts'
import { drawTable } from './table.ts'
import { drawText, plainText } from './text.ts'
import { unsupported } from './undrawable.ts'
import type { Place, Surface } from './view.ts'

/** Draws blocks, one box for each. */
export function drawBlocks(blocks: unknown, surface: Surface): readonly ComponentChild[] {
  return objects(blocks).map((block, at) => {
    const blockId = asText(block['block_id'])
    const place = placeIn(surface, blockId)
    return html`<div class="block" key=${blockId || at}>${drawBlock(block, place)}</div>`
  })
}

function drawBlock(block: Fields, place: Place): ComponentChild {
  const { surface } = place
  const { view } = surface
  switch (block['type']) {
    case 'header':
      return html`<div class="block-header" role="heading" aria-level="3">${plainText(block['text'])}</div>`
    case 'divider':
      return html`<hr />`
    case 'section':
      return drawSection(block, place)
    case 'context':
      return html`<div class="block-context">
        ${objects(block['elements']).map((element) =>
          element['type'] === 'image' ? drawPicture(element) : drawText(element, view),
        )}
      </div>`
    case 'actions':
    case 'context_actions':
      return html`<div class="elements">
        ${objects(block['elements']).map((element) => drawElement(element, place))}
      </div>`
    case 'image':
      return drawFigure(block)
    case 'rich_text':
      return drawRichText(block, view)
    case 'table':
      return drawTable(block, view)
    case 'data_table':
      return h(DataTable, { block, view })
    case 'data_visualization':
      return h(Chart, { block })
    case 'container':
      return drawContainer(block, surface)
    case 'card':
      return drawCard(block, place)
    case 'markdown':
      return html`<div class="lines">${asText(block['text'])}</div>`
    case 'input':
      return h(InputBlock, { block, surface })
    case 'alert':
      // Slack draws alerts in modals only.
      return surface.isModal ? drawAlert(block, place) : unsupported('block', 'alert')
    default:
      return unsupported('block', block['type'])
  }
}

function drawSection(block: Fields, place: Place): ComponentChild {
  const { view } = place.surface
  const accessory = asFields(block['accessory'])
  const fields = asList(block['fields']).map((field) => html`<div>${drawText(field, view)}</div>`)
  return html`<div class="block-section">
    ${block['text'] === undefined ? null : html`<div class="said">${drawText(block['text'], view)}</div>`}
    ${accessory === null ? null : drawElement(accessory, place)}
    ${fields.length === 0 ? null : html`<div class="fields">${fields}</div>`}
  </div>`
}

const LEVELS = ['info', 'warning', 'error', 'success']

function drawAlert(block: Fields, place: Place): ComponentChild {
  const level = asText(block['level'])
  const kind = LEVELS.includes(level) ? level : 'default'
  return html`<div class=${`alert ${kind}`} role="note">${drawText(block['text'], place.surface.view)}</div>`
}

function drawContainer(block: Fields, surface: Surface): ComponentChild {
  const { view } = surface
  const title = asFields(block['rich_text_title'])
  const icon = asFields(block['icon'])
  const heading = html`<span class="container-title">
    ${icon === null ? null : drawPicture(icon)}
    ${title === null ? plainText(block['title']) : drawRichText(title, view)}
  </span>`
  const subtitle =
    block['subtitle'] === undefined
      ? null
      : html`<div class="subtitle">${drawText(block['subtitle'], view)}</div>`
  const children = drawBlocks(block['child_blocks'], surface)
  if (block['is_collapsible'] !== true)
    return html`<section class="container">
      <div class="block-header">${heading}</div>
      ${subtitle} ${block['has_header_divider'] === true ? html`<hr />` : null} ${children}
    </section>`
  return html`<details class="container" open=${block['default_collapsed'] !== true}>
    <summary>${heading}</summary>
    ${subtitle} ${children}
  </details>`
}
