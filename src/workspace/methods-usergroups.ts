import { flag, required } from './arguments.ts'
import { TEAM } from './identity.ts'
import type { Fields } from './json.ts'
import type { Method } from './methods-chat.ts'
import { SlackRefusal } from './refusal.ts'
import { findUsergroup, listUsergroups, type Usergroup } from './usergroups.ts'

/** The usergroups.* methods. */
export const usergroupMethods: { readonly [name: string]: Method } = {
  'usergroups.list': async (args, room) => {
    const usergroups = (await listUsergroups(room.pool)).map((group) => ({
      ...tellGroup(group),
      ...(flag(args, 'include_count') && { user_count: group.members.length }),
      ...(flag(args, 'include_users') && { users: group.members }),
    }))
    return { usergroups }
  },

  'usergroups.users.list': async (args, room) => {
    const group = await findUsergroup(room.pool, required(args, 'usergroup'))
    if (group === null) throw new SlackRefusal('no_such_subteam')
    return { users: group.members }
  },
}

function tellGroup({ id, handle, name, updated, updatedBy }: Usergroup): Fields {
  return {
    id,
    team_id: TEAM.id,
    is_usergroup: true,
    is_subteam: true,
    is_external: false,
    name,
    handle,
    description: '',
    date_create: 1_700_000_000,
    date_update: updated,
    date_delete: 0,
    auto_type: null,
    auto_provision: false,
    created_by: 'UCASEY',
    updated_by: updatedBy,
    deleted_by: null,
    prefs: { channels: [], groups: [] },
  }
}
