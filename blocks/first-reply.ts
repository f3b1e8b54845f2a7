import type { ContainerBlock } from '@slack/types'
import type { Micros } from '../src/model/time.ts'
import type { FirstReplyView } from '../src/model/views.ts'
import { assertFits } from './assert-fits.ts'
import { blockId } from './ids.ts'
import { alsoOne } from './incident-lines.ts'
import { fit, LIMITS } from './limits.ts'
import type { Message } from './message.ts'
import { context, present, questionRow } from './parts.ts'
import { type Line, labelled, linesLength, richText, say, sentence } from './rich.ts'
import { code, count, counted, plain, plainText } from './safe.ts'
import { allSignals } from './signal-lines.ts'
import { clock } from './times.ts'

/** ARNs and user agents need more than the 120 characters of a card; this is where they are read. */
const VALUE = 200
const LINE = 900
const EVIDENCE_LINES = 25

/**
 * Text of signals, further findings and evidence together: what a message may hold without the rest of the reply, which
 * is 2,500 characters at most. Signals and findings may take their part, the evidence has what they leave.
 */
const LISTS = 6_000
const SIGNALS = 3_000
const ALSO = 1_200

const QUIET =
  'Quiet from here: updates stay on the card; a finding that joins and a rise in severity are posted'

/** The first reply in an incident's thread: what it means, and the finding's own words folded away. */
export function firstReply(view: FirstReplyView, { now }: { readonly now: Micros }): Message {
  const id = (part: string): string => blockId(`first-reply-${view.number}`, part)
  const signals = signalsOf(view, now)
  const also = alsoLines(view, now)
  const left = LISTS - linesLength([...signals, ...also])
  return assertFits({
    text: plain(
      `INC-${view.number}: ${view.meaning ?? 'Firebreak has no words for this type of finding.'}`,
      LIMITS.pushText,
    ),
    blocks: present([
      richText(id('meaning'), meaning(view)),
      richText(id('signals'), signals),
      richText(id('also'), also),
      evidence(id, view.evidence, left),
      context(id('context'), [QUIET]),
      questionRow(id('questions'), view.questions, view.number),
    ]),
  })
}

function meaning({ meaning: words, type, firstAnswer }: FirstReplyView): Line[] {
  const first = firstAnswer === null ? [] : [labelled('First answer', ...sentence(firstAnswer))]
  if (words !== null) return [labelled('What this means', ...sentence([words])), ...first]
  return [
    labelled('What this means', say('Firebreak has no words for this type. Read what GuardDuty says below.')),
    labelled('Type', code(type)),
    ...first,
  ]
}

function signalsOf({ signals }: FirstReplyView, now: Micros): Line[] {
  return signals.length === 0 ? [] : [labelled('Signals'), ...allSignals(signals, SIGNALS, now)]
}

/** The findings that the card does not show; those that join later get a line of their own. */
function alsoLines({ also, signals }: FirstReplyView, now: Micros): Line[] {
  // The card of an attack sequence shows its signals instead.
  const further = signals.length === 0 ? also.slice(LIMITS.also) : also
  if (further.length === 0) return []
  const lines = further.map((finding) => alsoOne(finding, clock(finding.firstSeen, now)))
  const shown = fit(lines, (line) => linesLength([line]), ALSO, LIMITS.alsoInReply)
  const left = lines.length - shown.length
  return [
    labelled('Also in this incident'),
    ...shown,
    ...(left === 0 ? [] : [[say(counted(left, 'more', 'more'))]]),
  ]
}

function evidence(
  id: (part: string) => string,
  items: FirstReplyView['evidence'],
  budget: number,
): ContainerBlock | null {
  const lines = items.map(({ label, said }) => labelled(label, ...sentence(said, LINE, VALUE)))
  const kept = fit(lines, (line) => linesLength([line]), budget, EVIDENCE_LINES)
  const left = lines.length - kept.length
  const block = richText(
    id('evidence-lines'),
    left === 0 ? kept : [...kept, [say(`…(+${count(left)} more)`)]],
  )
  if (block === null) return null
  return {
    type: 'container',
    block_id: id('evidence'),
    title: plainText('Evidence from the finding'),
    child_blocks: [block],
    is_collapsible: true,
    default_collapsed: true,
  }
}
