import { cpus, totalmem } from 'node:os'
import type { Goal } from './goals.ts'
import { median } from './measure.ts'

/** What was measured against a goal: the median of its runs, with the lowest and highest of them. */
export interface Ratio {
  readonly goal: Goal
  readonly value: number
  readonly runs: number
  readonly low: number
  readonly high: number
}

/** Sums the runs of one goal up; there must be one at least. */
export function ratio(goal: Goal, values: readonly number[]): Ratio {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return { goal, value: median(values), runs: values.length, low, high }
}

/** True when the goal is met; a value that is equal to it does. */
export function isMet({ goal, value }: Ratio): boolean {
  return goal.better === 'higher' ? value >= goal.goal : value <= goal.goal
}

/** The machine in one line. */
export function machineLine(postgres: string): string {
  const [first] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${first?.model ?? 'unknown CPU'}, ${memory} GB, Node ${process.versions.node}, PostgreSQL ${postgres}`
}

/** What `bench --json` prints. */
export function jsonOf(machine: string, ratios: readonly Ratio[]): object {
  return {
    machine,
    ratios: ratios.map(({ goal, value, runs }) => ({
      name: goal.name,
      value: Number(value.toPrecision(4)),
      unit: goal.unit,
      against: goal.against,
      goal: goal.goal,
      better: goal.better,
      runs,
    })),
  }
}

/** The same as a Markdown table, with the spread of the runs. */
export function tableOf(ratios: readonly Ratio[]): string {
  const rows = ratios.map((one) => {
    const { goal, value, runs, low, high } = one
    const spread = runs === 1 ? '1' : `${runs} (${shown(low)} – ${shown(high)})`
    return [
      goal.name,
      `${shown(value)} ${goal.unit}`,
      `${goal.better === 'higher' ? '≥' : '≤'} ${goal.goal}`,
      isMet(one) ? 'pass' : 'miss',
      spread,
      goal.against,
    ]
  })
  const all = [['what', 'value', 'goal', '', 'runs (spread)', 'against'], ...rows]
  const widths = (all[0] ?? []).map((_, at) => Math.max(3, ...all.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const met = ratios.filter(isMet).length
  return [
    line(all[0] ?? []),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map(line),
    '',
    `${met} of ${ratios.length} goals met.`,
  ].join('\n')
}

/** Three digits are what such a measurement can bear. */
function shown(value: number): string {
  if (value === 0 || Math.abs(value) >= 100) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}
