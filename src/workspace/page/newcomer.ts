/// <reference lib="dom" />
import { html } from 'htm/preact'
import type { ComponentChild } from 'preact'

/** What a newcomer reads first, above the first card of a scenario. */
export function drawNewcomer(): ComponentChild {
  return html`<section class="newcomer" aria-label="Newcomer reads first">
    <p>
      Somebody has given everyone access to a cluster, and strangers use it. This is the Slack channel of the team on
      call, and you are the responder. Press a button on a card to ask; the answer appears in its thread. Or type a command, such as
      ${' '}<code>/ip</code> with an address. Switch person at the top right.
    </p>
  </section>`
}
