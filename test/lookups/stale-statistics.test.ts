import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LookupName } from '../../src/model/answer.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { micros, openWorld, type World } from '../helpers/seed.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

const MANY = 1000

let world: World
let owner: pg.Client
beforeAll(async () => {
  world = await openWorld()
  owner = new pg.Client({ connectionString: world.database.ownerUrl })
  await owner.connect()
})
beforeEach(() => world.reset())
afterAll(async () => {
  await owner.end()
  await world.close()
})

/** A request by a subject of its own, from an address of its own, for a secret of its own. */
function request(nr: number): object {
  return auditEvent({
    user: `neighbour-${nr}`,
    ip: `10.1.${nr >> 8}.${nr & 255}`,
    verb: 'get',
    resource: 'secrets',
    name: `secret-${nr}`,
    at: clock(`0${nr % 10}:10`),
  })
}

const window = { from: micros(clock('00:00')), to: micros(clock('10:00')) }

/** Questions about all of them. A question that reads everything once more for each of them takes longer than is let. */
const asked: readonly (readonly [LookupName, string])[] = [
  ['subject', 'neighbour-*'],
  ['ip', '10.0.0.0/8'],
  ['secrets', 'neighbour-*'],
  ['secrets', 'secret:shop/*'],
  ['secrets', 'ip:10.0.0.0/8'],
  ['seen', 'subject:neighbour-*'],
  ['seen', 'ip:10.0.0.0/8'],
  ['newly', 'subject:neighbour-*'],
  ['newly', 'ip:10.0.0.0/8'],
  ['volume', 'subject:neighbour-*'],
  ['volume', 'ip:10.0.0.0/8'],
  ['activity', 'subject:neighbour-*'],
  ['activity', 'ip:10.0.0.0/8'],
  ['activity', 'cluster:*'],
]

describe.each([0, 1, 2])('when the planner believes in %i requests', (few) => {
  test(`and there are ${MANY} more, every question about all of them is answered`, async () => {
    await world.absorb(Array.from({ length: few }, (_, nr) => request(nr)))
    await acrossScopes(() => owner.query('vacuum analyze'))
    await world.absorb(Array.from({ length: MANY }, (_, nr) => request(few + nr)))
    for (const [name, entity] of asked) {
      for (const during of [null, window]) {
        const answer = await world.ask(name, entity, { window: during }).catch((err: unknown) => String(err))
        expect(answer, `${name} ${entity}`).not.toBeTypeOf('string')
      }
    }
  })
})
