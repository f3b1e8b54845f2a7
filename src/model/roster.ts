import type { Mode } from './plan.ts'

/** What a person may do. A responder proposes; an approver votes; an operator runs clusters, and votes as an approver too. */
export const PERSON_ROLES = ['responder', 'approver', 'operator', 'administrator'] as const
export type PersonRole = (typeof PERSON_ROLES)[number]

/** An account in Slack: both ids, since a user's id alone is one of some workspace. */
export interface Account {
  readonly team: string
  readonly user: string
}

export interface RosterPerson {
  /** The id that the configuration gives: what votes and the trail name. */
  readonly id: string
  readonly accounts: readonly Account[]
  readonly roles: readonly PersonRole[]
  /** Scopes that the person may ask about and act on, `ACCOUNT/REGION/CLUSTER`, each part may be `*`. */
  readonly scopes: readonly string[]
}

export interface RosterCluster {
  /** `ACCOUNT/REGION/CLUSTER` */
  readonly scope: string
  /** What people call it. */
  readonly alias: string
  readonly mode: Mode
}

export interface RosterChannel {
  readonly id: string
  /** `incidents` carries cards of its scopes, `audit` the anchors, `ops` what is wrong with Firebreak itself. */
  readonly use: 'incidents' | 'audit' | 'ops'
  readonly scopes: readonly string[]
}

/** Who is who and may do what; what the configuration file says of people, clusters and channels. */
export interface Roster {
  /** The workspace that it is for. */
  readonly tenant: string
  readonly people: readonly RosterPerson[]
  readonly clusters: readonly RosterCluster[]
  readonly channels: readonly RosterChannel[]
  /** Person ids that may act alone; empty: nobody. */
  readonly breakGlass: readonly string[]
  /** Mode of clusters that are not named. */
  readonly standardMode: Mode
  /** SHA-256, hex, of the canonical form of what decides who may vote: another one voids votes. */
  readonly policy: string
}

/** The roster as it is now; it may be another one the next time. */
export interface RosterSource {
  current(): Roster
  /** Why the rules on disk cannot be read, in words; null: they can. While they cannot, no vote counts. */
  problem(): string | null
  /** Calls back when it has become another one, or cannot be read. */
  onChange(listener: () => void): void
}

/** True when one of the patterns stands for the scope, part by part. */
export function coversScope(patterns: readonly string[], scope: string): boolean {
  const parts = scope.split('/')
  return patterns.some((pattern) => {
    const wanted = pattern.split('/')
    return wanted.length === parts.length && wanted.every((part, at) => part === '*' || part === parts[at])
  })
}

/** The person of an account; null: nobody that the roster knows. */
export function personOf(roster: Roster, account: Account): RosterPerson | null {
  const isTheirs = (one: Account): boolean => one.team === account.team && one.user === account.user
  return roster.people.find(({ accounts }) => accounts.some(isTheirs)) ?? null
}

export function personNamed(roster: Roster, id: string): RosterPerson | null {
  return roster.people.find((person) => person.id === id) ?? null
}

/** True when the person has one of the roles for the scope. */
export function hasRole(person: RosterPerson, roles: readonly PersonRole[], scope: string): boolean {
  return person.roles.some((role) => roles.includes(role)) && coversScope(person.scopes, scope)
}

/** Roles whose votes count. */
export const VOTING: readonly PersonRole[] = ['approver', 'operator']

/** Who may vote on plans for a scope, other than `requester`. */
export function approversOf(roster: Roster, scope: string, requester: string): readonly RosterPerson[] {
  return roster.people.filter((person) => person.id !== requester && hasRole(person, VOTING, scope))
}

/** The mode of a cluster. */
export function modeOf(roster: Roster, scope: string): Mode {
  return roster.clusters.find((cluster) => cluster.scope === scope)?.mode ?? roster.standardMode
}

/** What people call a scope: its alias, else the cluster's own name. */
export function aliasOf(roster: Roster, scope: string): string {
  return roster.clusters.find((cluster) => cluster.scope === scope)?.alias ?? scope.split('/')[2] ?? scope
}
