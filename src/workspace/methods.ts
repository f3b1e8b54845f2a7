import { validatePayload } from './blocks-validate.ts'
import { fileMethods } from './files/methods.ts'
import { aboutMethods } from './methods-about.ts'
import { channelMethods } from './methods-channels.ts'
import { chatMethods, type Method } from './methods-chat.ts'
import { conversationMethods } from './methods-conversations.ts'
import { markMethods } from './methods-marks.ts'
import { usergroupMethods } from './methods-usergroups.ts'
import { viewMethods } from './views/methods.ts'

/** The methods that take the bot's token. Any other is unknown; canvases and direct messages are among these. */
export const BOT_METHODS: { readonly [name: string]: Method } = {
  ...aboutMethods,
  ...chatMethods,
  ...conversationMethods,
  ...channelMethods,
  ...viewMethods,
  ...fileMethods,
  ...usergroupMethods,
  ...markMethods,
}

/** The methods that take no token. */
export const OPEN_METHODS: { readonly [name: string]: Method } = {
  'api.test': async (args) => ({ args }),
  'blocks.validate': validatePayload,
}
