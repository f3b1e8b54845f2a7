import { databaseNow } from '../../src/approvals/decide.ts'
import type { ApprovalPorts } from '../../src/approvals/ports.ts'
import { type Opened, open } from '../../src/db/open.ts'
import { SECOND } from '../../src/model/time.ts'
import { openWorld, rememberJobs, type World } from '../helpers/seed.ts'
import { type Cast, cast } from './people.ts'

/** A database with an incident, and what deciding needs; its clock is the database's plus `ahead` seconds. */
export interface Desk {
  readonly world: World
  readonly ports: ApprovalPorts
  readonly cast: Cast
  readonly incident: number
  ahead: number
  /** The bodies of the trail, first entry first. */
  trail(): Promise<readonly { readonly seq: number; readonly [key: string]: unknown }[]>
  close(): Promise<void>
}

export async function openDesk(connections = 5): Promise<Desk> {
  const world = await openWorld()
  const bot: Opened = open(world.database.urls.bot, 'test desk', { max: connections })
  const { id: scope } = await world.ingest
    .insertInto('scope')
    .values({ account: '111122223333', region: 'eu-west-1', cluster: 'shop' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const at = '2026-11-22T04:00:00Z'
  const { id: incident } = await world.ingest
    .insertInto('incident')
    .values({
      scope,
      state: 'open',
      sample: false,
      first_seen: at,
      last_seen: at,
      severity: 8,
      was_severity: null,
      revision: 1,
      joined_to: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const players = cast()
  const desk: Desk = {
    world,
    cast: players,
    incident,
    ahead: 0,
    ports: {
      pool: bot.pool,
      roster: players,
      jobs: rememberJobs(),
      clock: async (trx) => (await databaseNow(trx)) + desk.ahead * SECOND,
    },
    async trail() {
      const rows = await bot.db.selectFrom('trail_entry').select(['seq', 'body']).orderBy('seq').execute()
      return rows.map(({ seq, body }) => ({ ...(JSON.parse(body) as object), seq }))
    },
    async close() {
      await bot.close()
      await world.close()
    },
  }
  return desk
}
