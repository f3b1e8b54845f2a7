import type pg from 'pg'
import {
  APPROVERS_GROUP,
  AUDIT_CHANNEL,
  BOT_USER,
  INCIDENTS_CHANNEL,
  OPERATORS_GROUP,
  OTHER_TEAM,
  SHARED_CHANNEL,
  TEAM,
} from './identity.ts'

const PEOPLE = [
  { id: 'UALEX', team: TEAM.id, name: 'alex', role: 'Responder', bot: false },
  { id: 'USAM', team: TEAM.id, name: 'sam', role: 'Second responder', bot: false },
  { id: 'UMORGAN', team: TEAM.id, name: 'morgan', role: 'Manager (approver)', bot: false },
  { id: 'UCASEY', team: TEAM.id, name: 'casey', role: 'Cluster operator (approver)', bot: false },
  { id: 'URILEY', team: TEAM.id, name: 'riley', role: 'Manager (not an approver)', bot: false },
  { id: 'UGUEST', team: OTHER_TEAM, name: 'guest', role: 'Guest (other workspace)', bot: false },
  { id: BOT_USER, team: TEAM.id, name: 'firebreak', role: 'Firebreak', bot: true },
] as const

const HOME = [TEAM.id]
const BOTH = [TEAM.id, OTHER_TEAM]

// teams: whose people are members.
const CHANNELS = [
  {
    id: INCIDENTS_CHANNEL,
    name: 'sec-incidents',
    topic: 'Findings and what we do about them',
    teams: BOTH,
    shared: false,
  },
  {
    id: AUDIT_CHANNEL,
    name: 'firebreak-audit',
    topic: 'What Firebreak was asked and what it did',
    teams: HOME,
    shared: false,
  },
  {
    id: SHARED_CHANNEL,
    name: 'vendor-bridge',
    topic: 'Shared with another organisation',
    teams: BOTH,
    shared: true,
  },
] as const

const GROUPS = [
  { id: APPROVERS_GROUP, handle: 'eks-approvers', name: 'EKS approvers', members: ['UMORGAN', 'UCASEY'] },
  { id: OPERATORS_GROUP, handle: 'cluster-operators', name: 'Cluster operators', members: ['UCASEY'] },
] as const

/** Puts the practice people, channels and groups in place. What is there already stays as it is, but for the roles' names. */
export async function seedWorkspace(pool: pg.Pool): Promise<void> {
  for (const [place, { id, team, name, role, bot }] of PEOPLE.entries()) {
    await pool.query(
      `insert into workspace.person (id, team, name, role, is_bot, place) values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do update set role = excluded.role`,
      [id, team, name, role, bot, place],
    )
  }
  for (const [place, { id, name, topic, teams, shared }] of CHANNELS.entries()) {
    await pool.query(
      `insert into workspace.channel (id, name, topic, is_archived, created, last_micros, place, is_shared)
       values ($1, $2, $3, false, 1700000000, 0, $4, $5) on conflict (id) do nothing`,
      [id, name, topic, place, shared],
    )
    await pool.query(
      `insert into workspace.member (channel, person)
       select $1, person.id from workspace.person where person.team = any ($2) on conflict do nothing`,
      [id, teams],
    )
  }
  for (const { id, handle, name, members } of GROUPS) {
    // A group that is there keeps its members: somebody may have changed them.
    await pool.query(
      `with made as (
         insert into workspace.usergroup (id, handle, name, updated, updated_by)
         values ($1, $2, $3, 1700000000, 'UCASEY') on conflict (id) do nothing returning id
       )
       insert into workspace.usergroup_member (usergroup, person)
       select made.id, person from made, unnest($4::text[]) person`,
      [id, handle, name, members],
    )
  }
}
