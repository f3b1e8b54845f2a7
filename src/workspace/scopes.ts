import { own } from './json.ts'
import { SlackRefusal } from './refusal.ts'

/** What Firebreak's manifest asks for, and no more: a call beyond it fails here as it would at Slack. */
export const APP_SCOPES: readonly string[] = [
  'chat:write',
  'commands',
  'files:write',
  'files:read',
  'users:read',
  'usergroups:read',
  'channels:read',
  'groups:read',
]

const CHANNELS = ['channels:read', 'groups:read', 'im:read', 'mpim:read']

/**
 * The scopes of each method that takes the bot's token; any one of them is enough, and an empty list needs none. History
 * and replies need one at Slack; here they need none, since people and scripts read with this token what was posted.
 */
export const SCOPES_OF: { readonly [method: string]: readonly string[] } = {
  'auth.test': [],
  'team.info': ['team:read'],
  'bots.info': ['users:read'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'conversations.info': CHANNELS,
  'conversations.list': CHANNELS,
  'conversations.members': CHANNELS,
  'conversations.history': [],
  'conversations.replies': [],
  'conversations.create': ['channels:manage', 'groups:write'],
  'conversations.join': ['channels:join'],
  'conversations.invite': ['channels:manage', 'channels:write.invites', 'groups:write'],
  'conversations.setTopic': ['channels:manage', 'channels:write.topic', 'groups:write'],
  'conversations.archive': ['channels:manage', 'groups:write'],
  'views.open': [],
  'views.push': [],
  'views.update': [],
  'views.publish': [],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.info': ['files:read'],
  'files.delete': ['files:write'],
  'reactions.add': ['reactions:write'],
  'pins.add': ['pins:write'],
  'bookmarks.add': ['bookmarks:write'],
  'bookmarks.edit': ['bookmarks:write'],
  'bookmarks.list': ['bookmarks:read'],
}

/** Refuses a method with missing_scope when `provided` holds none of its scopes. */
export function assertScope(method: string, provided: readonly string[]): void {
  const needed = scopesOf(method)
  if (needed.length === 0 || needed.some((scope) => provided.includes(scope))) return
  throw new SlackRefusal('missing_scope', [], { needed: needed.join(','), provided: provided.join(',') })
}

/** The scopes of which a method takes any one; none for one that is unknown. */
export function scopesOf(method: string): readonly string[] {
  return own(SCOPES_OF, method) ?? []
}
