/** Where a record belongs: account, region and cluster. `-` stands for a part that is not known. */
export interface Scope {
  readonly account: string
  readonly region: string
  readonly cluster: string
}

/** The parts of a scope that a record itself says. */
export type ScopeParts = { readonly [Part in keyof Scope]?: string }

export const UNKNOWN_PART = '-'

const PART = /^[A-Za-z0-9_.-]{1,100}$/

/** True for text that may stand as a part of a scope; everything else counts as not said. */
export function isScopePart(text: unknown): text is string {
  return typeof text === 'string' && PART.test(text)
}

export function formatScope(scope: Scope): string {
  return `${scope.account}/${scope.region}/${scope.cluster}`
}

/** Reads `ACCOUNT/REGION/CLUSTER`; null when it has not three parts of letters, digits, `_`, `.` and `-`. */
export function parseScope(text: string): Scope | null {
  const parts = text.split('/')
  const [account, region, cluster] = parts
  if (parts.length !== 3 || !isScopePart(account) || !isScopePart(region) || !isScopePart(cluster))
    return null
  return { account, region, cluster }
}

/** True for the name of a scope that is an account's own: of logs of which nobody knows the account it is none. */
export function isAccounts(name: string): boolean {
  const scope = parseScope(name)
  return scope !== null && scope.account !== UNKNOWN_PART && scope.cluster === UNKNOWN_PART
}

/**
 * The scope of a record: what it says itself, the rest from `given` (its feed or `--scope`), else `-`.
 * A record that says the cluster `-` itself belongs to none, whatever was given: an account's own log. Returns the name of the first
 * part in which record and `given` differ, when they do.
 */
export function resolveScope(
  said: ScopeParts,
  given: Scope | null,
): { readonly scope: Scope } | { readonly differs: keyof Scope } {
  const pick = (part: keyof Scope): string => said[part] ?? given?.[part] ?? UNKNOWN_PART
  for (const part of ['account', 'region', 'cluster'] as const) {
    const a = said[part]
    const b = given?.[part] ?? UNKNOWN_PART
    const isTheirs = part === 'cluster' && a === UNKNOWN_PART
    if (a !== undefined && !isTheirs && b !== UNKNOWN_PART && a !== b) return { differs: part }
  }
  return { scope: { account: pick('account'), region: pick('region'), cluster: pick('cluster') } }
}

/** The scope of a record: what it says itself, the rest from `given`, else `-`. */
export function fillScope(said: ScopeParts, given: Scope): Scope {
  return {
    account: said.account ?? given.account,
    region: said.region ?? given.region,
    cluster: said.cluster ?? given.cluster,
  }
}
