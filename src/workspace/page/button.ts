/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'
import { asList, asText, type Fields } from '../json.ts'
import { isLinkable } from './mrkdwn.ts'
import { ownThread, plainText } from './text.ts'
import { attributesOf, drawFailure, useSend } from './use-send.ts'
import type { Place } from './view.ts'

interface Props {
  readonly element: Fields
  readonly place: Place
}

/** A button, with a spinner until it is acked. It is never disabled, so that it keeps its focus. */
export function Button({ element, place }: Props): ComponentChild {
  const { isBusy, words, send } = useSend(place, element)
  const { view } = place.surface
  const seenBy = asList(element['visible_to_user_ids'])
  if (seenBy.length > 0 && !seenBy.includes(view.acting)) return null
  const label = plainText(element['text'])
  const press = async (): Promise<void> => {
    if (isBusy) return
    openAddress(asText(element['url']), place)
    if (await send(null)) view.noticed({ kind: 'press', label, person: view.acting })
  }
  return html`<span class="control">
    <button
      type="button"
      class=${`button ${asText(element['style'])}`}
      aria-busy=${isBusy ? 'true' : undefined}
      onClick=${() => void press()}
      ...${attributesOf(place, element, label)}
    >${label}</button>
    ${drawFailure(words)}
  </span>`
}

// Slack opens the address at once, whatever the app answers.
function openAddress(url: string, { surface: { view } }: Place): void {
  const thread = ownThread(url)
  if (thread !== null) view.openThread(thread.ts, thread.channel)
  else if (isLinkable(url)) window.open(url, '_blank', 'noopener,noreferrer')
}
