import type { ViewSubmitAction } from '@slack/bolt'
import { ASK_FIELDS, SCOPE_TIMES, type ScopeTime } from '../../blocks/ask-modal.ts'
import type { QuestionValue } from '../../blocks/ids.ts'
import type { IncidentAbout } from '../incidents/about.ts'
import { lookupNamed } from '../lookups/index.ts'
import { parseQuestion } from '../lookups/parse-question.ts'
import { parseWindow } from '../lookups/parse-window.ts'
import { isLookupName, type Sentence, type Window } from '../model/answer.ts'
import type { Micros } from '../model/time.ts'

type Values = ViewSubmitAction['view']['state']['values']

/** What was wrong. */
export interface FormRefusal {
  readonly refused: Sentence
  /** The input under which it is said. */
  readonly block: string
}

/** Reads the form: what is asked, or what was wrong under which input. */
export function readForm(
  about: IncidentAbout | null,
  values: Values,
  now: Micros,
): FormRefusal | { readonly question: QuestionValue & { readonly incident: number } } {
  const blockOf = (action: string): string =>
    Object.keys(values).find((block) => values[block]?.[action] !== undefined) ?? ASK_FIELDS.about
  const value = (action: string): string => values[blockOf(action)]?.[action]?.selected_option?.value ?? ''
  if (about === null) {
    return { refused: ['This incident is not known any more. Use a newer card.'], block: ASK_FIELDS.about }
  }
  const lookup = value(ASK_FIELDS.question)
  const question = blockOf(ASK_FIELDS.question)
  if (!isLookupName(lookup)) return { refused: ['Choose a question.'], block: question }
  const none = { since: null, until: null }
  const parsed = parseQuestion(lookupNamed(lookup), value(ASK_FIELDS.about), now, 'slack', none)
  if ('refused' in parsed) return { refused: parsed.refused[0] ?? [], block: question }
  const window = windowOf(value(ASK_FIELDS.time), about.window, now)
  if (window === undefined) return { refused: ['Choose a scope time.'], block: ASK_FIELDS.time }
  return { question: { lookup, entity: parsed.entity, incident: about.number, scope: about.scope, window } }
}

/** The window of a choice; null: all that is known, undefined: no such choice. */
function windowOf(choice: string, incident: Window, now: Micros): Window | null | undefined {
  if (!Object.hasOwn(SCOPE_TIMES, choice)) return undefined
  const time = choice as ScopeTime
  if (time === 'incident') return incident
  if (time === 'all') return null
  const read = parseWindow(time, null, now)
  return 'window' in read ? read.window : undefined
}
