import { type Acted, findElement } from './actions.ts'
import { type Absent, absent, deliver, type Failed, failed, payloadOf } from './interactions.ts'
import { asFieldsList, asList, type Fields } from './json.ts'
import { CHANGED, findMessageTarget, toldTarget } from './message-target.ts'
import type { Room } from './room.ts'
import type { Values } from './state-values.ts'
import { inWords, newFindings } from './validate/findings.ts'
import { object } from './validate/kit.ts'
import { offeredChoices, oneChoiceForm } from './validate/objects.ts'
import { toldView } from './views/act.ts'
import { findView, REDRAWN } from './views/find-view.ts'

/** What a person typed into an external select of a message or view. `values`: what the view's controls hold. */
export interface OptionsQuery {
  readonly userId: string
  readonly blockId?: string
  readonly actionId: string
  readonly query: string
  readonly channel?: string
  readonly ts?: string
  readonly viewId?: string
  readonly values?: Values
}

/** What the app offers: options, or groups of them. */
export type Offered =
  | { readonly outcome: 'acked'; readonly options: readonly Fields[] }
  | { readonly outcome: 'acked'; readonly option_groups: readonly Fields[] }
  | Failed
  | Absent

/** Slack asks for options once so many characters are typed, unless the select says otherwise. */
const SHORTEST_QUERY = 3

/** Asks the app for the options of an external select. */
export async function askOptions(room: Room, query: OptionsQuery): Promise<Offered> {
  const { viewId, channel = '', ts = '', userId, values } = query
  if (viewId === undefined) {
    const target = await findMessageTarget(room, { userId, channel, ts })
    if ('outcome' in target) return target
    const acted = externalSelect(asList(target.told['blocks']), query)
    if (acted === null) return absent(CHANGED)
    return ask(room, query, acted, target.place, {
      ...payloadOf('block_suggestion', target.person),
      ...toldTarget(target),
    })
  }
  const found = await findView(room, userId, viewId)
  if ('outcome' in found) return found
  const acted = externalSelect(asList(found.open.view['blocks']), query)
  if (acted === null) return absent(REDRAWN)
  const open = values === undefined ? found.open : room.views.hold(found.open, values)
  return ask(room, query, acted, open.id, {
    ...payloadOf('block_suggestion', found.person),
    ...toldView(room, open),
  })
}

function externalSelect(blocks: readonly unknown[], { actionId, blockId }: OptionsQuery): Acted | null {
  const acted = findElement(blocks, actionId, blockId)
  const isExternal = /^(multi_)?external_select$/.test(String(acted?.element['type']))
  return isExternal ? acted : null
}

async function ask(
  room: Room,
  { actionId, query }: OptionsQuery,
  { blockId, element }: Acted,
  place: string,
  payload: Fields,
): Promise<Offered> {
  const { min_query_length: shortest = SHORTEST_QUERY } = element
  if (query.length < Number(shortest)) return { outcome: 'acked', options: [] }
  const asked = { ...payload, action_id: actionId, block_id: blockId, value: query }
  const delivery = await deliver(room, asked, true)
  if (delivery.outcome === 'failed') return failed(delivery.word)
  const findings = newFindings(room.higherLimits)
  object(offeredChoices, oneChoiceForm)(delivery.payload, '', findings)
  if (findings.problems.length > 0) {
    room.log({ exchange: 'block_suggestion', actionId, ok: false, details: findings.problems.map(inWords) })
    return failed('invalid_options_response')
  }
  const options = asFieldsList(delivery.payload['options'])
  const groups = asFieldsList(delivery.payload['option_groups'])
  const all = [...options, ...groups.flatMap((group) => asFieldsList(group['options']))]
  room.offers.add(place, blockId, actionId, all)
  return groups.length > 0 ? { outcome: 'acked', option_groups: groups } : { outcome: 'acked', options }
}
