import { structured, textArgument } from './arguments.ts'
import { assertFiles, refuseFiles } from './files/in-blocks.ts'
import { APP, BOT, BOT_PROFILE, BOT_USER, TEAM } from './identity.ts'
import { newItemId } from './ids.ts'
import { asFields, asList, type Fields } from './json.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'
import { inWords } from './validate/findings.ts'
import { validateBlocks } from './validate/message.ts'
import { withIds } from './validate/with-ids.ts'

/** What a message says. Null: not given, so that an update keeps what was there. Text stays as given. */
export interface Content {
  readonly text: string | null
  readonly blocks: readonly Fields[] | null
  readonly attachments: readonly unknown[] | null
  readonly metadata: Fields | null
  /** As the API tells them. */
  readonly files?: readonly Fields[]
}

/** Slack cuts longer texts of new messages. Code points. */
const LONGEST_TEXT = 40_000
/** Slack refuses longer texts of updates. Code points. */
const LONGEST_UPDATE = 4_000
const LONGEST_METADATA = 8_000

/**
 * Reads text, blocks, attachments and metadata, and refuses what Slack would: an update has less room for text, an
 * answer through a response_url may not show files of the workspace.
 */
export async function readContent(
  room: Room,
  args: Fields,
  kind: 'new' | 'update' | 'answer' = 'new',
): Promise<Content> {
  const given = textArgument(args, 'text')
  const letters = Array.from(given ?? '')
  if (kind === 'update' && letters.length > LONGEST_UPDATE) throw new SlackRefusal('msg_too_long')
  const text = letters.length > LONGEST_TEXT ? letters.slice(0, LONGEST_TEXT).join('') : given
  const content = {
    text,
    blocks: readBlocks(room, args),
    attachments: readAttachments(args),
    metadata: readMetadata(args),
  }
  const empty = !text && !content.blocks?.length && !content.attachments?.length
  if (empty && (kind !== 'update' || content.blocks === null)) throw new SlackRefusal('no_text')
  if (kind === 'answer') refuseFiles(content.blocks, '/blocks')
  else await assertFiles(room, content.blocks, '/blocks')
  return content
}

function readBlocks(room: Room, args: Fields): readonly Fields[] | null {
  const blocks = structured(args, 'blocks', 'invalid_blocks_format')
  if (blocks === undefined) return null
  if (!Array.isArray(blocks)) throw new SlackRefusal('invalid_blocks_format')
  const refusal = validateBlocks(blocks, '/blocks', room.higherLimits)
  if (refusal?.error === 'invalid_blocks')
    throw new SlackRefusal('invalid_blocks', refusal.problems.map(inWords))
  if (refusal !== null) throw new SlackRefusal(refusal.error)
  return withIds(blocks, newItemId)
}

function readAttachments(args: Fields): readonly unknown[] | null {
  const attachments = structured(args, 'attachments', 'invalid_attachments')
  if (attachments === undefined) return null
  if (!Array.isArray(attachments)) throw new SlackRefusal('invalid_attachments')
  if (attachments.length > 100) throw new SlackRefusal('too_many_attachments')
  return asList(attachments)
}

function readMetadata(args: Fields): Fields | null {
  const given = structured(args, 'metadata', 'invalid_metadata_format')
  if (given === undefined) return null
  const metadata = asFields(given)
  if (metadata === null) throw new SlackRefusal('invalid_metadata_format')
  if (Object.keys(metadata).length === 0) return metadata
  if (typeof metadata['event_type'] !== 'string' || asFields(metadata['event_payload']) === null)
    throw new SlackRefusal('invalid_metadata_format')
  if (JSON.stringify(metadata).length > LONGEST_METADATA) throw new SlackRefusal('metadata_too_large')
  return metadata
}

/** The body of a message that the app posts. */
export function botBody(content: Content): Fields {
  const { blocks, attachments, metadata, files } = content
  return {
    type: 'message',
    user: BOT_USER,
    bot_id: BOT,
    app_id: APP,
    team: TEAM.id,
    bot_profile: BOT_PROFILE,
    text: content.text ?? '',
    ...(blocks !== null && { blocks }),
    ...(attachments !== null && { attachments }),
    ...(metadata !== null && { metadata }),
    ...(files !== undefined && { files, upload: true }),
  }
}

/** The body after an update: what was not given stays. `editedTs` is the ts of the edit. */
export function updatedBody(body: Fields, content: Content, editedTs: string): Fields {
  const { text, blocks, attachments, metadata } = content
  return {
    ...body,
    ...(text !== null && { text }),
    ...(blocks !== null && { blocks }),
    ...(attachments !== null && { attachments }),
    ...(metadata !== null && { metadata }),
    edited: { user: BOT_USER, ts: editedTs },
  }
}
