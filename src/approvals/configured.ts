import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Pool } from '../db/open.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Roster } from '../model/roster.ts'
import { appendTrail } from '../trail/append.ts'

/** Puts on the trail who is who and may do what from now on, or that the file which says so cannot be read. */
export async function noteConfigured(
  pool: Pool,
  what: { readonly roster: Roster; readonly problem: string | null },
): Promise<void> {
  const { roster, problem } = what
  const detail = {
    people: roster.people.map(({ id, roles, scopes }) => ({ id, roles, scopes })),
    policy: roster.policy,
    roster: createHash('sha256')
      .update(canonicalize(roster) ?? '')
      .digest('hex'),
    problem,
  }
  const nobody = { person: null, account: null, scope: null, incident: null, proposal: null, code: null }
  await inTransaction(pool, ({ trx }) => appendTrail(trx, [{ ...nobody, act: 'configured', detail }]))
}
