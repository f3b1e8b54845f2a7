/// <reference lib="dom" />
import { type ComponentChild, h } from 'preact'
import { asText, type Fields } from '../json.ts'
import { Button } from './button.ts'
import { DateInput } from './date-input.ts'
import { FeedbackButtons } from './feedback-buttons.ts'
import { MarkInput } from './mark-input.ts'
import { OverflowMenu } from './overflow-menu.ts'
import { drawPicture } from './picture.ts'
import { SearchSelect } from './search-select.ts'
import { Select } from './select.ts'
import { keyOf } from './surface.ts'
import { TextInput } from './text-input.ts'
import { unsupported } from './undrawable.ts'
import type { Place } from './view.ts'

/** Draws an element of a block. */
export function drawElement(element: Fields, place: Place): ComponentChild {
  const key = `${place.blockId} ${keyOf(place, element)}`
  switch (element['type']) {
    case 'button':
    case 'icon_button':
      return h(Button, { element, place, key })
    case 'feedback_buttons':
      return h(FeedbackButtons, { element, place, key })
    case 'overflow':
      return h(OverflowMenu, { element, place, key })
    case 'static_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
      return h(Select, { element, place, key })
    case 'external_select':
    case 'multi_static_select':
    case 'multi_users_select':
    case 'multi_channels_select':
    case 'multi_conversations_select':
    case 'multi_external_select':
      return h(SearchSelect, { element, place, key })
    case 'radio_buttons':
    case 'checkboxes':
      return h(MarkInput, { element, place, key })
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return h(DateInput, { element, place, key })
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'rich_text_input':
      return h(TextInput, { element, place, key })
    case 'image':
      return drawPicture(element)
    default:
      return unsupported('element', asText(element['type'], 'undefined'))
  }
}
