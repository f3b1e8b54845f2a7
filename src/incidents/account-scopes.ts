import type { Trx } from '../db/transaction.ts'
import type { Scope } from '../model/scope.ts'

/** A scope and all those of its account and region, itself among them: what GuardDuty says there is one story. */
export interface AccountScopes {
  readonly own: number
  readonly all: readonly number[]
}

type Place = Pick<Scope, 'account' | 'region'>

/**
 * Keeps the findings of other writers out of these accounts and regions until the transaction ends, and then reads
 * their scopes, in the order of `places`: a sequence and its signal that come at the same moment, in two scopes, would
 * not see each other otherwise, nor would scopes that both writers make. Held in one order, so that no two writers wait
 * for each other; a transaction locks all that it needs at once.
 */
export async function lockAccounts(
  trx: Trx,
  places: readonly Place[],
): Promise<readonly (readonly number[])[]> {
  const names = new Map(places.map((place) => [nameOf(place), place]))
  for (const name of [...names.keys()].toSorted()) {
    const { account = '', region = '' } = names.get(name) ?? {}
    // An insert of the same row waits for the writer that made it.
    await trx
      .insertInto('account')
      .values({ account, region })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await trx
      .selectFrom('account')
      .select('account')
      .where('account', '=', account)
      .where('region', '=', region)
      .forUpdate()
      .execute()
  }
  const all: (readonly number[])[] = []
  for (const { account, region } of places) {
    const rows = await trx
      .selectFrom('scope')
      .select('id')
      .where('account', '=', account)
      .where('region', '=', region)
      .orderBy('id')
      .execute()
    all.push(rows.map(({ id }) => id))
  }
  return all
}

function nameOf({ account, region }: Place): string {
  return `${account}/${region}`
}
