import type { RichTextElement } from '@slack/types'
import { assertFits } from './assert-fits.ts'
import { blockId } from './ids.ts'
import type { Message } from './message.ts'
import { context, present } from './parts.ts'
import { labelled, richText, say } from './rich.ts'
import { code, plainText } from './safe.ts'

const ASK = [
  '/ip 203.0.113.9',
  '/subject system:anonymous',
  '/firebreak secrets system:anonymous',
  '/firebreak seen system:anonymous',
  '/firebreak newly prod-payments since 1d',
]
const WILD = ['/ip 203.0.113.*', '/ip 203.0.113.0/24', '/subject system:serviceaccount:payments:*']

const ACT = ['/firebreak pending', '/firebreak trail INC-1']
const STOP = ['/firebreak lock all', '/firebreak lock scope prod-payments']

/** `/firebreak help`: what can be asked today. */
export function help(): Message {
  const id = (part: string): string => blockId('help', part)
  return assertFits({
    text: 'Firebreak: what you can ask',
    blocks: present([
      { type: 'header', block_id: id('header'), text: plainText('Firebreak') },
      richText(id('body'), [
        labelled('Ask', ...examples(ASK)),
        labelled('Ask about many', ...examples(WILD)),
        labelled('On a card', say('press a question; the answer comes in the thread of its incident')),
        labelled('Act', say('Contain… on a card proposes; others approve · '), ...examples(ACT)),
        labelled('Stop', ...examples(STOP), say(' (any responder, works at once)')),
      ]),
      context(id('context'), ['Answers to what you type are visible only to you']),
    ]),
  })
}

function examples(commands: readonly string[]): RichTextElement[] {
  return commands.flatMap((command, at) => (at === 0 ? [code(command)] : [say(' · '), code(command)]))
}
