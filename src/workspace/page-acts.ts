import { sendCommand } from './command.ts'
import { asText, type Fields } from './json.ts'
import { askOptions } from './options.ts'
import { sendPress } from './press.ts'
import type { Room } from './room.ts'
import { sendShortcut } from './shortcuts.ts'
import { readGiven, readValues, type Values } from './state-values.ts'
import { sendViewPress } from './views/act.ts'
import { dismissView } from './views/dismiss.ts'
import { openHome } from './views/home.ts'
import { submitView } from './views/submit.ts'

/** What a person does on the page, by the last part of its address: what is sent, and what became of it. */
export const PAGE_ACTS: { readonly [name: string]: (room: Room, given: Fields) => Promise<object> } = {
  command: (room, given) =>
    sendCommand(room, {
      userId: asText(given['as']),
      channel: asText(given['channel']),
      text: asText(given['text']),
    }),

  act: (room, given) => {
    const value = readGiven(given['value'])
    const press = { ...elementOf(given), ...(value !== undefined && { value }) }
    return typeof given['viewId'] === 'string'
      ? sendViewPress(room, { ...press, viewId: given['viewId'] })
      : sendPress(room, { ...press, channel: asText(given['channel']), ts: asText(given['ts']) })
  },

  options: (room, given) => {
    const query = { ...elementOf(given), query: asText(given['query']) }
    return typeof given['viewId'] === 'string'
      ? askOptions(room, { ...query, viewId: given['viewId'] })
      : askOptions(room, { ...query, channel: asText(given['channel']), ts: asText(given['ts']) })
  },

  submit: (room, given) => submitView(room, { ...viewOf(given), ...valuesOf(given) }),

  dismiss: (room, given) => dismissView(room, { ...viewOf(given), all: given['all'] === true }),

  home: (room, given) =>
    openHome(room, { userId: asText(given['as']), tab: given['tab'] === 'messages' ? 'messages' : 'home' }),

  shortcut: (room, given) =>
    sendShortcut(room, {
      userId: asText(given['as']),
      callbackId: asText(given['callbackId']),
      channel: asText(given['channel']),
      ts: asText(given['ts']),
    }),
}

function elementOf(given: Fields): {
  readonly userId: string
  readonly actionId: string
  readonly blockId?: string
  readonly values?: Values
} {
  const { as, actionId, blockId } = given
  return {
    userId: asText(as),
    actionId: asText(actionId),
    ...(typeof blockId === 'string' && { blockId }),
    ...valuesOf(given),
  }
}

function viewOf({ as, viewId }: Fields): { readonly userId: string; readonly viewId: string } {
  return { userId: asText(as), viewId: asText(viewId) }
}

function valuesOf({ values }: Fields): { readonly values?: Values } {
  return values === undefined ? {} : { values: readValues(values) }
}
