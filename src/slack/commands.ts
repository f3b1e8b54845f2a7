/** The slash commands that the bot answers; a workspace has to know them too. */
export const COMMANDS = ['/ip', '/subject', '/firebreak'] as const
