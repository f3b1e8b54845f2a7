import { type ParseArgsConfig, parseArgs } from 'node:util'
import { parseScope, type Scope } from '../model/scope.ts'
import { type Micros, parseTime } from '../model/time.ts'

/** Wrong usage of a verb: said on stderr, exit code 2. */
export class UsageError extends Error {}

/** node:util's parseArgs, with its complaints as UsageError. */
export function readArgs<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    const joined: T = { ...config, args: joinScope(config.args ?? []) }
    return parseArgs(joined)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** `--scope -/-/-` means what it says, though its value begins like an option. */
function joinScope(args: readonly string[]): string[] {
  const joined: string[] = []
  for (const arg of args) {
    if (joined.at(-1) === '--scope' && arg.startsWith('-/')) joined[joined.length - 1] = `--scope=${arg}`
    else joined.push(arg)
  }
  return joined
}

/** Reads `--scope`; null when it was not given. */
export function readScope(text: string | undefined): Scope | null {
  if (text === undefined) return null
  const scope = parseScope(text)
  if (scope === null) {
    throw new UsageError(
      `--scope ${JSON.stringify(text)} is not ACCOUNT/REGION/CLUSTER. Write for example 123456789012/eu-west-1/prod, and - for a part that is not known.`,
    )
  }
  return scope
}

/** Reads `--taken-at`; null when it was not given. */
export function readTime(text: string | undefined): Micros | null {
  if (text === undefined) return null
  const at = parseTime(text)
  if (at === null)
    throw new UsageError(
      `--taken-at ${JSON.stringify(text)} is no time. Write for example 2026-11-22T04:35:00Z, when the lists were read.`,
    )
  return at
}
