import { structured } from './arguments.ts'
import { asFields, type Fields } from './json.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'
import type { Problem } from './validate/findings.ts'
import { validateBlocks } from './validate/message.ts'
import { validateView } from './validate/view.ts'

/** What is wrong with each kind of payload. The pointers start at the payload. */
const CHECKS: { readonly [kind: string]: (given: unknown, higherLimits: boolean) => readonly Problem[] } = {
  blocks: (given, higherLimits) => validateBlocks(given, '', higherLimits)?.problems ?? [],
  message: messageProblems,
  view: (given, higherLimits) => validateView(given, '', higherLimits),
}

/** The method blocks.validate: it takes no token, and exactly one of blocks, message and view. */
export async function validatePayload(args: Fields, room: Room): Promise<Fields> {
  const kinds = Object.keys(CHECKS).filter((kind) => args[kind] !== undefined && args[kind] !== '')
  const [kind = ''] = kinds
  if (kinds.length !== 1)
    throw new SlackRefusal('invalid_arguments', [
      'must provide exactly one of `blocks`, `view`, or `message`',
    ])
  const problems = CHECKS[kind]?.(structured(args, kind, `invalid_${kind}`), room.higherLimits) ?? []
  if (problems.length > 0) throw new SlackRefusal(`invalid_${kind}`, [], { errors: problems })
  return {}
}

function messageProblems(given: unknown, higherLimits: boolean): readonly Problem[] {
  const { text, blocks, attachments } = asFields(given) ?? {}
  if (blocks !== undefined) return validateBlocks(blocks, '/blocks', higherLimits)?.problems ?? []
  if (text || attachments) return []
  const message = 'missing required field: text'
  return [{ pointer: '', code: 'missing_field', message, field: 'text' }]
}
