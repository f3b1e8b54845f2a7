import { count, required, textArgument } from './arguments.ts'
import { pageOf } from './cursor.ts'
import { emailOf, findPerson, findPersonByEmail, listPeople, type Person } from './directory.ts'
import { APP, BOT, BOT_PROFILE, BOT_USER, TEAM } from './identity.ts'
import type { Fields } from './json.ts'
import type { Method } from './methods-chat.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'

/** The methods about the workspace, its people and the app itself. */
export const aboutMethods: { readonly [name: string]: Method } = {
  'auth.test': async (_args, room) => ({
    url: `${room.origin()}/`,
    team: TEAM.name,
    user: 'firebreak',
    team_id: TEAM.id,
    user_id: BOT_USER,
    bot_id: BOT,
    is_enterprise_install: false,
  }),

  'team.info': async () => ({
    team: { id: TEAM.id, name: TEAM.name, domain: TEAM.domain, email_domain: '', icon: {} },
  }),

  'bots.info': async (args) => {
    const bot = textArgument(args, 'bot')
    if (bot !== null && bot !== '' && bot !== BOT) throw new SlackRefusal('bot_not_found')
    return { bot: { ...BOT_PROFILE, app_id: APP } }
  },

  'users.info': async (args, room) => {
    const person = await findPerson(room.pool, required(args, 'user'))
    if (person === null) throw new SlackRefusal('user_not_found')
    return { user: tellPerson(person, room) }
  },

  'users.lookupByEmail': async (args, room) => {
    const person = await findPersonByEmail(room.pool, required(args, 'email'))
    if (person === null) throw new SlackRefusal('users_not_found')
    return { user: tellPerson(person, room) }
  },

  'users.list': async (args, room) => {
    const { items, end } = pageOf(args, await listPeople(room.pool), count(args, 'limit', 1_000, 1_000))
    const cache_ts = Math.trunc(room.now() / 1_000)
    return {
      members: items.map((person) => tellPerson(person, room)),
      cache_ts,
      response_metadata: end.response_metadata,
    }
  },
}

function tellPerson(person: Person, room: Room): Fields {
  const isStranger = person.team !== TEAM.id
  return {
    id: person.id,
    team_id: person.team,
    name: person.name,
    real_name: person.role,
    deleted: false,
    tz: 'Etc/UTC',
    tz_label: 'UTC',
    tz_offset: 0,
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_stranger: isStranger,
    is_bot: person.isBot,
    is_app_user: false,
    updated: 1_700_000_000,
    profile: {
      team: person.team,
      real_name: person.role,
      display_name: person.name,
      ...(room.scopes.includes('users:read.email') && { email: emailOf(person) ?? undefined }),
      ...(person.isBot && { api_app_id: APP, bot_id: BOT }),
    },
  }
}
