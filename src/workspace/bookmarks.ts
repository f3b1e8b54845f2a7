import type { Queries } from './directory.ts'
import { BOT_USER, TEAM } from './identity.ts'
import type { Fields } from './json.ts'

/** A link at the top of a channel. Times in seconds since 1970. */
export interface Bookmark {
  readonly id: string
  readonly channel: string
  readonly title: string
  readonly link: string
  readonly emoji: string
  readonly created: number
  readonly updated: number
}

const BOOKMARK = 'select id, channel, title, link, emoji, created, updated from workspace.bookmark'

export async function listBookmarks(db: Queries, channel: string): Promise<readonly Bookmark[]> {
  return (await db.query<Bookmark>(`${BOOKMARK} where channel = $1 order by created, id`, [channel])).rows
}

export async function findBookmark(db: Queries, channel: string, id: string): Promise<Bookmark | null> {
  const { rows } = await db.query<Bookmark>(`${BOOKMARK} where channel = $1 and id = $2`, [channel, id])
  return rows[0] ?? null
}

/** Keeps a new bookmark, or what it says from now on. */
export async function putBookmark(db: Queries, bookmark: Bookmark): Promise<void> {
  const { id, channel, title, link, emoji, created, updated } = bookmark
  await db.query(
    `insert into workspace.bookmark (id, channel, title, link, emoji, created, updated)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update set title = excluded.title, link = excluded.link, emoji = excluded.emoji,
       updated = excluded.updated`,
    [id, channel, title, link, emoji, created, updated],
  )
}

/** A bookmark as the Web API tells it. */
export function tellBookmark(bookmark: Bookmark): Fields {
  const { id, channel, title, link, emoji, created, updated } = bookmark
  return {
    id,
    channel_id: channel,
    title,
    link,
    emoji,
    type: 'link',
    icon_url: null,
    entity_id: null,
    shortcut_id: null,
    date_created: created,
    date_updated: updated,
    last_updated_by_user_id: BOT_USER,
    last_updated_by_team_id: TEAM.id,
  }
}
