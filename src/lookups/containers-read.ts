import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { EntityKind } from '../model/entity.ts'
import { formatTime, type Micros } from '../model/time.ts'
import type { Graph, Question } from './lookup.ts'
import { isOneOf, isText, type Match } from './match.ts'
import { rowsOf } from './rows.ts'
import { selects } from './selector.ts'
import { goneAt, standingOf } from './standing.ts'

/** One container of a pod, as it stood when it was read. */
export interface ContainerRow {
  readonly scope: number
  readonly pod: string
  readonly container: string | null
  readonly image: string | null
  readonly imageId: string | null
  readonly privileged: boolean
  readonly hostPaths: readonly string[]
  /** Namespaces of its node that it works in: network, pid, ipc. */
  readonly host: readonly string[]
  readonly node: string | null
  readonly account: string | null
  /** Names of the NetworkPolicies that select its pod; null where none were read, or its labels are not known. */
  readonly policies: readonly string[] | null
  readonly takenAt: Micros
  readonly goneAt: Micros | null
}

type Stored = Omit<ContainerRow, 'policies'> & {
  readonly labels: { readonly [label: string]: unknown } | null
  readonly isCut: boolean
}

interface Over {
  readonly total: number
  readonly pods: number
  readonly risky: number
  readonly from: Micros
  readonly to: Micros
}

/** Containers that may do most to their node first. Without a window those that stand now; with one, also those gone since. */
export async function readContainers(
  graph: Graph,
  question: Question,
  match: Match,
): Promise<{ readonly rows: readonly ContainerRow[]; readonly over: Over | null }> {
  const { scopes } = match
  const ids = sql.join([...scopes.keys()])
  const { window } = question
  const stood =
    window === null
      ? sql`gone is null`
      : sql`(gone is null or gone > ${formatTime(window.from)}::timestamptz)`
  const found = await rowsOf(
    graph,
    sql<Stored & Over>`
    with stood as (
      select standing.scope, entity.key as pod, standing.taken_at as taken, standing.state, ${goneAt(scopes)} as gone
      from standing join entity on entity.scope = standing.scope and entity.id = standing.entity
      where standing.scope in (${ids}) and entity.scope in (${ids}) and standing.kind = 'Pod' and ${isAsked(question, match)}),
    each as (
      select stood.*, one.container, coalesce((one.container -> 'security' ->> 'privileged') = 'true', false) as privileged,
        coalesce(stood.state -> 'hostPaths', '[]'::jsonb) as paths,
        array_remove(array[case when stood.state ->> 'hostNetwork' = 'true' then 'network' end,
          case when stood.state ->> 'hostPid' = 'true' then 'pid' end,
          case when stood.state ->> 'hostIpc' = 'true' then 'ipc' end], null) as host
      from stood left join lateral jsonb_array_elements(stood.state -> 'containers') as one (container) on true
      where ${stood})
    select scope, pod, container ->> 'name' as container, container ->> 'image' as image, container ->> 'imageId' as "imageId",
      privileged, paths as "hostPaths", host, state ->> 'node' as node, state ->> 'account' as account,
      state -> 'labels' as labels, coalesce(state -> 'cut', '[]'::jsonb) @> '["labels"]'::jsonb as "isCut",
      taken as "takenAt", gone as "goneAt", count(*) over () as total,
      (select count(distinct (scope, pod)) from each) as pods,
      count(*) filter (where privileged or paths <> '[]'::jsonb or cardinality(host) > 0) over () as risky,
      min(taken) over () as "from", max(taken) over () as "to"
    from each
    order by privileged desc, jsonb_array_length(paths) desc, cardinality(host) desc, pod, scope, container ->> 'name'
    limit ${question.limit}`,
  )
  const [first] = found
  const policies = await policiesOf(graph, match, found)
  const rows = found.map(
    (row): ContainerRow => ({
      scope: row.scope,
      pod: row.pod,
      container: row.container,
      image: row.image,
      imageId: row.imageId,
      privileged: row.privileged,
      hostPaths: row.hostPaths,
      host: row.host,
      node: row.node,
      account: row.account,
      policies: row.isCut ? null : policies(row.scope, row.pod, row.labels ?? {}),
      takenAt: row.takenAt,
      goneAt: row.goneAt,
    }),
  )
  return { rows, over: first ?? null }
}

/** The condition on `standing` that what was asked about stands for; a state tells of now what ties tell of any time. */
function isAsked({ entity }: Question, match: Match): RawBuilder<SqlBool> {
  const field = (name: string): RawBuilder<unknown> => sql`(standing.state ->> ${sql.lit(name)})`
  const ids = sql.join([...match.scopes.keys()])
  const conditions: { readonly [kind in EntityKind]?: RawBuilder<SqlBool> } = {
    pod: isOneOf(match, 'standing', 'entity'),
    node: isText(field('node'), entity.key),
    subject: isText(
      sql`('system:serviceaccount:' || split_part(entity.key, '/', 1) || ':' || ${field('account')})`,
      entity.key,
    ),
    image: sql<SqlBool>`exists (
      select from jsonb_array_elements(standing.state -> 'containers') as run (container)
      where ${isText(sql`(run.container ->> 'image')`, entity.key)} or ${isText(sql`(run.container ->> 'imageId')`, entity.key)})`,
    workload: sql<SqlBool>`(standing.scope, standing.entity) in (
      select link.scope, link.source from link where link.scope in (${ids}) and link.tie = 'owned-by' and (
        ${isOneOf(match, 'link', 'target')} or (link.scope, link.target) in (
          select made.scope, made.source from link as made
          where made.scope in (${ids}) and made.tie = 'owned-by' and ${isOneOf(match, 'made', 'target')})))`,
  }
  return conditions[entity.kind] ?? sql<SqlBool>`true`
}

/** Which policies select a pod by its labels. */
async function policiesOf(
  graph: Graph,
  { scopes }: Match,
  found: readonly Stored[],
): Promise<
  (scope: number, pod: string, labels: { readonly [label: string]: unknown }) => readonly string[] | null
> {
  if (found.length === 0) return () => null
  const policies = await standingOf(graph, scopes, ['NetworkPolicy'])
  const read = new Set(policies.map(({ scope }) => scope))
  const readings = await graph
    .selectFrom('inventory')
    .select('scope')
    .distinct()
    .where('scope', 'in', [...scopes.keys()])
    .where('kind', '=', 'NetworkPolicy')
    .execute()
  for (const { scope } of readings) read.add(scope)
  return (scope, pod, labels) => {
    if (!read.has(scope)) return null
    const namespace = `${pod.slice(0, pod.indexOf('/'))}/`
    return policies
      .filter((policy) => policy.scope === scope && policy.key.startsWith(namespace))
      .filter(({ state }) => selects(state['pods'], labels))
      .map(({ key }) => key.slice(namespace.length))
  }
}
