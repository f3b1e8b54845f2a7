import { asText, type Fields } from '../json.ts'
import type { Held } from './held.ts'
import type { Place, Surface, View } from './view.ts'

/** The surface of a message: `ts` and `blocks` are its own. */
export function messageSurface(ts: string, blocks: unknown, view: View): Surface {
  const held = view.heldIn(ts)
  const common = (): object => ({
    as: view.acting,
    channel: view.channelId,
    ts,
    values: held.valuesOf(blocks),
  })
  return {
    key: ts,
    view,
    isModal: false,
    errors: {},
    held,
    act: (blockId, actionId, value) => view.post('act', { ...common(), blockId, actionId, ...given(value) }),
    options: (blockId, actionId, query) => view.post('options', { ...common(), blockId, actionId, query }),
    changed: () => undefined,
  }
}

/** The surface of an open modal or of App Home, with what its controls hold. */
export function viewSurface(
  open: Fields,
  view: View,
  held: Held,
  errors: Surface['errors'],
  changed: (blockId: string) => void,
): Surface {
  const viewId = asText(open['id'])
  const common = (): object => ({ as: view.acting, viewId, values: held.valuesOf(open['blocks']) })
  return {
    key: viewId,
    view,
    isModal: open['type'] !== 'home',
    errors,
    held,
    act: (blockId, actionId, value) => view.post('act', { ...common(), blockId, actionId, ...given(value) }),
    options: (blockId, actionId, query) => view.post('options', { ...common(), blockId, actionId, query }),
    changed,
  }
}

// A button is sent without a value: it has its own.
function given(value: unknown): object {
  return value === null ? {} : { value }
}

/** The place of an element that is sent when it changes, in a block of no label. */
export function placeIn(surface: Surface, blockId: string): Place {
  return {
    surface,
    blockId,
    isActing: true,
    labelledBy: null,
    describedBy: null,
    isWrong: false,
    isRequired: false,
  }
}

/**
 * Names a control for what it sends: nobody else's, no other channel's, and no other block's. The revision at the end of a
 * block_id is left out, so that a card that is edited before its button was acked shows the spinner still.
 */
export function sendingKeyOf(place: Place, element: Fields): string {
  const { acting, channelId } = place.surface.view
  return [acting, channelId, place.blockId.replace(/[.-]?\d+$/, ''), keyOf(place, element)].join(' ')
}

/** Names a control on the page: where its focus is found again after a redraw. */
export function keyOf({ surface }: Place, element: Fields): string {
  return `${surface.key} ${asText(element['action_id'])} ${asText(element['value'])}`.trim()
}
