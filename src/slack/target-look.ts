import { textAt } from '../actions/kube.ts'
import type { Plan } from '../model/plan.ts'
import { type Refused, refuse } from '../model/refusals.ts'
import { aliasOf } from '../model/roster.ts'
import { parseTime } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import type { DeskPorts } from './actor.ts'

/** What became of the target since it was planned; null: it is the same. What cannot be looked at is not the same. */
export async function changeOf(ports: DeskPorts, { scope, target, steps }: Plan): Promise<Refused | null> {
  const reader = ports.readerFor(scope)
  const path = steps.find(({ kind }) => kind === 'save-manifest')?.call.path
  const unread = refuse('cluster-unread', { cluster: aliasOf(ports.approvals.roster.current(), scope) })
  if (reader === null || path === undefined) return unread
  const now = ports.now()
  let object: Awaited<ReturnType<typeof reader.get>>
  try {
    object = await reader.get(path)
  } catch (err) {
    ports.log.error({ err }, 'reading a target before a vote')
    return unread
  }
  if (object === null) return refuse('target-gone', { T: clockWords(now, now) })
  if (textAt(object, 'metadata', 'uid') === target.uid) return null
  const made = parseTime(textAt(object, 'metadata', 'creationTimestamp') ?? '') ?? now
  return refuse('target-replaced', { T: clockWords(made, now) })
}
