import { asFields, asList } from '../json.ts'
import { refuse } from './findings.ts'
import { bool, byType, type Check, list, object, oneOf, optional, shown, str, type Then, url } from './kit.ts'

/** plain_text of 1 to `max` code points. */
export function plainText(max: number): Check {
  return object({ type: oneOf('plain_text'), text: shown(1, max), emoji: optional(bool) })
}

/** plain_text or mrkdwn of 1 to `max` code points. */
export function anyText(max: number): Check {
  return byType({
    plain_text: plainText(max),
    mrkdwn: object({ type: oneOf('mrkdwn'), text: shown(1, max), verbatim: optional(bool) }),
  })
}

/** The question asked before an action is sent. */
export const confirm: Check = object({
  title: optional(plainText(100)),
  text: anyText(300),
  confirm: optional(plainText(30)),
  deny: optional(plainText(30)),
  style: optional(oneOf('primary', 'danger')),
})

const OPTION_VALUE = { lower: 75, higher: 150 }

function optionOf(text: Check, withUrl: boolean): Check {
  return object({
    text,
    value: str(1, OPTION_VALUE),
    description: optional(plainText(75)),
    ...(withUrl && { url: optional(url) }),
  })
}

export const plainOption: Check = optionOf(plainText(75), false)
export const anyOption: Check = optionOf(anyText(75), false)
export const overflowOption: Check = optionOf(plainText(75), true)

const optionGroup: Check = object({ label: plainText(75), options: list(1, 100, plainOption) })

/** `options` or `option_groups` of a select, exactly one of them. */
export const selectChoices = {
  options: optional(list(1, 100, plainOption)),
  option_groups: optional(list(1, 100, optionGroup)),
}

/** The same in an app's answer for an external select, which may have found none. */
export const offeredChoices = {
  options: optional(list(0, 100, plainOption)),
  option_groups: optional(list(0, 100, optionGroup)),
}

/** Notes a select without choices, or with both forms. */
export const oneChoiceForm: Then = (value, at, findings) => {
  const forms = ['options', 'option_groups'].filter((name) => value[name] !== undefined)
  if (forms.length !== 1) refuse(findings, at, 'must define exactly one of `options` or `option_groups`')
}

/** Notes initial options that are not among the options, compared by value. */
export const initialAmongOptions: Then = (value, at, findings) => {
  const groups = asList(value['option_groups']).flatMap((group) => asList(asFields(group)?.['options']))
  const values = [...asList(value['options']), ...groups].map((option) => asFields(option)?.['value'])
  const initial = [...asList(value['initial_options']), value['initial_option'] ?? []].flat()
  if (initial.some((option) => !values.includes(asFields(option)?.['value'])))
    refuse(findings, at, 'initial option must be one of the options')
}
