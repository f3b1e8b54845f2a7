import type { App } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import type { HomeProposal } from '../../blocks/home.ts'
import { home } from '../../blocks/home.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { waitingProposals } from '../approvals/view.ts'
import { readStanding } from '../incidents/standing.ts'
import type { Plan } from '../model/plan.ts'
import { aliasOf, approversOf, personOf } from '../model/roster.ts'
import type { DeskPorts } from './actor.ts'
import { faultNotice } from './fault.ts'
import { messageUrl } from './link.ts'
import { refusalView } from './people.ts'

export interface HomePorts extends DeskPorts {
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

async function draw(ports: HomePorts, client: WebClient, person: string): Promise<void> {
  const { db, now, workspaceUrl } = ports
  const standing = await readStanding(db, INCIDENTS)
  const incidents = standing.incidents.map(({ card, ...incident }) => ({
    ...incident,
    url: card === null ? null : messageUrl(workspaceUrl, card),
  }))
  await client.views.publish({
    user_id: person,
    view: home({ ...standing, incidents, waiting: await waitingFor(ports, person) }, now()),
  })
}

/** Proposals that wait for a person's vote, and their own. */
async function waitingFor(ports: HomePorts, user: string): Promise<readonly HomeProposal[]> {
  const { db, approvals, team, workspaceUrl, now } = ports
  const roster = approvals.roster.current()
  const person = personOf(roster, { team: team ?? '', user })
  if (person === null) return []
  const at = now()
  const rows = (await waitingProposals(db, 100)).filter(
    ({ requester, scope, expires_at }) =>
      expires_at > at &&
      (requester === person.id || approversOf(roster, scope, requester).some(({ id }) => id === person.id)),
  )
  return rows.map(({ id, plan, scope, requester, expires_at, channel, ts }) => ({
    number: id,
    title: (JSON.parse(plan) as Plan).title,
    cluster: aliasOf(roster, scope),
    until: expires_at,
    isYours: requester === person.id,
    url: channel === null || ts === null ? null : messageUrl(workspaceUrl, { channel, ts }),
  }))
}

async function show(client: WebClient, person: string, { blocks }: Message): Promise<void> {
  await client.views.publish({ user_id: person, view: { type: 'home', blocks } })
}
