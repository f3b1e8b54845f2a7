import { choices, element, placeholds } from './elements.ts'
import { refuse } from './findings.ts'
import {
  bool,
  byType,
  type Check,
  int,
  list,
  object,
  oneOf,
  optional,
  pattern,
  points,
  type Spec,
  str,
  type Then,
} from './kit.ts'
import { plainText } from './objects.ts'
import { richTextValue } from './rich-text.ts'

const typed: Spec = {
  ...placeholds,
  dispatch_action_config: optional(
    object({
      trigger_actions_on: optional(list(1, 2, oneOf('on_enter_pressed', 'on_character_entered'))),
    }),
  ),
}
const numeral = pattern(/^-?\d+(\.\d+)?$/, 'must be a number in digits')

const withinOwnLimits: Then = (value, at, findings) => {
  const { initial_value: initial, min_length: min, max_length: max } = value
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    refuse(findings, `${at}/min_length`, 'must be less than or equal to `max_length`')
  if (typeof initial === 'string' && typeof max === 'number' && points(initial) > max)
    refuse(findings, `${at}/initial_value`, 'must be within `max_length`')
}

const withinOwnRange: Then = (value, at, findings) => {
  const { initial_value: initial, min_value: min, max_value: max } = value
  if (min !== undefined && max !== undefined && Number(min) > Number(max))
    refuse(findings, `${at}/min_value`, 'must be less than or equal to `max_value`')
  const low = min !== undefined && Number(initial) < Number(min)
  const high = max !== undefined && Number(initial) > Number(max)
  if (initial !== undefined && (low || high))
    refuse(findings, `${at}/initial_value`, 'must be within `min_value` and `max_value`')
}

const TYPED = {
  plain_text_input: element(
    'plain_text_input',
    {
      ...typed,
      initial_value: optional(str(0, 3_000)),
      multiline: optional(bool),
      min_length: optional(int(0, 3_000)),
      max_length: optional(int(1, 3_000)),
    },
    withinOwnLimits,
  ),
  number_input: element(
    'number_input',
    {
      ...typed,
      is_decimal_allowed: bool,
      initial_value: optional(numeral),
      min_value: optional(numeral),
      max_value: optional(numeral),
    },
    withinOwnRange,
  ),
  email_text_input: element('email_text_input', { ...typed, initial_value: optional(str(0, 3_000)) }),
  url_text_input: element('url_text_input', { ...typed, initial_value: optional(str(0, 3_000)) }),
  rich_text_input: element('rich_text_input', {
    ...typed,
    initial_value: optional(richTextValue),
    min_lines: optional(int(1, 100)),
    max_lines: optional(int(1, 100)),
  }),
}

const file_input = element('file_input', {
  filetypes: optional(list(1, 100, str(1, 20))),
  max_files: optional(int(1, 10)),
})

function inputFields(elements: { readonly [type: string]: Check }): Spec {
  return {
    label: plainText(2_000),
    hint: optional(plainText(2_000)),
    element: byType(elements),
    optional: optional(bool),
    dispatch_action: optional(bool),
  }
}

/** The fields of an input block in a message or App Home. */
export const input: Spec = inputFields({ ...TYPED, ...choices })

/** The fields of an input block in a modal, which can take files too. */
export const modalInput: Spec = inputFields({ ...TYPED, ...choices, file_input })
