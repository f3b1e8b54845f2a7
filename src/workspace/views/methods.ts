import { required, structured, textArgument } from '../arguments.ts'
import { findPerson } from '../directory.ts'
import type { Fields } from '../json.ts'
import type { Method } from '../methods-chat.ts'
import { SlackRefusal } from '../refusal.ts'
import { readView } from './read-view.ts'
import type { OpenView, Views } from './store.ts'
import { tellView } from './tell.ts'

/** The views.* methods. */
export const viewMethods: { readonly [name: string]: Method } = {
  'views.open': withTrigger((views, person, view) => views.open(person, view)),

  'views.push': withTrigger((views, person, view) => views.push(person, view)),

  'views.update': async (args, room) => {
    const view = await readView(room, structured(args, 'view', 'invalid_arguments'), 'modal')
    const id = textArgument(args, 'view_id') || null
    const externalId = textArgument(args, 'external_id') || null
    if (id === null && externalId === null)
      throw new SlackRefusal('invalid_arguments', ['must define either `view_id` or `external_id`'])
    const open = id === null ? room.views.modalNamed(externalId ?? '') : room.views.modal(id)
    if (open === null) throw new SlackRefusal('not_found')
    assertHash(args, open)
    return { view: tellView(room.views.update(open, view)) }
  },

  'views.publish': async (args, room) => {
    const view = await readView(room, structured(args, 'view', 'invalid_arguments'), 'home')
    const person = await findPerson(room.pool, required(args, 'user_id'))
    if (person === null || person.isBot) throw new SlackRefusal('user_not_found')
    assertHash(args, room.views.home(person.id))
    return { view: tellView(room.views.publish(person.id, view)) }
  },
}

// A refused view leaves its trigger unused: the app may try again with another one while it lasts.
function withTrigger(put: (views: Views, person: string, view: Fields) => OpenView): Method {
  return async (args, room) => {
    const triggerId = required(args, 'trigger_id')
    const view = await readView(room, structured(args, 'view', 'invalid_arguments'), 'modal')
    const open = put(room.views, room.triggers.checkTrigger(triggerId), view)
    room.triggers.exchangeTrigger(triggerId)
    return { view: tellView(open) }
  }
}

function assertHash(args: Fields, open: OpenView | null): void {
  const hash = textArgument(args, 'hash') || null
  if (hash !== null && hash !== open?.hash) throw new SlackRefusal('hash_conflict')
}
