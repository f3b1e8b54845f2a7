/** The practice workspace and the app in it. */
export const TEAM = { id: 'T0FIREBREAK', name: 'Firebreak practice', domain: 'firebreak-practice' } as const
/** The other workspace, from which the guest comes. */
export const OTHER_TEAM = 'TOTHER'
export const APP = 'AFIREBREAK'
export const BOT_USER = 'UFIREBREAK'
export const BOT = 'BFIREBREAK'
/** Who says that a command failed. */
export const SLACKBOT = 'USLACKBOT'

/** The channel that the page opens with. */
export const INCIDENTS_CHANNEL = 'C0INCIDENTS'
export const AUDIT_CHANNEL = 'C0AUDIT'
/** A channel that people of another organisation read too. */
export const SHARED_CHANNEL = 'C0SHARED'

/** Who may approve, and who runs the clusters. */
export const APPROVERS_GROUP = 'S0APPROVERS'
export const OPERATORS_GROUP = 'S0OPERATORS'

/** The app's bot as messages and bots.info name it. */
export const BOT_PROFILE = {
  id: BOT,
  app_id: APP,
  user_id: BOT_USER,
  name: 'Firebreak',
  deleted: false,
  updated: 1_700_000_000,
  icons: { image_36: '', image_48: '', image_72: '' },
  team_id: TEAM.id,
} as const
