import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { refusalNotice } from '../../blocks/told.ts'
import { type TrailLine, trailPage } from '../../blocks/trail-page.ts'
import type { Actor } from '../approvals/ports.ts'
import { proposalName, slackUser } from '../approvals/words.ts'
import { readIncidentAbout } from '../incidents/about.ts'
import type { Sentence } from '../model/answer.ts'
import { refuse } from '../model/refusals.ts'
import { aliasOf, coversScope, personNamed, type Roster } from '../model/roster.ts'
import { parseTime } from '../model/time.ts'
import { type IncidentEntry, incidentTrail } from '../trail/read.ts'
import { type DeskPorts, refuseActor } from './actor.ts'

const MOST = 10

/** `/firebreak trail INC-41 [refusals]`: what stands on an incident's trail, to whoever may act or ask in its scope. */
export async function trailCommand(ports: DeskPorts, actor: Actor, typed: string): Promise<Message> {
  const [, digits, more = ''] = /^\s*(?:INC-)?(\d{1,9})\s*(\S*)\s*$/i.exec(typed) ?? []
  const about = digits === undefined ? null : await readIncidentAbout(ports.db, Number(digits))
  if (about === null || (more !== '' && more.toLowerCase() !== 'refusals'))
    return notice({
      sentences: [['The trail of which incident? Try ', { code: '/firebreak trail INC-1' }, '.']],
      context: null,
      buttons: [],
    })
  const { person, refused } = actor
  const roster = ports.approvals.roster.current()
  if (refused !== null || person === null || !coversScope(person.scopes, about.scope)) {
    const why = refused ?? refuse('outside-scope', { cluster: aliasOf(roster, about.scope) })
    return refusalNotice(await refuseActor(ports, actor, why, { scope: about.scope, incident: about.number }))
  }
  const isRefusals = more !== ''
  const act = isRefusals ? 'refused' : null
  const { entries, total } = await incidentTrail(ports.db, about.number, { most: MOST, act })
  const lines = entries.map((entry) => lineOf(roster, entry))
  return trailPage({ incident: about.number, lines, total, isRefusals }, { now: ports.now() })
}

function lineOf(roster: Roster, { seq, body }: IncidentEntry): TrailLine {
  const text = (key: string): string => {
    const value = body[key]
    return typeof value === 'string' ? value : ''
  }
  const account = body['account'] as { readonly user?: unknown } | null
  const known = personNamed(roster, text('person'))
  const user = (known === null ? null : slackUser(roster, known)) ?? account?.user
  const who: Sentence = typeof user === 'string' && user !== '' ? [{ person: user }] : ['Firebreak']
  const proposal = typeof body['proposal'] === 'number' ? ` ${proposalName(body['proposal'])}` : ''
  const detail = (body['detail'] ?? {}) as { readonly [key: string]: unknown }
  const words = [detail['words'], detail['reason']].find((one) => typeof one === 'string' && one !== '')
  const said: Sentence = [
    ...who,
    ` ${text('act') === 'refused' ? 'was refused' : text('act').replaceAll('-', ' ')}${proposal}`,
    ...(text('code') === '' ? [] : [` (${text('code')})`]),
    ...(typeof words === 'string' ? [': ', { code: words }] : []),
  ]
  return { seq, at: parseTime(text('at')) ?? 0, said }
}
