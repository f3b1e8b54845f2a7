import type { Trx } from '../db/transaction.ts'

/** A scope and all those of its account and region, itself among them: what GuardDuty says there is one story. */
export interface AccountScopes {
  readonly own: number
  readonly all: readonly number[]
}

/**
 * Reads them and keeps the findings of other writers out of that account and region until the transaction ends: a
 * sequence and its signal that come at the same moment, in two scopes, would not see each other.
 */
export async function lockAccount(trx: Trx, scope: number): Promise<AccountScopes> {
  const rows = await trx
    .selectFrom('scope as own')
    .innerJoin('scope as sibling', (join) =>
      join.onRef('sibling.account', '=', 'own.account').onRef('sibling.region', '=', 'own.region'),
    )
    .select('sibling.id')
    .where('own.id', '=', scope)
    .orderBy('sibling.id')
    .execute()
  const all = rows.map(({ id }) => id)
  await trx
    .selectFrom('scope')
    .select('id')
    .where('id', '=', all[0] ?? scope)
    .forNoKeyUpdate()
    .execute()
  return { own: scope, all }
}
