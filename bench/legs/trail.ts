import { open } from '../../src/db/open.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { TrailNote } from '../../src/model/trail.ts'
import { appendTrail } from '../../src/trail/append.ts'
import { readHead, readTrail } from '../../src/trail/read.ts'
import { type Entry, verifyTrail } from '../../src/trail/verify.ts'
import { TRAIL } from '../goals.ts'
import type { Leg } from '../leg.ts'
import { ratio } from '../table.ts'

const WRITERS = 8
/** Rows of each writer, one a transaction. */
const ROWS = 250
/** So often all of it is verified, to be long enough to be timed. */
const TIMES = 50

const NOTE: TrailNote = {
  act: 'voted',
  person: 'ada',
  account: { team: 'T0TEAM', user: 'U0ADA' },
  scope: '111122223333/eu-west-1/payments',
  incident: 41,
  proposal: 118,
  code: null,
  detail: { decision: 'approve', digest: '0'.repeat(64), have: 1, need: 1, words: 'ok by payments' },
}

/** How fast the trail is appended to by several writers, a transaction for each row, and how fast it is followed. */
export const trail: Leg = async ({ server, size, say }) => {
  const written: number[] = []
  const verified: number[] = []
  for (let run = 0; run < size.runs; run++) {
    const database = await server.fresh('migrated')
    const bot = open(database.urls.bot, 'bench trail', { max: WRITERS })
    try {
      const began = performance.now()
      await Promise.all(Array.from({ length: WRITERS }, () => write(ROWS)))
      written.push((WRITERS * ROWS * 1000) / (performance.now() - began))
      const entries: Entry[] = []
      for await (const entry of readTrail(bot.db)) entries.push(entry)
      const follows = performance.now()
      for (let time = 0; time < TIMES; time++) {
        const { ok } = await verifyTrail(entries, [], await readHead(bot.db))
        if (!ok || entries.length !== WRITERS * ROWS)
          throw new Error('the trail that was written does not verify')
      }
      verified.push((entries.length * TIMES * 1000) / (performance.now() - follows))
    } finally {
      await bot.close()
      await database.drop()
    }

    async function write(rows: number): Promise<void> {
      for (let row = 0; row < rows; row++)
        await inTransaction(bot.pool, ({ trx }) => appendTrail(trx, [NOTE]))
    }
  }
  say(
    `the trail: ${Math.round(written.at(-1) ?? 0)} rows a second by ${WRITERS} writers, verified at ${Math.round(verified.at(-1) ?? 0)} a second`,
  )
  return [ratio(TRAIL.append, written), ratio(TRAIL.verify, verified)]
}
