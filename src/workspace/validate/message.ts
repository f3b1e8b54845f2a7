import { messageBlock } from './blocks.ts'
import { newFindings, type Problem } from './findings.ts'
import { list } from './kit.ts'

/** The text of all blocks that one message may hold: people saw 11,341 refused, and Slack documents no number. */
const ALL_TEXT = 11_000
const ALL_MARKDOWN = 12_000

/** What Slack would say of the blocks of a message. */
export type BlocksRefusal =
  | { readonly error: 'msg_blocks_too_long'; readonly problems: readonly Problem[] }
  | { readonly error: 'invalid_blocks'; readonly problems: readonly Problem[] }

/**
 * Checks the blocks of a message against Slack's limits and the surfaces on which each block may stand. `at` is their
 * JSON pointer, `higherLimits` see Most. Null when Slack would take them.
 */
export function validateBlocks(blocks: unknown, at = '/blocks', higherLimits = false): BlocksRefusal | null {
  const findings = newFindings(higherLimits)
  list(0, 50, messageBlock)(blocks, at, findings)
  const { problems, textLength, markdownLength } = findings
  if (problems.length > 0) return { error: 'invalid_blocks', problems }
  if (textLength > ALL_TEXT)
    return { error: 'msg_blocks_too_long', problems: [tooMuch(at, 'text', ALL_TEXT, textLength)] }
  if (markdownLength > ALL_MARKDOWN)
    return {
      error: 'msg_blocks_too_long',
      problems: [tooMuch(at, 'markdown', ALL_MARKDOWN, markdownLength)],
    }
  return null
}

function tooMuch(pointer: string, what: string, expected: number, got: number): Problem {
  const constraint = { type: 'max_length', expected, got }
  const message = `all ${what} together must be less than ${expected + 1} characters`
  return { pointer, code: 'failed_constraint', message, constraint }
}
