import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockAccounts } from '../../src/incidents/account-scopes.ts'
import { openWorld, type World } from '../helpers/seed.ts'
import { finding } from '../helpers/seed-records.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const region = 'eu-west-1'
const [one, other] = [
  { account: '111122223333', region },
  { account: '444455556666', region },
]

test('writers that name the same accounts in another order do not wait for each other in a circle', async () => {
  const locks = async (places: readonly (typeof one)[]): Promise<void> => {
    await world.ingest.transaction().execute((trx) => lockAccounts(trx, places))
  }
  for (let nr = 0; nr < 30; nr++) await Promise.all([locks([one, other]), locks([other, one])])
})

test('the scopes are those of each account and region, in the order asked', async () => {
  await world.absorb([
    finding({ account: one.account }),
    finding({ account: one.account, cluster: null }),
    finding({ account: other.account }),
  ])
  const scopes = await world.ingest.selectFrom('scope').select(['id', 'account']).orderBy('id').execute()
  const of = (account: string) => scopes.filter((row) => row.account === account).map(({ id }) => id)
  const read = await world.ingest
    .transaction()
    .execute((trx) => lockAccounts(trx, [other, one, { account: one.account, region: 'us-east-1' }]))
  expect(read).toEqual([of(other.account), of(one.account), []])
  expect(of(one.account)).toHaveLength(2)
})

test('whoever comes second waits, and then sees the scope that the first one made', async () => {
  const place = { account: '777788889999', region }
  const { promise: made, resolve: make } = Promise.withResolvers<void>()
  const { promise: done, resolve: end } = Promise.withResolvers<void>()
  const first = world.ingest.transaction().execute(async (trx) => {
    await lockAccounts(trx, [place])
    await trx
      .insertInto('scope')
      .values({ ...place, cluster: 'payments' })
      .execute()
    make()
    await done
  })
  await made
  const second = world.ingest.transaction().execute((trx) => lockAccounts(trx, [place]))
  const early = await Promise.race([
    second,
    new Promise((resolve) => setTimeout(() => resolve('waits'), 100)),
  ])
  end()
  await first
  expect(early).toBe('waits')
  expect((await second)[0]).toHaveLength(1)
})
