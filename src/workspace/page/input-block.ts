/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useId } from 'preact/hooks'
import { asFields, asText, type Fields } from '../json.ts'
import { drawElement } from './elements.ts'
import { plainText } from './text.ts'
import type { Surface } from './view.ts'

interface Props {
  readonly block: Fields
  readonly surface: Surface
}

/** An input with its label, its hint, and what is wrong with it underneath. */
export function InputBlock({ block, surface }: Props): ComponentChild {
  const blockId = asText(block['block_id'])
  const element = asFields(block['element']) ?? {}
  const wrong = surface.errors[blockId]
  const hint = plainText(block['hint'])
  const id = useId()
  const described = [hint === '' ? [] : `${id}-hint`, wrong === undefined ? [] : `${id}-wrong`].flat()
  const control = drawElement(element, {
    surface,
    blockId,
    isActing: block['dispatch_action'] === true,
    labelledBy: `${id}-label`,
    describedBy: described.length === 0 ? null : described.join(' '),
    isWrong: wrong !== undefined,
    isRequired: block['optional'] !== true,
  })
  return html`<div class="input-block">
    <div class="label" id=${`${id}-label`}>
      ${plainText(block['label'])}${block['optional'] === true ? html` <small>(optional)</small>` : null}
    </div>
    ${control}
    ${hint === '' ? null : html`<div class="hint" id=${`${id}-hint`}>${hint}</div>`}
    ${wrong === undefined ? null : html`<div class="wrong" role="alert" id=${`${id}-wrong`}>${wrong}</div>`}
  </div>`
}
