import { ASK_SHORTCUT } from '../../blocks/ids.ts'

/** The slash commands that the bot answers; a workspace has to know them too. */
export const COMMANDS = ['/ip', '/subject', '/firebreak'] as const

/** The shortcuts that the bot answers, in the menu of each message. */
export const SHORTCUTS = [
  { callbackId: ASK_SHORTCUT, name: 'Ask about this incident', kind: 'message' },
] as const
