import { buttonElement, element } from './elements.ts'
import { refuse } from './findings.ts'
import { byType, type Check, list, object, oneOf, optional, type Spec, str, type Then } from './kit.ts'
import { anyText, confirm, plainText } from './objects.ts'
import { imageElement } from './pictures.ts'

/** The fields of a card block. */
export const card: Spec = {
  hero_image: optional(imageElement),
  icon: optional(imageElement),
  title: optional(anyText(150)),
  subtitle: optional(anyText(150)),
  body: optional(anyText(200)),
  subtext: optional(anyText(200)),
  actions: optional(list(1, 3, buttonElement)),
}

/** Notes a card that would show nothing. */
export const someContent: Then = (value, at, findings) => {
  const parts = ['hero_image', 'title', 'actions', 'body']
  if (parts.every((name) => value[name] === undefined))
    refuse(findings, at, 'must define at least one of `hero_image`, `title`, `actions` or `body`')
}

const opinion = object({
  text: plainText(75),
  value: str(1, 2_000),
  accessibility_label: optional(str(1, 75)),
})

/** What a context_actions block may hold. */
export const contextAction: Check = byType({
  feedback_buttons: element('feedback_buttons', { positive_button: opinion, negative_button: opinion }),
  icon_button: element('icon_button', {
    icon: oneOf('trash'),
    text: plainText(75),
    value: optional(str(1, 2_000)),
    confirm: optional(confirm),
    accessibility_label: optional(str(1, 75)),
    visible_to_user_ids: optional(list(1, 10, str(1, 255))),
  }),
})
