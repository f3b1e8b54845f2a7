import { sql } from 'kysely'
import { formatTime, type Micros, parseTime } from '../model/time.ts'
import type { Graph } from './lookup.ts'
import { clustersOf, isOneOf, isText, type Match } from './match.ts'
import { rowsOf } from './rows.ts'
import { type Standing, standingOf } from './standing.ts'

/** One line about a cluster. */
export interface Fact {
  readonly scope: number
  readonly fact: string
  readonly value: string
  /** `eks`: as it was described; `cloudtrail`: as its calls tell. */
  readonly source: 'eks' | 'cloudtrail'
  /** When it was read, or when the call was. */
  readonly at: Micros
}

/** What was described of the clusters that match, and what calls say of how they were made. */
export async function clusterFacts(graph: Graph, match: Match): Promise<readonly Fact[]> {
  const clusters = clustersOf(match.scopes)
  const key = sql`entity.key`
  const [described, entries, made] = await Promise.all([
    standingOf(graph, match.scopes, ['Cluster'], isText(key, match.entity.key)),
    standingOf(graph, clusters, ['AccessEntry', 'AccessPolicies']),
    madeOf(graph, match),
  ])
  const told = described.flatMap(describedFacts)
  const isTold = (fact: string): boolean => told.some((one) => one.fact === fact)
  return [
    ...told.filter(({ fact }) => fact === 'Created'),
    ...made.filter(({ fact }) => fact === 'Created by' || !isTold(fact)),
    ...told.filter(({ fact }) => fact !== 'Created'),
    ...administrators(entries),
  ]
}

interface Made {
  readonly scope: number
  readonly tie: string
  readonly kind: string
  readonly key: string
  readonly first: Micros
}

async function madeOf(graph: Graph, match: Match): Promise<readonly Fact[]> {
  const ids = sql.join([...match.scopes.keys()])
  const rows = await rowsOf(
    graph,
    sql<Made>`
    select link.scope, link.tie, entity.kind, entity.key, link.first_seen as first
    from link join entity on entity.scope = link.scope and entity.id = link.target
    where link.scope in (${ids}) and entity.scope in (${ids}) and link.tie in ('owned-by', 'uses') and ${isOneOf(match, 'link', 'source')}
    order by link.first_seen, entity.key
    limit 20`,
  )
  return rows.map(({ scope, tie, kind, key, first }) => ({
    scope,
    fact: tie === 'uses' ? 'Role' : 'Created by',
    value: kind === 'role' && tie === 'uses' ? key : `${kind} ${key}`,
    source: 'cloudtrail',
    at: first,
  }))
}

function describedFacts({ scope, state, takenAt }: Standing): readonly Fact[] {
  const created = typeof state['created'] === 'string' ? parseTime(state['created']) : null
  const tags = objectOf(state['tags'])
  const lines: readonly (readonly [fact: string, value: string])[] = [
    ['Created', created === null ? '' : formatTime(created)],
    ['Role', textOf(state['role'])],
    ['ARN', textOf(state['arn'])],
    ['Status', textOf(state['status'])],
    [
      'Version',
      [textOf(state['version']), textOf(state['platform'])].filter((text) => text !== '').join(', '),
    ],
    ['VPC', textOf(state['vpc'])],
    ['Endpoint', accessWords(state)],
    ['Logs that are on', listWords(state['logging'], 'none')],
    ['Who may sign in', textOf(state['authentication'])],
    ['OIDC issuer', textOf(state['oidc'])],
    ...Object.entries(tags)
      .filter(([tag]) => /^(?:owner|team)$/i.test(tag))
      .map(([tag, value]) => [`Kept by (tag ${tag})`, textOf(value)] as const),
  ]
  return lines
    .filter(([, value]) => value !== '')
    .map(([fact, value]) => ({ scope, fact, value, source: 'eks', at: takenAt }))
}

function accessWords(state: Standing['state']): string {
  const cidrs = listWords(state['publicCidrs'], '')
  const from = cidrs === '' ? '' : ` from ${cidrs}`
  return [
    ...(state['publicAccess'] === true ? [`public${from}`] : []),
    ...(state['privateAccess'] === true ? ['private'] : []),
  ].join(', ')
}

/** Who may do everything, by a policy of EKS or by the group that may. */
function administrators(entries: readonly Standing[]): readonly Fact[] {
  const rights = entries.flatMap(({ scope, entity, key, state, takenAt }) => {
    const policies = listOf(state['policies']).map(
      (one) => textOf(objectOf(one)['arn']).split('/').at(-1) ?? '',
    )
    const groups = listOf(state['groups']).map(textOf)
    const isAdmin = policies.includes('AmazonEKSClusterAdminPolicy') || groups.includes('system:masters')
    return isAdmin ? [{ scope, value: `${entity} ${key}`, at: takenAt }] : []
  })
  const once = new Map(rights.map((one) => [`${one.scope} ${one.value}`, one]))
  return [...once.values()].map((one) => ({ ...one, fact: 'Administrator', source: 'eks' }))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

function listWords(value: unknown, none: string): string {
  const texts = listOf(value).map(textOf)
  return Array.isArray(value) && texts.length === 0 ? none : texts.join(', ')
}

function objectOf(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
