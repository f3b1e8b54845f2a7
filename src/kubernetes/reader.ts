import { FeedFault } from '../model/feed.ts'
import type { Page } from '../model/reading.ts'
import { fromMillis, type Micros } from '../model/time.ts'
import type { Connection } from './connection.ts'
import { type Answer, get } from './get.ts'

/** Everything that is listed, each of all namespaces. Secrets are not among it and never will be. */
const LISTS: readonly (readonly [of: string, group: string, resource: string])[] = [
  ['Node', 'v1', 'nodes'],
  ['Pod', 'v1', 'pods'],
  ['ServiceAccount', 'v1', 'serviceaccounts'],
  ['ReplicationController', 'v1', 'replicationcontrollers'],
  ['Deployment', 'apps/v1', 'deployments'],
  ['ReplicaSet', 'apps/v1', 'replicasets'],
  ['DaemonSet', 'apps/v1', 'daemonsets'],
  ['StatefulSet', 'apps/v1', 'statefulsets'],
  ['Job', 'batch/v1', 'jobs'],
  ['CronJob', 'batch/v1', 'cronjobs'],
  ['Role', 'rbac.authorization.k8s.io/v1', 'roles'],
  ['ClusterRole', 'rbac.authorization.k8s.io/v1', 'clusterroles'],
  ['RoleBinding', 'rbac.authorization.k8s.io/v1', 'rolebindings'],
  ['ClusterRoleBinding', 'rbac.authorization.k8s.io/v1', 'clusterrolebindings'],
  ['NetworkPolicy', 'networking.k8s.io/v1', 'networkpolicies'],
  ['PodDisruptionBudget', 'policy/v1', 'poddisruptionbudgets'],
]

const LIMIT = 500
/** So often a list is begun anew when the server no longer knows where it stood. */
const RESTARTS = 3

export interface ReadOptions {
  /** Milliseconds since 1970, where the server does not say when it answered. */
  readonly now: () => number
  readonly signal: AbortSignal
}

/**
 * Lists what stands in a cluster, page by page. A kind that may not be listed costs only itself: the others are read, and then the
 * first fault is thrown, a FeedFault.
 */
export async function* readCluster(connection: Connection, options: ReadOptions): AsyncGenerator<Page> {
  let fault: FeedFault | null = null
  for (const [of, version, resource] of LISTS) {
    const path = version === 'v1' ? `/api/v1/${resource}` : `/apis/${version}/${resource}`
    try {
      yield* pagesOf(connection, of, path, options)
    } catch (error) {
      if (!(error instanceof FeedFault) || error.code !== 'access-denied') throw error
      fault ??= error
    }
  }
  if (fault !== null) throw fault
}

async function* pagesOf(
  connection: Connection,
  of: string,
  path: string,
  { now, signal }: ReadOptions,
): AsyncGenerator<Page> {
  let restarts = 0
  let next = ''
  let before = 0
  let takenAt: Micros | null = null
  do {
    const query = `?limit=${LIMIT}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`
    const answer = await get(connection, path + query, signal)
    // A server that does not know the kind has none of it.
    if (answer.status === 404) return
    if (answer.status === 410 && next !== '' && restarts < RESTARTS) {
      restarts += 1
      next = ''
      before = 0
      takenAt = null
      continue
    }
    if (answer.status !== 200) throw faultOf(answer, path)
    const page = pageOf(answer.body, path)
    takenAt ??= fromMillis(answer.date ?? now())
    next = page.next
    const { items } = page
    yield { source: 'kubernetes', of, scope: {}, takenAt, before, complete: next === '', items }
    before += items.length
    if (next === '') return
  } while (!signal.aborted)
}

interface ListPage {
  readonly items: readonly unknown[]
  readonly next: string
}

function pageOf(body: string, path: string): ListPage {
  const list = parsed(body) as {
    readonly items?: unknown
    readonly metadata?: { readonly continue?: unknown }
  } | null
  const items = list?.items ?? []
  if (typeof list !== 'object' || list === null || !Array.isArray(items))
    throw new FeedFault('failed', `GET ${path} was answered with what is no list.`, {
      cure: 'Check that the address is that of the API server and no proxy answers in its place.',
    })
  const next = list.metadata?.continue
  return {
    items: (items as readonly unknown[]).map(withoutHistory),
    next: typeof next === 'string' ? next : '',
  }
}

/** Who changed which field when is the larger part of most objects, and nothing of it is kept. */
function withoutHistory(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || !('metadata' in item)) return item
  const { metadata } = item
  if (typeof metadata !== 'object' || metadata === null) return item
  return { ...item, metadata: { ...metadata, managedFields: undefined } }
}

function faultOf({ status, body }: Answer, path: string): FeedFault {
  const words = `GET ${path} was answered ${status}: ${messageOf(body)}.`
  if (status === 401)
    return new FeedFault('credentials-expired', words, {
      cure: 'Give the role of this feed an access entry of the cluster (type STANDARD), or renew what its kubeconfig signs in with.',
    })
  if (status === 403) {
    const [, group = '', resource = ''] = /^\/apis?\/(?:([^/]+)\/)?v1\/([a-z]+)$/.exec(path) ?? []
    const rule = JSON.stringify({ apiGroups: [group], resources: [resource], verbs: ['list'] })
    return new FeedFault('access-denied', words, { cure: `Add to the ClusterRole of this feed: ${rule}.` })
  }
  if (status === 429 || status === 503) return new FeedFault('throttled', words)
  return new FeedFault(status >= 500 ? 'unreachable' : 'failed', words)
}

/** The message of a Status, which is what servers answer faults with. */
function messageOf(body: string): string {
  const status = parsed(body) as { readonly message?: unknown } | null
  const message = status?.message
  return typeof message === 'string' ? message.slice(0, 500).replace(/\.$/, '') : 'no reason given'
}

/** Null for what is no JSON: a proxy may answer with a page of its own. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return null
  }
}
