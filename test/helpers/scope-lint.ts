import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { checkScope, type Verdict } from './scope-check.ts'

/** The lint of a process while it is on. */
export interface ScopeLint {
  /** How many statements on the graph passed or were refused. */
  checked(): number
  uninstall(): void
}

const free = new AsyncLocalStorage<true>()
const verdicts = new Map<string, Verdict>()

/** Lets `work` ask of all scopes at once: for what looks on, as tests do, and is no part of the product. */
export function acrossScopes<T>(work: () => Promise<T>): Promise<T> {
  return free.run(true, work)
}

type Query = (this: unknown, ...args: readonly unknown[]) => unknown

/**
 * Has every connection of this process refuse statements that use a graph table without naming its scope, as a server
 * that spreads those tables would be slow or unable to run them. What is refused fails as a query does.
 */
export function installScopeLint(): ScopeLint {
  const client = pg.Client.prototype as unknown as { query: Query }
  const original = client.query
  let checked = 0
  client.query = function lintedQuery(...args) {
    const text = textOf(args[0])
    const verdict = text === null || free.getStore() === true ? null : verdictOf(text)
    if (verdict?.touchesGraph === true) checked += 1
    if (verdict === null || verdict.faults.length === 0) return Reflect.apply(original, this, args)
    const error = new Error(`${verdict.faults.join(' ')} The statement: ${text ?? ''}`)
    // What streams is written to at once, and waits for no promise.
    if (isStream(args[0])) throw error
    const callback = args.findLast((arg) => typeof arg === 'function')
    if (callback === undefined) return Promise.reject(error)
    process.nextTick(callback, error)
    return undefined
  }
  return {
    checked: () => checked,
    uninstall() {
      client.query = original
    },
  }
}

/** A cursor or a COPY: an object that sends itself. */
function isStream(query: unknown): boolean {
  return (
    typeof query === 'object' && query !== null && 'submit' in query && typeof query.submit === 'function'
  )
}

function textOf(query: unknown): string | null {
  if (typeof query === 'string') return query
  const text = typeof query === 'object' && query !== null && 'text' in query ? query.text : null
  return typeof text === 'string' ? text : null
}

function verdictOf(text: string): Verdict {
  const known = verdicts.get(text)
  if (known !== undefined) return known
  const verdict = checkScope(text)
  verdicts.set(text, verdict)
  return verdict
}
