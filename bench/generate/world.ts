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

/** Something that happens in a cluster: how often in a second, and the requests that it makes. */
export interface Traffic {
  readonly rate: number
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

/** A watch: it answers at once and stays open for the five to ten minutes that its client asked for. */
export function watch(
  world: World,
  who: Caller,
  resource: Resource,
  namespace: string | null,
  name: string | null = null,
): Call {
  const lasts = world.draw.whole(300, 599)
  const one = name === null ? '' : `&fieldSelector=metadata.name%3D${name}`
  const timeout = `timeout=${Math.floor(lasts / 60)}m${lasts % 60}s&timeoutSeconds=${lasts}`
  // One object is watched through its list, and the API server takes its name from the selector.
  const path = pathOf({ resource, namespace, name: null })
  const uri = `${path}?allowWatchBookmarks=true${one}&resourceVersion=${world.version}&${timeout}&watch=true`
  const more = isSecret(resource) ? { uri, lasts, level: 'Metadata' as const } : { uri, lasts }
  return request(world, who, 'watch', { resource, namespace, name }, more)
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
