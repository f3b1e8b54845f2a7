import { growthGoals, STORAGE, yearGoal } from '../goals.ts'
import { loadHistory } from '../history/load.ts'
import type { Leg } from '../leg.ts'
import { median, percentile } from '../measure.ts'
import { chooseAbouts, openReader, timeQuestion } from '../questions/ask.ts'
import { BOUNDED, OF_THE_YEAR } from '../questions/index.ts'
import type { About, BenchQuestion, Reader } from '../questions/question.ts'
import { type BenchDatabase, missingFrom } from '../server.ts'
import { type Ratio, ratio } from '../table.ts'

/** Days of history: 1x, 10x and 100x. */
const DAYS = [3.65, 36.5, 365] as const
/** The newest day of all of them, in days since 1970. */
const END = Math.floor(Date.UTC(2026, 10, 22) / 86_400_000)
const SAMPLES = 60
/** How often the three histories take turns. */
const ROUNDS = 3

interface History {
  readonly days: number
  readonly database: BenchDatabase
  readonly reader: Reader & { close(): Promise<void> }
  readonly abouts: readonly About[]
  readonly edgeHours: number
}

/** The same questions over a history of days, of weeks and of a year, in turns; and what the year takes on disk. */
export const growth: Leg = async ({ server, size, say }) => {
  const histories: History[] = []
  try {
    for (const days of DAYS) {
      const database = await server.fresh('migrated')
      const missing = await missingFrom(database.owner, ['edge_day', 'sum_day', 'sum_week', 'sum_hour'])
      if (missing.length > 0) {
        say(`questions over a year are left out: there is no ${missing.join(', ')}`)
        await database.drop()
        return []
      }
      const options = { clusters: size.clusters, days, end: END, seed: 'history' }
      const edgeHours = await loadHistory(database.owner, server.folder, options)
      say(`history of ${days} days: ${edgeHours.toLocaleString('en-US')} edge-hours`)
      const reader = openReader(database)
      const scope = { id: 1, name: 'bench/eu-west-1/1' }
      const to = (END + 1) * 86_400_000_000
      const abouts = await chooseAbouts(database.owner, scope, to, SAMPLES)
      histories.push({ days, database, reader, abouts, edgeHours })
    }
    const [small, , large] = histories
    if (small === undefined || large === undefined) throw new Error('a history is missing')
    const ratios: Ratio[] = [ratio(STORAGE.edgeHour, [(await diskOfEdgeDays(large)) / large.edgeHours])]
    for (const question of BOUNDED) {
      const times = await inTurns(question, histories)
      say(`${question.name}: ${times.map((one) => median(one.flat()).toFixed(2)).join(', ')} ms`)
      ratios.push(...growthRatios(question.name, times[0] ?? [], times[2] ?? []))
    }
    for (const question of OF_THE_YEAR) {
      const times = await timeQuestion(large.reader, question, large.abouts)
      say(`${question.name}, all year: ${median(times).toFixed(2)} ms`)
      ratios.push(ratio(yearGoal(question.name), times))
    }
    return ratios
  } finally {
    for (const { reader, database } of histories) {
      await reader.close()
      await database.drop()
    }
  }
}

/** Times of each history, round by round. */
async function inTurns(
  question: BenchQuestion,
  histories: readonly History[],
): Promise<readonly (readonly (readonly number[])[])[]> {
  const times: (readonly number[])[][] = histories.map(() => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, { reader, abouts }] of histories.entries()) {
      times[at]?.push(await timeQuestion(reader, question, abouts))
    }
  }
  return times
}

function growthRatios(
  name: string,
  small: readonly (readonly number[])[],
  large: readonly (readonly number[])[],
): readonly Ratio[] {
  const goals = growthGoals(name)
  const all = large.flat()
  const spread = { runs: all.length, low: Math.min(...all), high: Math.max(...all) }
  return [
    ratio(
      goals.growth,
      large.map((times, round) => median(times) / median(small[round] ?? times)),
    ),
    ratio(goals.p50, all),
    { goal: goals.p99, value: percentile(all, 0.99), ...spread },
  ]
}

async function diskOfEdgeDays({ database }: History): Promise<number> {
  const { rows } = await database.owner.query<{ bytes: string }>(
    "select sum(pg_total_relation_size(relid)) as bytes from pg_partition_tree('edge_day') where isleaf",
  )
  return Number(rows[0]?.bytes)
}
