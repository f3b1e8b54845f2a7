import type { KubeObject, Reader } from '../model/action.ts'
import type { Canonical } from '../model/plan.ts'

/** Where the API keeps objects of a kind: group and version, plural, and whether they lie in a namespace. */
const KINDS: { readonly [kind: string]: readonly [root: string, plural: string, isNamespaced: boolean] } = {
  Node: ['/api/v1', 'nodes', false],
  Pod: ['/api/v1', 'pods', true],
  Service: ['/api/v1', 'services', true],
  ServiceAccount: ['/api/v1', 'serviceaccounts', true],
  Deployment: ['/apis/apps/v1', 'deployments', true],
  ReplicaSet: ['/apis/apps/v1', 'replicasets', true],
  DaemonSet: ['/apis/apps/v1', 'daemonsets', true],
  NetworkPolicy: ['/apis/networking.k8s.io/v1', 'networkpolicies', true],
  PodDisruptionBudget: ['/apis/policy/v1', 'poddisruptionbudgets', true],
  RoleBinding: ['/apis/rbac.authorization.k8s.io/v1', 'rolebindings', true],
  ClusterRoleBinding: ['/apis/rbac.authorization.k8s.io/v1', 'clusterrolebindings', false],
}

/**
 * A cluster as a map of path to object, for practice: what planners read there is what stands in the map. It is built from objects as
 * `kubectl get -o json` prints them.
 */
export class SimulatedCluster implements Reader {
  readonly #objects = new Map<string, KubeObject>()

  constructor(objects: readonly KubeObject[]) {
    for (const [nth, object] of objects.entries())
      this.#objects.set(pathOf(object), versioned(object, nth + 1))
  }

  async get(path: string): Promise<KubeObject | null> {
    return this.#objects.get(path) ?? null
  }

  /** Of queries only `fieldSelector=spec.nodeName=…` is known; any other throws, so that no plan rests on a list that was not narrowed. */
  async list(path: string, query = ''): Promise<readonly KubeObject[]> {
    const [, root = '', namespace, plural = ''] =
      /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)$/.exec(path) ?? []
    if (plural === '') throw new Error(`${path} is no list of the API`)
    const isWanted = filterOf(query)
    return [...this.#objects]
      .filter(
        ([key, object]) => key.startsWith(`${root}/`) && pluralOf(key) === plural && isIn(object, namespace),
      )
      .map(([, object]) => object)
      .filter(isWanted)
  }
}

function filterOf(query: string): (object: KubeObject) => boolean {
  if (query === '') return () => true
  const node = /^fieldSelector=spec\.nodeName=(.+)$/.exec(decodeURIComponent(query))?.[1]
  if (node === undefined) throw new Error(`the simulated cluster cannot list by ${query}`)
  return ({ spec }) =>
    typeof spec === 'object' && spec !== null && 'nodeName' in spec && spec['nodeName'] === node
}

function pluralOf(key: string): string {
  return key.split('/').at(-2) ?? ''
}

function isIn(object: KubeObject, namespace: string | undefined): boolean {
  return namespace === undefined || metadataOf(object)['namespace'] === decodeURIComponent(namespace)
}

function pathOf(object: KubeObject): string {
  const { kind } = object
  const [root, plural, isNamespaced] = KINDS[typeof kind === 'string' ? kind : ''] ?? []
  const { name, namespace } = metadataOf(object)
  if (root === undefined || plural === undefined || typeof name !== 'string')
    throw new Error(
      `the simulated cluster has no place for a ${JSON.stringify(kind)} called ${JSON.stringify(name)}`,
    )
  const place =
    isNamespaced === true
      ? `/namespaces/${encodeURIComponent(typeof namespace === 'string' ? namespace : '')}`
      : ''
  return `${root}${place}/${plural}/${encodeURIComponent(name)}`
}

function versioned(object: KubeObject, version: number): KubeObject {
  return { ...object, metadata: { resourceVersion: String(version), ...metadataOf(object) } }
}

function metadataOf({ metadata }: KubeObject): { readonly [key: string]: Canonical } {
  return typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
    ? (metadata as { readonly [key: string]: Canonical })
    : {}
}
