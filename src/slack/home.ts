import type { App } from '@slack/bolt'
import { home } from '../../blocks/home.ts'
import { notice } from '../../blocks/notice.ts'
import { readStanding } from '../incidents/standing.ts'
import type { ListenerPorts } from './admit.ts'
import { refusalView, refusePerson } from './people.ts'

export interface HomePorts extends ListenerPorts {
  /** The workspace's own address, ending in a slash, for links to cards. */
  readonly workspaceUrl: string
}

const INCIDENTS = 10

/** Draws App Home for whoever opens it. */
export function appHome(app: App, ports: HomePorts): void {
  app.event('app_home_opened', async ({ event, client }) => {
    if (event.tab !== 'home') return
    // The event does not say whose workspace the person is of.
    const { user } = await client.users.info({ user: event.user })
    const refusal = refusePerson({ id: event.user, team: user?.team_id ?? null }, ports.team)
    if (refusal !== null) {
      const { blocks } = notice(refusalView(refusal))
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } })
      return
    }
    const standing = await readStanding(ports.db, INCIDENTS)
    const incidents = standing.incidents.map(({ card, ...incident }) => ({
      ...incident,
      url:
        card === null ? null : `${ports.workspaceUrl}archives/${card.channel}/p${card.ts.replace('.', '')}`,
    }))
    await client.views.publish({ user_id: event.user, view: home({ ...standing, incidents }, ports.now()) })
  })
}
