import type { Sentence } from '../src/model/answer.ts'
import type { RefusalCode } from '../src/model/refusals.ts'
import type { Message } from './message.ts'
import { notice } from './notice.ts'

/** A refusal for one person: its sentence, its code, and where it stands on the trail. */
export function refusalNotice(refusal: {
  readonly refused: RefusalCode
  readonly sentence: Sentence
  readonly trail: number | null
}): Message {
  const { refused, sentence, trail } = refusal
  const row = trail === null ? 'not on the trail' : `trail #${trail}`
  return notice({ sentences: [sentence], context: `${refused} · ${row}`, buttons: [] })
}

/** Something that was done, for one person. */
export function doneNotice(sentences: readonly Sentence[], trail: number): Message {
  return notice({ sentences, context: `trail #${trail}`, buttons: [] })
}
