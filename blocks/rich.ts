import type { RichTextBlock, RichTextElement, RichTextText } from '@slack/types'
import type { Sentence, Words } from '../src/model/answer.ts'
import { fit } from './limits.ts'
import { WARNING } from './marks.ts'
import { code, isPerson } from './safe.ts'
import { visible } from './visible.ts'

/** One line of rich text. */
export type Line = readonly RichTextElement[]

/** Our own words in rich_text, where Slack parses nothing. */
export function say(text: string): RichTextText {
  return { type: 'text', text: visible(text, 600) }
}

/** A label at the start of a line. */
export function labelled(label: string, ...elements: Line): Line {
  return [{ type: 'text', text: `${visible(label, 60)}  `, style: { bold: true } }, ...elements]
}

/** A sentence: our words as text, values as code. What exceeds `budget` characters is cut at a piece, with `…`. */
export function sentence(parts: Sentence, budget = 900, valueMax = 120): Line {
  const elements = parts.filter((part) => part !== '').map((part) => element(part, valueMax))
  const kept = fit(elements, (part) => (part.type === 'text' ? part.text.length : MENTION), budget, 40)
  return kept.length === elements.length ? kept : [...kept, say('…')]
}

function element(part: Words, valueMax: number): RichTextElement {
  if (typeof part === 'string') return say(part)
  if ('code' in part) return code(part.code, valueMax)
  return isPerson(part.person) ? { type: 'user', user_id: part.person } : code(part.person, valueMax)
}

/** A line that begins with the warning mark. */
export function warning(line: Line): Line {
  return [{ type: 'emoji', name: WARNING }, say(' '), ...line]
}

/** A rich_text block of lines; null when there are none, since an empty block makes Slack refuse the message. */
export function richText(block_id: string, lines: readonly Line[]): RichTextBlock | null {
  const elements = lines
    .filter((line) => line.length > 0)
    .flatMap((line, at) => (at === 0 ? [...line] : [NEWLINE, ...line]))
  return elements.length === 0
    ? null
    : { type: 'rich_text', block_id, elements: [{ type: 'rich_text_section', elements }] }
}

/** Characters of text in lines below one another, for budgets. */
export function linesLength(lines: readonly Line[]): number {
  const texts = lines.flat().filter((part) => part.type === 'text')
  return texts.reduce((sum, { text }) => sum + text.length, lines.length)
}

/** Characters that a mention may take when Slack shows the person's name. */
const MENTION = 30

const NEWLINE: RichTextText = { type: 'text', text: '\n' }
