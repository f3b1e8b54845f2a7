import type { Answer } from '../src/model/answer.ts'
import { HOUR } from '../src/model/time.ts'

/**
 * What the audit logs behind an answer amount to. They are complete only when every scope of the answer has them
 * without a hole, from the first hour of the window to its last.
 */
export function auditLogs({ coverage, entity, scopeTime }: Answer): 'complete' | 'with gaps' | 'none' {
  if (coverage.length === 0) return 'none'
  const whole = coverage.every(
    ({ from, to, gaps }) =>
      gaps.length === 0 &&
      (scopeTime === null || (from <= scopeTime.from + HOUR && to >= scopeTime.to - HOUR)),
  )
  const covered = new Set(coverage.map(({ scope }) => scope))
  return whole && entity.scopes.every((scope) => covered.has(scope)) ? 'complete' : 'with gaps'
}
