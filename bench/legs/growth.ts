import { growthGoals, STORAGE, wholeGoal } from '../goals.ts'
import { loadHistory } from '../history/load.ts'
import type { Leg } from '../leg.ts'
import { median, percentile } from '../measure.ts'
import { chooseAbouts, openReader, timeQuestion } from '../questions/ask.ts'
import { BOUNDED, WHOLE } from '../questions/index.ts'
import type { About, BenchQuestion, Reader } from '../questions/question.ts'
import type { BenchDatabase } from '../server.ts'
import { type Ratio, ratio } from '../table.ts'

/** Histories of which each is ten times as long as the one before. */
const PARTS = [100, 10, 1] as const
/** The newest day of all of them, in days since 1970. */
const END = Math.floor(Date.UTC(2026, 10, 22) / 86_400_000)

interface History {
  readonly days: number
  readonly database: BenchDatabase
  readonly reader: Reader & { close(): Promise<void> }
  readonly abouts: readonly About[]
  readonly edgeHours: number
}

/** The same questions over a short, a long and a very long history, in turns; and what the last takes on disk. */
export const growth: Leg = async ({ server, size, say }) => {
  const histories: History[] = []
  try {
    for (const part of PARTS) {
      const days = size.days / part
      const database = await server.fresh('migrated')
      const options = { clusters: size.clusters, days, end: END, seed: 'history' }
      const edgeHours = await loadHistory(database.owner, server.folder, options)
      say(`history of ${days} days: ${edgeHours.toLocaleString('en-US')} edge-hours`)
      const reader = openReader(database)
      const scope = { id: 1, name: 'bench/eu-west-1/1' }
      const to = (END + 1) * 86_400_000_000
      const abouts = await chooseAbouts(database.owner, scope, to, size.samples)
      histories.push({ days, database, reader, abouts, edgeHours })
    }
    const [small, , large] = histories
    if (small === undefined || large === undefined) throw new Error('a history is missing')
    const ratios: Ratio[] = [ratio(STORAGE.edgeHour, [(await diskOfEdgeDays(large)) / large.edgeHours])]
    for (const question of BOUNDED) {
      const times = await inTurns(question, histories, size.rounds)
      say(`${question.name}: ${times.map((one) => median(one.flat()).toFixed(2)).join(', ')} ms`)
      ratios.push(...growthRatios(growthGoals(question.name, size.days), times[0] ?? [], times[2] ?? []))
    }
    for (const question of WHOLE) {
      const times = await timeQuestion(large.reader, question, large.abouts)
      say(`${question.name}: ${median(times).toFixed(2)} ms`)
      ratios.push(ratio(wholeGoal(question.name, size.days), times))
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
  rounds: number,
): Promise<readonly (readonly (readonly number[])[])[]> {
  const times: (readonly number[])[][] = histories.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [at, { reader, abouts }] of histories.entries()) {
      times[at]?.push(await timeQuestion(reader, question, abouts))
    }
  }
  return times
}

function growthRatios(
  goals: ReturnType<typeof growthGoals>,
  small: readonly (readonly number[])[],
  large: readonly (readonly number[])[],
): readonly Ratio[] {
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
