import type { ClusterNode, Workload } from './cast.ts'
import type { Draw } from './draw.ts'
import { account, type User } from './users.ts'

/** A pod while it lives. */
export interface Pod {
  readonly workload: Workload
  readonly node: ClusterNode
  readonly name: string
  readonly uid: string
  readonly ip: string
  /** Seconds since 1970. */
  readonly born: number
  readonly user: User
}

/** The pods of a cluster, which come and go. */
export class Pods {
  readonly #draw: Draw
  readonly #nodes: readonly ClusterNode[]
  readonly #of = new Map<Workload, Pod[]>()
  readonly #all: Pod[] = []

  constructor(draw: Draw, workloads: readonly Workload[], nodes: readonly ClusterNode[], second: number) {
    this.#draw = draw
    this.#nodes = nodes
    for (const workload of workloads) {
      for (let at = 0; at < workload.replicas; at++) {
        const node = workload.isDaemon ? nodes[at % nodes.length] : undefined
        this.#keep(this.#make(workload, node ?? draw.any(nodes), second - draw.whole(0, 20 * 86_400)))
      }
    }
  }

  /** How many there are at any time. */
  get size(): number {
    return this.#all.length
  }

  any(): Pod {
    return this.#draw.any(this.#all)
  }

  of(workload: Workload): Pod {
    return this.#draw.any(this.#of.get(workload) ?? this.#all)
  }

  /** The one that leads while it lives. */
  oldest(workload: Workload): Pod {
    return this.#of.get(workload)?.[0] ?? this.any()
  }

  /** Replaces a pod by a new one, as every rollout and eviction does. */
  replace(second: number): { readonly gone: Pod; readonly fresh: Pod } {
    const gone = this.any()
    const node = gone.workload.isDaemon ? gone.node : this.#draw.any(this.#nodes)
    const fresh = this.#make(gone.workload, node, second)
    const siblings = this.#of.get(gone.workload) ?? []
    siblings.splice(siblings.indexOf(gone), 1)
    siblings.push(fresh)
    this.#all[this.#all.indexOf(gone)] = fresh
    return { gone, fresh }
  }

  #keep(pod: Pod): void {
    this.#all.push(pod)
    const siblings = this.#of.get(pod.workload)
    if (siblings === undefined) this.#of.set(pod.workload, [pod])
    else siblings.push(pod)
  }

  #make(workload: Workload, node: ClusterNode, born: number): Pod {
    const draw = this.#draw
    const name = `${workload.name}-${workload.isDaemon ? '' : `${workload.hash}-`}${draw.suffix(5)}`
    const uid = draw.uuid()
    // As with the VPC's own addresses, a pod calls from an address of the subnet; host networks call from the node's.
    const ip = workload.isDaemon ? node.ip : `10.0.${draw.whole(64, 95)}.${draw.whole(1, 254)}`
    const bound = { pod: name, podUid: uid, node: node.name, nodeUid: node.uid }
    const user = account(draw, workload.namespace, workload.name, workload.accountUid, bound)
    return { workload, node, name, uid, ip, born, user }
  }
}
