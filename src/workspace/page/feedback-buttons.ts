/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'
import { asFields, asText, type Fields } from '../json.ts'
import { plainText } from './text.ts'
import { drawFailure, useSend } from './use-send.ts'
import type { Place } from './view.ts'

interface Props {
  readonly element: Fields
  readonly place: Place
}

/** The two buttons with which a person says whether an answer helped; the chosen one stays pressed. */
export function FeedbackButtons({ element, place }: Props): ComponentChild {
  const { isBusy, words, send } = useSend(place, element)
  const [chosen, setChosen] = useState('')
  const buttons = ['positive_button', 'negative_button'].map((which) => {
    const button = asFields(element[which]) ?? {}
    const value = asText(button['value'])
    const choose = async (): Promise<void> => {
      if (await send(value)) setChosen(which)
    }
    return html`<button
      type="button"
      class="button quiet"
      aria-pressed=${chosen === which ? 'true' : 'false'}
      aria-label=${asText(button['accessibility_label']) || plainText(button['text'])}
      aria-busy=${isBusy ? 'true' : undefined}
      onClick=${() => void choose()}
    >${plainText(button['text'])}</button>`
  })
  return html`<span class="control">${buttons} ${drawFailure(words)}</span>`
}
