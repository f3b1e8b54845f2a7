import type { App } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { home } from '../../blocks/home.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { readStanding } from '../incidents/standing.ts'
import type { ListenerPorts } from './admit.ts'
import { faultNotice } from './fault.ts'
import { messageUrl } from './link.ts'
import { refusalView } from './people.ts'

export interface HomePorts extends ListenerPorts {
  /** The workspace's own address, ending in a slash, for links to cards. */
  readonly workspaceUrl: string
}

const INCIDENTS = 10

/** Draws App Home for whoever opens it. */
export function appHome(app: App, ports: HomePorts): void {
  app.event('app_home_opened', async ({ event, client }) => {
    if (event.tab !== 'home') return
    try {
      if (await isOurs(ports, client, event.user)) await draw(ports, client, event.user)
      else await show(client, event.user, notice(refusalView('other-workspace')))
    } catch (error) {
      await show(client, event.user, faultNotice(error, ports.log))
    }
  })
}

/** The event does not say whose workspace the person is of, and Home shows everything: whoever is not known to be ours is not. */
async function isOurs({ team }: HomePorts, client: WebClient, person: string): Promise<boolean> {
  const { user } = await client.users.info({ user: person })
  return team !== null && user?.team_id === team && user.is_stranger !== true
}

async function draw({ db, now, workspaceUrl }: HomePorts, client: WebClient, person: string): Promise<void> {
  const standing = await readStanding(db, INCIDENTS)
  const incidents = standing.incidents.map(({ card, ...incident }) => ({
    ...incident,
    url: card === null ? null : messageUrl(workspaceUrl, card),
  }))
  await client.views.publish({ user_id: person, view: home({ ...standing, incidents }, now()) })
}

async function show(client: WebClient, person: string, { blocks }: Message): Promise<void> {
  await client.views.publish({ user_id: person, view: { type: 'home', blocks } })
}
