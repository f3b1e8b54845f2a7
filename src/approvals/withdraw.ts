import { refuse } from '../model/refusals.ts'
import { clockWords } from '../model/time-words.ts'
import { type About, by, decide } from './decide.ts'
import { expire } from './expire.ts'
import type { Actor, ApprovalPorts, Done, Told } from './ports.ts'
import { aboutProposal, lockProposal, moveTo } from './rows.ts'
import { proposalName } from './words.ts'

export interface Withdrawn {
  readonly proposal: number
}

/** Takes a proposal back before it is decided: its requester alone, from whichever account. */
export function withdraw(
  ports: ApprovalPorts,
  actor: Actor,
  proposal: number,
): Promise<Done<Withdrawn> | Told> {
  let about: About = { scope: null, incident: null, proposal, detail: {} }
  return decide(
    ports,
    actor,
    () => about,
    async (deciding) => {
      const { trx, now, note, redraw } = deciding
      const row = await lockProposal(trx, proposal)
      if (row === null) return actor.refused ?? refuse('unknown-button', {})
      about = aboutProposal(row, { asked: 'withdraw' })
      if (actor.refused !== null) return actor.refused
      const P = proposalName(row.id)
      if (actor.person?.id !== row.requester)
        return refuse('not-requester', { P, who: [{ person: row.requester_user }] })
      if (row.state === 'proposed' && now >= row.expires_at) await expire(row, deciding)
      if (row.state === 'expired' || (row.state === 'proposed' && now >= row.expires_at))
        return refuse('expired', {
          P,
          T: clockWords(row.state === 'expired' ? row.since : row.expires_at, now),
        })
      if (row.state !== 'proposed')
        return refuse('already-decided', {
          P,
          decision: row.state,
          who: row.ended_by === null ? 'Firebreak' : [{ person: row.ended_by }],
          T: clockWords(row.since, now),
        })
      await moveTo(trx, row, { state: 'withdrawn', ended: { by: actor.account.user, words: null } }, now)
      note({ ...by(actor), ...aboutProposal(row), act: 'withdrawn', code: null })
      await redraw(row.id)
      return { proposal: row.id }
    },
  )
}
