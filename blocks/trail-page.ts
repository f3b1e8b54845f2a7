import type { Sentence } from '../src/model/answer.ts'
import type { Micros } from '../src/model/time.ts'
import { assertFits } from './assert-fits.ts'
import { blockId } from './ids.ts'
import type { Message } from './message.ts'
import { context, present } from './parts.ts'
import { labelled, richText, say, sentence } from './rich.ts'
import { count, plainText } from './safe.ts'
import { clock } from './times.ts'

/** One entry of the trail, as a line. */
export interface TrailLine {
  readonly seq: number
  readonly at: Micros
  /** Who, what, and what came of it. */
  readonly said: Sentence
}

export interface TrailPage {
  readonly incident: number
  /** Oldest first. */
  readonly lines: readonly TrailLine[]
  /** Entries of the incident in all. */
  readonly total: number
  readonly isRefusals: boolean
}

/** What stands on the trail of an incident, the newest entries of it. */
export function trailPage(
  { incident, lines, total, isRefusals }: TrailPage,
  { now }: { readonly now: Micros },
): Message {
  const id = (part: string): string => blockId(`trail-${incident}`, part)
  const what = isRefusals ? 'refusals' : 'entries'
  return assertFits({
    text: `Trail of INC-${incident}: ${lines.length} of ${total} ${what}`,
    blocks: present([
      { type: 'header', block_id: id('header'), text: plainText(`Trail · INC-${incident}`) },
      richText(
        id('lines'),
        lines.length === 0
          ? [[say(isRefusals ? 'Nothing was refused here.' : 'Nothing was proposed or decided here yet.')]]
          : lines.map(({ seq, at, said }) =>
              labelled(`#${seq}`, say(`${clock(at, now)} · `), ...sentence(said, 400, 100)),
            ),
      ),
      context(id('context'), [
        `${lines.length} of ${count(total)} ${what}, the newest last`,
        isRefusals
          ? `/firebreak trail INC-${incident} shows all`
          : `/firebreak trail INC-${incident} refusals shows those alone`,
        'firebreak trail verify follows the whole chain',
      ]),
    ]),
  })
}
