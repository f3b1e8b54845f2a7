import type pg from 'pg'

/**
 * The simulator's tables, in a schema of their own: what is posted in the practice workspace outlives a restart.
 * Run by the owner; repeating it changes nothing.
 */
export async function createWorkspaceTables(client: pg.ClientBase): Promise<void> {
  for (const statement of STATEMENTS) await client.query(statement)
}

const STATEMENTS = [
  'create schema if not exists workspace',

  // role: what stands in the page's list of people. place: the order there.
  `create table if not exists workspace.person (
    id text primary key,
    team text not null,
    name text not null,
    role text not null,
    is_bot boolean not null,
    place integer not null
  )`,

  // last_micros: the newest ts given out in this channel, in microseconds since 1970; the next one is greater.
  `create table if not exists workspace.channel (
    id text primary key,
    name text not null unique,
    topic text not null,
    is_archived boolean not null,
    created integer not null,
    last_micros bigint not null,
    place integer not null
  )`,

  `alter table workspace.channel add column if not exists creator text not null default 'UCASEY'`,
  // Whether another organisation reads the channel too.
  `alter table workspace.channel add column if not exists is_shared boolean not null default false`,

  `create table if not exists workspace.member (
    channel text not null references workspace.channel (id),
    person text not null references workspace.person (id),
    primary key (channel, person)
  )`,

  // ts is Slack's "seconds.micros"; all have one length, so that text order is time order. body: the message as the API tells it,
  // without what follows from other rows (reply_count, latest_reply). author: the user whose message it is.
  `create table if not exists workspace.message (
    channel text not null references workspace.channel (id),
    ts text collate "C" not null,
    thread_ts text collate "C",
    is_broadcast boolean not null,
    author text not null,
    body jsonb not null,
    primary key (channel, ts)
  )`,
  `create index if not exists message_thread on workspace.message (channel, thread_ts, ts)
    where thread_ts is not null`,

  // Messages that one person sees.
  `create table if not exists workspace.ephemeral (
    channel text not null references workspace.channel (id),
    ts text collate "C" not null,
    person text not null references workspace.person (id),
    thread_ts text collate "C",
    body jsonb not null,
    primary key (channel, ts)
  )`,

  // Where the app may answer one interaction. ts: the message that it may replace, null for a command. expires: ms since 1970.
  `create table if not exists workspace.response_url (
    id text primary key,
    channel text not null references workspace.channel (id),
    person text not null references workspace.person (id),
    ts text collate "C",
    is_ephemeral boolean not null,
    uses_left integer not null,
    expires bigint not null
  )`,

  // Files that the app uploads, with their bytes. ticket: the last part of the address that takes them. ready: ms since 1970, from
  // which Slack has read the file. shares: by channel, the messages that show it.
  `create table if not exists workspace.file (
    id text primary key,
    ticket text not null unique,
    name text not null,
    title text not null,
    alt_text text not null,
    size integer not null,
    state text not null,
    created integer not null,
    ready bigint,
    mimetype text not null,
    shares jsonb not null,
    bytes bytea
  )`,

  // Groups of people that can be mentioned. updated: seconds since 1970.
  `create table if not exists workspace.usergroup (
    id text primary key,
    handle text not null unique,
    name text not null,
    updated integer not null,
    updated_by text not null
  )`,

  `create table if not exists workspace.usergroup_member (
    usergroup text not null references workspace.usergroup (id),
    person text not null references workspace.person (id),
    primary key (usergroup, person)
  )`,

  // Links at the top of a channel. created: seconds since 1970.
  `create table if not exists workspace.bookmark (
    id text primary key,
    channel text not null references workspace.channel (id),
    title text not null,
    link text not null,
    emoji text not null,
    created integer not null,
    updated integer not null
  )`,

  // How far a scenario was played into the channels. started: ms since 1970. position: seconds of play.
  `create table if not exists workspace.play (
    name text primary key,
    seed integer not null,
    started bigint not null,
    position double precision not null,
    held_back integer not null,
    done boolean not null
  )`,
]
