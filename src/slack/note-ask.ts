import type { QuestionValue } from '../../blocks/ids.ts'
import { inTransaction } from '../db/transaction.ts'
import { formatEntity } from '../model/entity.ts'
import { personOf } from '../model/roster.ts'
import { formatTime } from '../model/time.ts'
import { appendTrail } from '../trail/append.ts'
import type { DeskPorts } from './actor.ts'

/** Characters of an entity's key that the trail keeps. */
const KEY = 500

/**
 * Puts a question that was answered on the trail. Where that fails it is logged and the answer stands: whoever investigates is not
 * kept waiting by whoever holds the trail.
 */
export async function noteAsk(
  { approvals, team, log }: Pick<DeskPorts, 'approvals' | 'team' | 'log'>,
  { lookup, entity, incident, scope, window }: QuestionValue,
  user: string,
): Promise<void> {
  const account = { team: team ?? '', user }
  const detail = {
    lookup,
    entity: formatEntity(entity).slice(0, KEY).toWellFormed(),
    from: window === null ? null : formatTime(window.from),
    to: window === null ? null : formatTime(window.to),
  }
  const person = personOf(approvals.roster.current(), account)?.id ?? null
  const asked = {
    act: 'asked',
    person,
    account,
    scope,
    incident,
    proposal: null,
    code: null,
    detail,
  } as const
  try {
    await inTransaction(approvals.pool, ({ trx }) => appendTrail(trx, [asked]))
  } catch (err) {
    log.error({ err }, 'a question did not come to stand on the trail')
  }
}
