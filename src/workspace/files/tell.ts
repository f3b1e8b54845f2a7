import { BOT_USER, TEAM } from '../identity.ts'
import type { Fields } from '../json.ts'
import type { Room } from '../room.ts'
import { kindOf } from './kinds.ts'
import type { StoredFile } from './store.ts'

/** Whether Slack has read a file, so that its type is known and it can be shown. */
export function isReady(room: Room, { state, ready }: StoredFile): boolean {
  return state === 'complete' && ready !== null && room.now() >= ready
}

/** A file as the Web API tells it. Its type is empty until Slack has read it. */
export function tellFile(room: Room, file: StoredFile, known = isReady(room, file)): Fields {
  const { id, name, title, altText, size, created, shares } = file
  const { filetype, mimetype, pretty } = kindOf(file.mimetype)
  return {
    id,
    created,
    timestamp: created,
    name,
    title,
    mimetype: known ? mimetype : '',
    filetype: known ? filetype : '',
    pretty_type: known ? pretty : '',
    user: BOT_USER,
    user_team: TEAM.id,
    editable: false,
    size,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    is_public: Object.keys(shares).length > 0,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    ...privateUrls(room, file),
    ...(altText !== '' && { alt_txt: altText }),
    channels: Object.keys(shares),
    groups: [],
    ims: [],
    shares: { public: shares },
    comments_count: 0,
  }
}

/** The addresses by which a file is named; url_private needs the bot's token. */
export function privateUrls(
  room: Room,
  { id, name }: Pick<StoredFile, 'id' | 'name'>,
): { readonly url_private: string; readonly url_private_download: string; readonly permalink: string } {
  const url_private = `${room.origin()}/files-pri/${id}/${encodeURIComponent(name)}`
  const permalink = `${room.origin()}/files/${BOT_USER}/${id}/${encodeURIComponent(name)}`
  return { url_private, url_private_download: url_private, permalink }
}
