import type { Queries } from './directory.ts'
import { sendEvent } from './events.ts'
import { TEAM } from './identity.ts'
import { type Dispatched, outcomeOf } from './interactions.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'
import { inTransaction } from './transaction.ts'

/** A group of people that can be mentioned. */
export interface Usergroup {
  readonly id: string
  readonly handle: string
  readonly name: string
  /** Seconds since 1970. */
  readonly updated: number
  readonly updatedBy: string
  /** In the order of the page's list. */
  readonly members: readonly string[]
}

/** Who is in a group from now on, and who says so. */
export interface GroupChange {
  readonly group: string
  readonly members: readonly string[]
  readonly by: string
}

const GROUP = `
  select usergroup.id, usergroup.handle, usergroup.name, usergroup.updated, usergroup.updated_by as "updatedBy",
    coalesce((
      select array_agg(person.id order by person.place)
      from workspace.usergroup_member member join workspace.person on person.id = member.person
      where member.usergroup = usergroup.id
    ), '{}') as members
  from workspace.usergroup`

export async function listUsergroups(db: Queries): Promise<readonly Usergroup[]> {
  return (await db.query<Usergroup>(`${GROUP} order by usergroup.handle`)).rows
}

export async function findUsergroup(db: Queries, id: string): Promise<Usergroup | null> {
  return (await db.query<Usergroup>(`${GROUP} where usergroup.id = $1`, [id])).rows[0] ?? null
}

/**
 * Makes `members` the members of a group, as `by` would in Slack, and tells the app who came and who went. Refuses with
 * no_such_subteam, or with invalid_users where one is not a person of this workspace.
 */
export async function setGroupMembers(
  room: Room,
  { group: id, members, by }: GroupChange,
): Promise<Dispatched> {
  const updated = Math.trunc(room.now() / 1_000)
  const before = await inTransaction(room.pool, async (client) => {
    await client.query('select 1 from workspace.usergroup where id = $1 for update', [id])
    const group = await findUsergroup(client, id)
    if (group === null) throw new SlackRefusal('no_such_subteam')
    const people = await client.query(
      'select 1 from workspace.person where id = any ($1) and team = $2 and not is_bot',
      [members, TEAM.id],
    )
    if (people.rowCount !== new Set(members).size) throw new SlackRefusal('invalid_users')
    await client.query('delete from workspace.usergroup_member where usergroup = $1', [id])
    await client.query(
      `insert into workspace.usergroup_member (usergroup, person)
       select distinct $1, person from unnest($2::text[]) person`,
      [id, members],
    )
    await client.query('update workspace.usergroup set updated = $2, updated_by = $3 where id = $1', [
      id,
      updated,
      by,
    ])
    return group
  })
  room.changed()
  const added = members.filter((person) => !before.members.includes(person))
  const removed = before.members.filter((person) => !members.includes(person))
  const event = {
    type: 'subteam_members_changed',
    subteam_id: id,
    team_id: TEAM.id,
    date_previous_update: before.updated,
    date_update: updated,
    added_users: added,
    added_users_count: added.length,
    removed_users: removed,
    removed_users_count: removed.length,
  }
  return outcomeOf(await sendEvent(room, event, TEAM.id))
}
