import type { Answer } from '../src/model/answer.ts'
import { logsAbout, logWords } from '../src/model/logs.ts'
import { HOUR } from '../src/model/time.ts'

/** What the logs of an answer are called. */
export function logsOf({ coverage, entity }: Answer): string {
  return logWords(
    coverage.length === 0 ? logsAbout(entity.kind).slice(0, 1) : coverage.map(({ source }) => source),
  )
}

/**
 * What the logs behind an answer amount to. They are complete only when every scope of the answer has them
 * without a hole, from the first hour of the window to its last.
 */
export function logsAre({ coverage, entity, scopeTime }: Answer): 'complete' | 'with gaps' | 'none' {
  if (coverage.length === 0) return 'none'
  const whole = coverage.every(
    ({ from, to, gaps }) =>
      gaps.length === 0 &&
      (scopeTime === null || (from <= scopeTime.from + HOUR && to >= scopeTime.to - HOUR)),
  )
  const covered = new Set(coverage.map(({ scope }) => scope))
  return whole && entity.scopes.every((scope) => covered.has(scope)) ? 'complete' : 'with gaps'
}
