import { rawText, type Words } from '../src/model/answer.ts'
import type { NoticeView } from '../src/model/views.ts'
import { assertFits } from './assert-fits.ts'
import { blockId } from './ids.ts'
import { LIMITS } from './limits.ts'
import type { Message } from './message.ts'
import { context, present, questionRow } from './parts.ts'
import { richText, say, sentence } from './rich.ts'
import { plain } from './safe.ts'

const SENTENCES = 6
/** What was typed is echoed, but not at length. */
const ECHO = 60

/** A short answer for one person: usage, refusal or fault. */
export function notice(view: NoticeView): Message {
  const id = (part: string): string => blockId('notice', part)
  const shown = view.sentences.slice(0, SENTENCES)
  const lines = shown.map((parts) => sentence(parts, 800, ECHO))
  const text = plain(shown.map((parts) => parts.map(fallback).join('')).join(' '), LIMITS.noticeText)
  return assertFits(
    {
      text,
      blocks: present([
        richText(id('sentences'), lines.some((line) => line.length > 0) ? lines : [[say('–')]]),
        view.context === null ? null : context(id('context'), [fallback(view.context)]),
        questionRow(id('questions'), view.buttons, null),
      ]),
    },
    'notice',
  )
}

function fallback(part: Words): string {
  return typeof part === 'string' ? part : plain(rawText(part), ECHO)
}
