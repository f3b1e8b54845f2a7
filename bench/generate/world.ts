import type { ClusterNode, Resource, Workload } from './cast.ts'
import type { Draw } from './draw.ts'
import { type Call, pathOf, type Target } from './event.ts'
import type { Pods } from './pods.ts'
import type { User } from './users.ts'

/** The cluster at the moment at which the next request comes. */
export interface World {
  readonly draw: Draw
  readonly nodes: readonly ClusterNode[]
  readonly workloads: readonly Workload[]
  readonly pods: Pods
  /** Microseconds since 1970. */
  micros: number
  /** The next resource version. */
  version: number
}

/** Something that happens in a cluster: how often in a thousand, and the requests that it makes. */
export interface Traffic {
  readonly share: number
  requests(world: World): readonly Call[]
}

/** Who calls from where with what. */
export interface Caller {
  readonly user: User
  readonly ip: string
  readonly agent: string
  /** Why its calls are allowed, as the authorizer writes it. */
  readonly allowed: string
}

export function secondOf(world: World): number {
  return Math.floor(world.micros / 1e6)
}

/** An ordinary request of somebody who may; `more` says what differs. */
export function request(world: World, who: Caller, verb: string, on: Target, more: Partial<Call> = {}): Call {
  return {
    verb,
    uri: `${pathOf(on)}${verb === 'list' ? '?limit=500&resourceVersion=0' : ''}`,
    userJson: who.user(secondOf(world)),
    ip: who.ip,
    agent: who.agent,
    on,
    level: 'Request',
    code: 200,
    allowed: who.allowed,
    took: world.draw.whole(400, 9_000),
    ...more,
  }
}

/** A watch: it answers at once and stays open for minutes; of most of them the end is never seen. */
export function watch(world: World, who: Caller, resource: Resource, namespace: string | null): Call {
  const on = { resource, namespace, name: null }
  const seconds = world.draw.whole(300, 599)
  const lasts = world.draw.once(3) ? seconds : Number.POSITIVE_INFINITY
  const timeout = `timeout=${Math.floor(seconds / 60)}m${seconds % 60}s&timeoutSeconds=${seconds}`
  const uri = `${pathOf(on)}?allowWatchBookmarks=true&resourceVersion=${world.version}&${timeout}&watch=true`
  return request(world, who, 'watch', on, { uri, lasts, ...(isSecret(resource) && { level: 'Metadata' }) })
}

/** Secrets and configuration are never written with their contents. */
export function isSecret(resource: Resource): boolean {
  return resource.group === '' && (resource.name === 'secrets' || resource.name === 'configmaps')
}

/** A request that was refused for want of a right. */
export function forbidden(subject: string, verb: string, on: Target): Partial<Call> {
  const { name, group } = on.resource
  const where = on.namespace === null ? 'at the cluster scope' : `in the namespace "${on.namespace}"`
  const item = on.name === null ? '' : ` "${on.name}"`
  return {
    code: 403,
    allowed: null,
    failure: {
      reason: 'Forbidden',
      message: `${name}${item} is forbidden: User "${subject}" cannot ${verb} resource "${name}" in API group "${group}" ${where}`,
      details: `{"kind":"${name}"}`,
    },
  }
}
