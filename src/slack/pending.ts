import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { waitingProposals } from '../approvals/view.ts'
import { approversWords, proposalName } from '../approvals/words.ts'
import type { Sentence } from '../model/answer.ts'
import type { Plan } from '../model/plan.ts'
import { aliasOf } from '../model/roster.ts'
import { clockWords } from '../model/time-words.ts'
import type { DeskPorts } from './actor.ts'

const MOST = 5

/** `/firebreak pending`: what waits for a vote, the next to expire first. */
export async function pending({ db, approvals, now }: DeskPorts): Promise<Message> {
  const at = now()
  const waiting = (await waitingProposals(db, MOST + 1)).filter(({ expires_at }) => expires_at > at)
  if (waiting.length === 0)
    return notice({ sentences: [['Nothing waits for an approver.']], context: null, buttons: [] })
  const roster = approvals.roster.current()
  const lines = waiting.slice(0, MOST).map((row): Sentence => {
    const { title } = JSON.parse(row.plan) as Plan
    const what = `${proposalName(row.id)} · ${title} · ${aliasOf(roster, row.scope)} · INC-${row.incident} · by ${clockWords(row.expires_at, at)} · asked by `
    return [
      what,
      { person: row.requester_user },
      ' · waits for ',
      ...approversWords(roster, row.scope, row.requester),
    ]
  })
  const more: Sentence[] = waiting.length > MOST ? [['More wait; these are the next to expire.']] : []
  return notice({ sentences: [...lines, ...more], context: null, buttons: [] })
}
