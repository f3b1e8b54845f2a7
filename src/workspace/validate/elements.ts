import { DATE, TIME } from '../forms.ts'
import { refuse } from './findings.ts'
import {
  bool,
  byType,
  type Check,
  int,
  list,
  object,
  oneOf,
  only,
  optional,
  pattern,
  type Spec,
  str,
  type Then,
  url,
} from './kit.ts'
import {
  anyOption,
  anyText,
  confirm,
  initialAmongOptions,
  oneChoiceForm,
  overflowOption,
  plainText,
  selectChoices,
} from './objects.ts'
import { imageElement } from './pictures.ts'

/** An element that can be acted on; one of a message or view may ask for the focus. */
export function element(type: string, spec: Spec, then?: Then): Check {
  return object({ type: oneOf(type), action_id: optional(str(1, 255)), ...spec }, (value, at, findings) => {
    if (value['focus_on_load'] === true) {
      findings.focused += 1
      if (findings.focused > 1)
        refuse(findings, `${at}/focus_on_load`, 'only one element may have focus_on_load')
    }
    then?.(value, at, findings)
  })
}

/** The fields that every element with a placeholder has. */
export const placeholds: Spec = { placeholder: optional(plainText(150)), focus_on_load: optional(bool) }
const asks: Spec = { confirm: optional(confirm), focus_on_load: optional(bool) }
const selects: Spec = { ...asks, placeholder: optional(plainText(150)) }
const many: Spec = { ...selects, max_selected_items: optional(int(1, 100)) }
const conversations: Spec = {
  default_to_current_conversation: optional(bool),
  filter: optional(
    object({
      include: optional(list(1, 4, oneOf('im', 'mpim', 'private', 'public'))),
      exclude_external_shared_channels: optional(bool),
      exclude_bot_users: optional(bool),
    }),
  ),
}
const ids = list(0, 100, str(1, 255))
const choiceOf: Then = (value, at, findings) => {
  oneChoiceForm(value, at, findings)
  initialAmongOptions(value, at, findings)
}

/** Elements in which something is chosen: they stand in sections, rows of actions and inputs alike. */
const CHOICES = {
  static_select: element(
    'static_select',
    { ...selects, ...selectChoices, initial_option: optional(anyOption) },
    choiceOf,
  ),
  multi_static_select: element(
    'multi_static_select',
    { ...many, ...selectChoices, initial_options: optional(list(1, 100, anyOption)) },
    choiceOf,
  ),
  external_select: element('external_select', {
    ...selects,
    initial_option: optional(anyOption),
    min_query_length: optional(int(0, 100)),
  }),
  multi_external_select: element('multi_external_select', {
    ...many,
    initial_options: optional(list(1, 100, anyOption)),
    min_query_length: optional(int(0, 100)),
  }),
  users_select: element('users_select', { ...selects, initial_user: optional(str(1, 255)) }),
  multi_users_select: element('multi_users_select', { ...many, initial_users: optional(ids) }),
  conversations_select: element('conversations_select', {
    ...selects,
    ...conversations,
    initial_conversation: optional(str(1, 255)),
    response_url_enabled: optional(bool),
  }),
  multi_conversations_select: element('multi_conversations_select', {
    ...many,
    ...conversations,
    initial_conversations: optional(ids),
  }),
  channels_select: element('channels_select', {
    ...selects,
    initial_channel: optional(str(1, 255)),
    response_url_enabled: optional(bool),
  }),
  multi_channels_select: element('multi_channels_select', { ...many, initial_channels: optional(ids) }),
  checkboxes: element(
    'checkboxes',
    { ...asks, options: list(1, 10, anyOption), initial_options: optional(list(1, 10, anyOption)) },
    initialAmongOptions,
  ),
  radio_buttons: element(
    'radio_buttons',
    { ...asks, options: list(1, 10, anyOption), initial_option: optional(anyOption) },
    initialAmongOptions,
  ),
  datepicker: element('datepicker', {
    ...selects,
    initial_date: optional(pattern(DATE, 'must be a date of the form YYYY-MM-DD')),
  }),
  timepicker: element('timepicker', {
    ...selects,
    initial_time: optional(pattern(TIME, 'must be a time of the form HH:mm')),
    timezone: optional(str(1, 255)),
  }),
  datetimepicker: element('datetimepicker', {
    ...asks,
    initial_date_time: optional(int(1_000_000_000, 9_999_999_999)),
  }),
}

const ACTIONS = {
  button: element('button', {
    text: plainText(75),
    value: optional(str(1, 2_000)),
    url: optional(url),
    style: optional(oneOf('primary', 'danger')),
    confirm: optional(confirm),
    accessibility_label: optional(str(1, 75)),
  }),
  overflow: element('overflow', { options: list(1, 5, overflowOption), confirm: optional(confirm) }),
  ...CHOICES,
}

/** Elements in which something is chosen, by type. */
export const choices: { readonly [type: string]: Check } = CHOICES

/** What an actions block may hold. */
export const actionElement: Check = byType(ACTIONS)

/** What a card may hold below its text. */
export const buttonElement: Check = byType(only(ACTIONS, 'button'))

/** What may stand beside a section's text. */
export const accessory: Check = byType({ ...ACTIONS, image: imageElement })

const text = anyText(3_000)

/** What a context block may hold. */
export const contextElement: Check = byType({ image: imageElement, plain_text: text, mrkdwn: text })
