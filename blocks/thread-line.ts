import type { Micros } from '../src/model/time.ts'
import type { ThreadLineView } from '../src/model/views.ts'
import { assertFits } from './assert-fits.ts'
import { blockId } from './ids.ts'
import { LIMITS } from './limits.ts'
import type { Message } from './message.ts'
import { present } from './parts.ts'
import { richText, say, sentence } from './rich.ts'
import { plain } from './safe.ts'
import { allSignals } from './signal-lines.ts'

/** Text of the signals below a line. */
const SIGNALS = 4_000

/** One line in an incident's thread, with the signals of an attack sequence below it. */
export function threadLine(view: ThreadLineView, { now }: { readonly now: Micros }): Message {
  const line = sentence(view.line)
  const id = blockId(`thread-line-${view.number}`, 'line')
  return assertFits({
    text: plain(view.push, LIMITS.pushText),
    blocks: present([
      richText(id, [line.length === 0 ? [say('–')] : line, ...allSignals(view.signals, SIGNALS, now)]),
    ]),
  })
}
