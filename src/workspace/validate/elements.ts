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
  refuse,
  str,
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

type Then = NonNullable<Parameters<typeof object>[1]>
type Spec = Parameters<typeof object>[0]

/** A picture: an address or a file of the workspace, never both. */
export const oneSource: Then = (value, at, findings) => {
  const sources = ['image_url', 'slack_file'].filter((name) => value[name] !== undefined)
  if (sources.length !== 1) refuse(findings, at, 'must define exactly one of `image_url` or `slack_file`')
}

/** The fields that name the source and stand-in of a picture. */
export const picture: Spec = {
  image_url: optional(url),
  slack_file: optional(
    object({ id: optional(pattern(/^F[A-Z0-9]{8,}$/, 'invalid slack file')), url: optional(url) }),
  ),
  alt_text: str(1, 2_000),
}

function element(type: string, spec: Spec, then?: Then): Check {
  return object({ type: oneOf(type), action_id: optional(str(1, 255)), ...spec }, then)
}

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

/** Every element of a message, by type; what only a modal may hold is absent. */
const ELEMENTS = {
  button: element('button', {
    text: plainText(75),
    value: optional(str(1, 2_000)),
    url: optional(url),
    style: optional(oneOf('primary', 'danger')),
    confirm: optional(confirm),
    accessibility_label: optional(str(1, 75)),
  }),
  overflow: element('overflow', { options: list(1, 5, overflowOption), confirm: optional(confirm) }),
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
    initial_date: optional(pattern(/^\d{4}-\d{2}-\d{2}$/, 'must be a date of the form YYYY-MM-DD')),
  }),
  timepicker: element('timepicker', {
    ...selects,
    initial_time: optional(pattern(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the form HH:mm')),
    timezone: optional(str(1, 255)),
  }),
  datetimepicker: element('datetimepicker', {
    ...asks,
    initial_date_time: optional(int(1_000_000_000, 9_999_999_999)),
  }),
  image: object({ type: oneOf('image'), ...picture }, oneSource),
}

const NOT_IMAGES = Object.keys(ELEMENTS).filter((type) => type !== 'image') as Exclude<
  keyof typeof ELEMENTS,
  'image'
>[]

/** What an actions block may hold. */
export const actionElement: Check = byType(only(ELEMENTS, ...NOT_IMAGES))

/** What may stand beside a section's text. */
export const accessory: Check = byType(ELEMENTS)

const text = anyText(3_000)

/** What a context block may hold. */
export const contextElement: Check = byType({ image: ELEMENTS.image, plain_text: text, mrkdwn: text })
