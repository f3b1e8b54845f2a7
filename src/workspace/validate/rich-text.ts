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
  type Spec,
  shown,
  str,
  url,
} from './kit.ts'

const MANY = 10_000
const style = optional(
  object({
    bold: optional(bool),
    italic: optional(bool),
    strike: optional(bool),
    code: optional(bool),
    underline: optional(bool),
    highlight: optional(bool),
    client_highlight: optional(bool),
    unlink: optional(bool),
  }),
)

function inline(type: string, spec: Spec): Check {
  return object({ type: oneOf(type), style, ...spec })
}

const text = inline('text', { text: shown(1, MANY) })
const link = inline('link', { url, text: optional(shown(1, MANY)), unsafe: optional(bool) })

const inlineElement = byType({
  text,
  link,
  user: inline('user', { user_id: str(1, 255) }),
  usergroup: inline('usergroup', { usergroup_id: str(1, 255) }),
  channel: inline('channel', { channel_id: str(1, 255) }),
  team: inline('team', { team_id: str(1, 255) }),
  emoji: inline('emoji', {
    name: pattern(/^[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?$/, 'must be a valid emoji name'),
    unicode: optional(str(1, 255)),
    url: optional(url),
    skin_tone: optional(int(2, 6)),
  }),
  date: inline('date', {
    timestamp: int(0, 9_999_999_999),
    format: pattern(/^[\s\S]*\{[a-z_]+\}[\s\S]*$/, 'must hold at least one date token'),
    url: optional(url),
    fallback: optional(str(1, MANY)),
  }),
  color: inline('color', { value: pattern(/^#[0-9a-fA-F]{6}$/, 'must be a colour of the form #RRGGBB') }),
  broadcast: inline('broadcast', { range: oneOf('here', 'channel', 'everyone') }),
})

const border = optional(int(0, 1))

const section = object({
  type: oneOf('rich_text_section'),
  elements: list(1, MANY, inlineElement),
})

const part = byType({
  rich_text_section: section,
  rich_text_list: object({
    type: oneOf('rich_text_list'),
    style: oneOf('bullet', 'ordered'),
    elements: list(1, MANY, byType({ rich_text_section: section })),
    indent: optional(int(0, 8)),
    offset: optional(int(0, MANY)),
    border,
  }),
  rich_text_quote: object({
    type: oneOf('rich_text_quote'),
    elements: list(1, MANY, inlineElement),
    border,
  }),
  rich_text_preformatted: object({
    type: oneOf('rich_text_preformatted'),
    elements: list(1, MANY, byType({ text, link })),
    language: optional(str(1, 255)),
    border,
  }),
})

/** The `elements` of a rich_text block. */
export const richTextParts: Check = list(1, MANY, part)

/** A rich_text block that stands where text may stand: a table's cell, a container's title. */
export const richTextValue: Check = object({
  type: oneOf('rich_text'),
  elements: richTextParts,
  block_id: optional(str(1, 255)),
})
