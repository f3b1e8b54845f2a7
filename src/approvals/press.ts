import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import { PROPOSAL_VERBS, type ProposalVerb } from '../model/proposal.ts'
import { formatTime, type Micros } from '../model/time.ts'

/** What a button meant when it was drawn. */
export interface Press {
  readonly proposal: number
  readonly verb: ProposalVerb
  /** The digest of the plan that it stood on. */
  readonly digest: string
  readonly revision: number
}

/**
 * The opaque ids of the buttons of one drawing of a card, made when it is first drawn: a redelivered drawing carries the same
 * ones, and nobody can make one up.
 */
export async function pressIds(
  db: Kysely<Database>,
  drawn: Omit<Press, 'verb'>,
  now: Micros,
): Promise<(verb: ProposalVerb) => string> {
  const { proposal, digest, revision } = drawn
  const made = PROPOSAL_VERBS.map((verb) => ({
    id: randomBytes(16).toString('base64url'),
    proposal,
    verb,
    digest,
    revision,
    at: formatTime(now),
  }))
  await db
    .insertInto('press')
    .values(made)
    .onConflict((conflict) => conflict.columns(['proposal', 'verb', 'revision']).doNothing())
    .execute()
  const rows = await db
    .selectFrom('press')
    .select(['id', 'verb'])
    .where('proposal', '=', proposal)
    .where('revision', '=', revision)
    .execute()
  const ids = new Map(rows.map(({ id, verb }) => [verb, id]))
  return (verb) => {
    const id = ids.get(verb)
    if (id === undefined) throw new Error(`no button id was made for ${verb} of P-${proposal}`)
    return id
  }
}

/** What a button means; null for anything that was never drawn. */
export async function readPress(db: Kysely<Database>, id: string): Promise<Press | null> {
  if (!/^[A-Za-z0-9_-]{22}$/.test(id)) return null
  const row = await db
    .selectFrom('press')
    .select(['proposal', 'verb', 'digest', 'revision'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined || !isVerb(row.verb)) return null
  return { ...row, verb: row.verb }
}

function isVerb(verb: string): verb is ProposalVerb {
  return (PROPOSAL_VERBS as readonly string[]).includes(verb)
}
