import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { FileShape, Mistake } from './config-file.ts'
import { parseAllowed } from './model/feed.ts'
import { PERSON_ROLES, type Roster, type RosterPerson } from './model/roster.ts'

const must = (what: string) => ({ error: `must be ${what}` })
const word = z
  .string(must('a text'))
  .regex(/^[A-Za-z0-9_.-]{1,100}$/, must('1 to 100 letters, digits, "_", "." and "-"'))
const teamId = z.string(must('a text')).regex(/^[TE][A-Z0-9]{1,30}$/, must('the id of a workspace, T…'))
const userId = z
  .string(must('a text'))
  .regex(/^[UW][A-Z0-9]{1,30}$/, must('the id of an account in Slack, U…'))
const mode = z.enum(['off', 'dry-run', 'enforce'], must('off, dry-run or enforce'))
const scopes = z.array(z.string(must('a text')), must('a list')).min(1, must('a list of at least one scope'))

export const PERSON = z.strictObject({
  id: word.describe(
    'What votes and the trail name; never an e-mail address or a name in Slack, which can change.',
  ),
  slack: z
    .array(userId, must('a list of ids'))
    .min(1, must('a list of at least one id of an account'))
    .describe('Ids of all accounts in Slack that are theirs: a second one is the same person.'),
  roles: z
    .array(z.enum(PERSON_ROLES, must('responder, approver, operator or administrator')), must('a list'))
    .describe(
      'responder proposes; approver votes; operator runs clusters, and votes as an approver too; administrator configures. None: may ask.',
    ),
  scopes: scopes.describe(
    'What they may act on: names of clusters, or `ACCOUNT/REGION/CLUSTER` with `*` for any.',
  ),
})

/** Keys of the file that stand by themselves. */
export const PEOPLE_KEYS = {
  workspace: teamId
    .optional()
    .describe('Id of the workspace in Slack that people belong to. Needed where there are people.'),
  mode: mode
    .optional()
    .describe('Mode of clusters that do not say theirs: off, dry-run or enforce. Else dry-run.'),
  breakGlass: z
    .array(word, must('a list of ids'))
    .optional()
    .describe('Ids of people who may act alone, with a review afterwards. Else nobody.'),
}

export const clusterMode = mode

/** Who is who, with every name followed; null where the file names nobody. Tells each mistake. */
export function settleRoster(file: FileShape): {
  readonly roster: Roster | null
  readonly mistakes: readonly Mistake[]
} {
  const mistakes: Mistake[] = []
  const say = (path: readonly (string | number)[], sentence: string): void =>
    void mistakes.push({ path, sentence })
  const { people: listed, workspace } = file
  if (listed.length === 0) return { roster: null, mistakes }
  if (workspace === undefined)
    say(['people'], 'are named, but no workspace: add workspace: T…, the id of theirs in Slack')
  const clusters = file.clusters.map(({ account, region, name, alias = name, mode: own }) => {
    const id = file.accounts.find((one) => one.id === account || one.name === account)?.id ?? account
    return { name, scope: `${id}/${region}/${name}`, alias, mode: own ?? file.mode ?? ('dry-run' as const) }
  })
  for (const [at, { alias }] of clusters.entries()) {
    const before = clusters.findIndex((one) => one.alias === alias)
    if (before < at)
      say(
        ['clusters', at],
        `is called ${alias}, as clusters[${before}] is; give one of them an alias of its own, or a lock would meet the wrong one`,
      )
  }
  const scopeOf = (text: string): string | null => {
    const called = clusters.filter(({ alias, name }) => alias === text || name === text)
    // A name that two clusters have is none: what is meant is said by an alias, or by the whole scope.
    const meant = called.find(({ alias }) => alias === text) ?? (called.length === 1 ? called[0] : undefined)
    return meant?.scope ?? (parseAllowed(text) === null ? null : text)
  }
  const ids = new Map<string, number>()
  const owners = new Map<string, string>()
  const people = listed.map((one, at): RosterPerson => {
    const before = ids.get(one.id)
    if (before !== undefined)
      say(['people', at, 'id'], `is that of people[${before}] too; give each person an id of their own`)
    ids.set(one.id, at)
    for (const [nth, user] of one.slack.entries()) {
      const owner = owners.get(user)
      if (owner !== undefined)
        say(['people', at, 'slack', nth], `is an account of ${owner} already; an account is one person's`)
      owners.set(user, one.id)
    }
    const own = one.scopes.map((text, nth) => {
      const scope = scopeOf(text)
      if (scope === null)
        say(
          ['people', at, 'scopes', nth],
          `is neither the name of a cluster among clusters nor ACCOUNT/REGION/CLUSTER; ${JSON.stringify(text)} is nothing that can be acted on`,
        )
      return scope ?? text
    })
    return {
      id: one.id,
      roles: one.roles,
      scopes: own,
      accounts: one.slack.map((user) => ({ team: workspace ?? '', user })),
    }
  })
  for (const [at, id] of (file.breakGlass ?? []).entries())
    if (!ids.has(id)) say(['breakGlass', at], 'names nobody among people; correct the id, or add the person')
  const rules = {
    clusters: clusters.map(({ scope, alias, mode: own }) => ({ scope, alias, mode: own })),
    breakGlass: file.breakGlass ?? [],
    standardMode: file.mode ?? ('dry-run' as const),
  }
  const roster: Roster = { tenant: workspace ?? '', people, channels: [], ...rules, policy: policyOf(rules) }
  return { roster, mistakes }
}

/**
 * The version of the rules: of modes and of who may act alone, in whatever order the file has them. People are no part of it, since
 * whether somebody may vote is asked anew each time.
 */
function policyOf({ clusters, ...rules }: Pick<Roster, 'clusters' | 'breakGlass' | 'standardMode'>): string {
  const sorted = {
    clusters: clusters
      .toSorted((a, b) => (a.scope < b.scope ? -1 : 1))
      .map(({ scope, mode: own }) => ({ scope, mode: own })),
    breakGlass: rules.breakGlass.toSorted(),
    standardMode: rules.standardMode,
  }
  return createHash('sha256')
    .update(canonicalize(sorted) ?? '')
    .digest('hex')
}
