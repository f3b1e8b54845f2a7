import { Random } from '../random.ts'
import type { ObjectTarget } from '../records/api-objects.ts'
import type { Cast, Node } from './cast.ts'

type Named = Required<Pick<ObjectTarget, 'resource' | 'name'>> & Pick<ObjectTarget, 'namespace'>

/** The uid of an object of the cluster: it follows from the seed and from what the object is, in whatever record it stands. */
export function uidOf({ seed }: Cast, { resource, namespace, name }: Named): string {
  return new Random(`${seed}/uid/${resource}/${namespace ?? ''}/${name}`).uuid()
}

/** The id (`AROA…`) of a role that machines use. */
export function roleIdOf({ seed }: Cast, role: string): string {
  return `AROA${new Random(`${seed}/role/${role}`).capitals(10)}EXAMPLE`
}

/** A pod of a workload, on its node. */
export interface WorkloadPod {
  readonly name: string
  readonly uid: string
  readonly ip: string
  readonly node: Node
}

/** The pod of a deployment and its service account, both called `workload`; `replica` tells those of one apart. */
export function podOf(cast: Cast, namespace: string, workload: string, replica = 0): WorkloadPod {
  const key = `${cast.seed}/pods/${namespace}/${workload}`
  const random = new Random(`${key}/${replica}`)
  const node = random.of(cast.nodes)
  const name = `${workload}-${new Random(key).hex(9)}-${random.suffix(5)}`
  return {
    name,
    uid: uidOf(cast, { resource: 'pods', namespace, name }),
    ip: podIp(node, random),
    node,
  }
}

/** An address for a pod, from the network of its node. */
export function podIp(node: Node, random: Random): string {
  return `${node.ip.split('.').slice(0, 3).join('.')}.${random.whole(2, 250)}`
}
