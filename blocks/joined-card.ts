import type { JoinedView } from '../src/model/views.ts'
import { assertFits } from './assert-fits.ts'
import { blockId, OPEN_INCIDENT } from './ids.ts'
import { LIMITS } from './limits.ts'
import type { Message } from './message.ts'
import { present } from './parts.ts'
import { richText, say } from './rich.ts'
import { plainText } from './safe.ts'

/** What is left of the card of an incident that another one took in: one line that leads there. */
export function joinedCard({ number, revision, into, url }: JoinedView): Message {
  const words = `Joined INC-${into}`
  const isLink = url !== null && url.length <= LIMITS.url && /^https?:\/\/[\x21-\x7e]+$/.test(url)
  const id = (part: string): string => blockId(`incident-${number}`, part, revision)
  return assertFits({
    text: `${words} · INC-${number}`,
    blocks: present([
      richText(id('joined'), [[say(`INC-${number} · ${words}`)]]),
      isLink
        ? {
            type: 'actions',
            block_id: id('open'),
            elements: [
              { type: 'button', action_id: OPEN_INCIDENT, text: plainText(`Open INC-${into}`), url },
            ],
          }
        : null,
    ]),
  })
}
