import type pg from 'pg'
import { TEAM } from './identity.ts'

/** One who can speak in the workspace. `role` is what the page calls them. */
export interface Person {
  readonly id: string
  readonly team: string
  readonly name: string
  readonly role: string
  readonly isBot: boolean
}

export interface Channel {
  readonly id: string
  readonly name: string
  readonly topic: string
  readonly isArchived: boolean
  /** Seconds since 1970. */
  readonly created: number
  readonly creator: string
  /** Whether another organisation reads it too. */
  readonly isShared: boolean
  readonly memberCount: number
}

/** Something that queries: the pool, or a client in a transaction. */
export type Queries = pg.Pool | pg.ClientBase

const PERSON = `select person.id, person.team, person.name, person.role, person.is_bot as "isBot" from workspace.person`
const CHANNEL = `
  select channel.id, channel.name, channel.topic, channel.is_archived as "isArchived", channel.created, channel.creator,
    channel.is_shared as "isShared",
    (select count(*)::integer from workspace.member where member.channel = channel.id) as "memberCount"
  from workspace.channel`

/** All people, the bot included, in the order of the page's list. */
export async function listPeople(db: Queries): Promise<readonly Person[]> {
  return (await db.query<Person>(`${PERSON} order by person.place`)).rows
}

/** A person by the address that the workspace knows them by. */
export async function findPersonByEmail(db: Queries, email: string): Promise<Person | null> {
  const people = await listPeople(db)
  return people.find((person) => emailOf(person) === email.toLowerCase()) ?? null
}

/** The email address of a person; null for the bot, which has none. */
export function emailOf({ name, team, isBot }: Person): string | null {
  if (isBot) return null
  return `${name}@${team === TEAM.id ? TEAM.domain : 'other-workspace'}.example`
}

export async function findPerson(db: Queries, id: string): Promise<Person | null> {
  return (await db.query<Person>(`${PERSON} where person.id = $1`, [id])).rows[0] ?? null
}

export async function listChannels(db: Queries): Promise<readonly Channel[]> {
  return (await db.query<Channel>(`${CHANNEL} order by channel.place, channel.name`)).rows
}

/** A channel by its id. */
export async function findChannel(db: Queries, id: string): Promise<Channel | null> {
  return (await db.query<Channel>(`${CHANNEL} where channel.id = $1`, [id])).rows[0] ?? null
}

/** A channel by id, `#name` or name, as chat.postMessage takes it. */
export async function findChannelNamed(db: Queries, idOrName: string): Promise<Channel | null> {
  const name = idOrName.replace(/^#/, '')
  const found = await db.query<Channel>(`${CHANNEL} where channel.id = $1 or channel.name = $2`, [
    idOrName,
    name,
  ])
  return found.rows[0] ?? null
}

/** Ids of the channel's members, in the order of the page's list. */
export async function listMembers(db: Queries, channel: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select person.id from workspace.member join workspace.person on person.id = member.person
     where member.channel = $1 order by person.place`,
    [channel],
  )
  return rows.map(({ id }) => id)
}

export async function isMember(db: Queries, channel: string, person: string): Promise<boolean> {
  const found = await db.query('select 1 from workspace.member where channel = $1 and person = $2', [
    channel,
    person,
  ])
  return found.rowCount === 1
}

export async function addMember(db: Queries, channel: string, person: string): Promise<void> {
  await db.query('insert into workspace.member (channel, person) values ($1, $2) on conflict do nothing', [
    channel,
    person,
  ])
}

/** Keeps a new channel, last in the page's list. */
export async function insertChannel(
  db: Queries,
  { id, name, created, creator }: Pick<Channel, 'id' | 'name' | 'created' | 'creator'>,
): Promise<void> {
  await db.query(
    `insert into workspace.channel (id, name, topic, is_archived, created, last_micros, place, creator)
     select $1, $2, '', false, $3, 0, coalesce(max(channel.place), 0) + 1, $4 from workspace.channel`,
    [id, name, created, creator],
  )
}

export async function setTopic(db: Queries, channel: string, topic: string): Promise<void> {
  await db.query('update workspace.channel set topic = $2 where id = $1', [channel, topic])
}

export async function archiveChannel(db: Queries, channel: string): Promise<void> {
  await db.query('update workspace.channel set is_archived = true where id = $1', [channel])
}
