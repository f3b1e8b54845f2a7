import type { EntityRef } from '../model/entity.ts'
import { entityRef, type Facts } from './facts.ts'
import { imageFacts } from './image.ts'
import { flag, get, isObject, type JsonObject, list, name, num, obj, said } from './json.ts'
import { accountRef } from './object-account.ts'
import { workloadOfKind } from './workload-kinds.ts'

/** Every container of a pod's spec: the ones that it starts with and those that were added for debugging. */
export function containersOf(spec: JsonObject | null): readonly JsonObject[] {
  return ['containers', 'initContainers', 'ephemeralContainers']
    .flatMap((key) => list(get(spec, key)))
    .filter(isObject)
}

/** What the spec of a pod, or the one in a workload's template, says about `runner`. */
export function specFacts(
  facts: Facts,
  runner: EntityRef | null,
  namespace: string | null,
  spec: JsonObject | null,
): void {
  const containers = containersOf(spec)
  const contexts = containers.map((one) => obj(get(one, 'securityContext')))
  const isPrivileged = contexts.some((context) => flag(get(context, 'privileged')))
  facts.trait(runner, 'privileged', isPrivileged)
  facts.trait(runner, 'host-network', flag(get(spec, 'hostNetwork')))
  facts.trait(runner, 'host-pid', flag(get(spec, 'hostPID')))
  facts.trait(runner, 'run-as-root', runsAsRoot(spec, contexts))
  for (const path of hostPathsOf(spec)) facts.trait(runner, 'host-path', path)
  for (const context of contexts) {
    for (const one of list(get(obj(get(context, 'capabilities')), 'add'))) {
      facts.trait(runner, 'capability', name(one))
    }
  }
  const account = name(get(spec, 'serviceAccountName')) ?? name(get(spec, 'serviceAccount'))
  facts.link(runner, 'uses', accountRef(namespace, account))
  for (const container of containers) imageFacts(facts, runner, get(container, 'image'))
  for (const secret of podSecrets(spec)) {
    facts.link(runner, 'reads', entityRef('secret', namespace, secret))
  }
}

/** The owners in its metadata, whatever their kind; a node owns the pods that it starts from its own files. */
export function ownerFacts(
  facts: Facts,
  owned: EntityRef | null,
  namespace: string | null,
  metadata: JsonObject | null,
): void {
  for (const owner of list(get(metadata, 'ownerReferences')).map(obj)) {
    const kind = name(get(owner, 'kind'))
    const version = said(get(owner, 'apiVersion'))
    if (kind === null || version === null || kind === 'Node') continue
    const group = version.includes('/') ? version.slice(0, version.indexOf('/')) : ''
    const workload = name(workloadOfKind(kind, group))
    facts.link(owned, 'owned-by', entityRef('workload', namespace, workload, name(get(owner, 'name'))))
  }
}

/** A container's own user comes before the pod's; one that names none runs as whatever its image says. */
function runsAsRoot(spec: JsonObject | null, contexts: readonly (JsonObject | null)[]): boolean {
  const ofPod = get(obj(get(spec, 'securityContext')), 'runAsUser')
  return contexts.some((context) => num(get(context, 'runAsUser') ?? ofPod) === 0)
}

/** Paths of the node that its volumes are. */
export function hostPathsOf(spec: JsonObject | null): readonly string[] {
  return list(get(spec, 'volumes'))
    .map((volume) => name(inner(volume, 'hostPath', 'path')))
    .filter((path) => path !== null)
}

/** The spec of the pods that a workload makes. */
export function templateOf(workload: JsonObject): JsonObject | null {
  const spec = obj(get(workload, 'spec'))
  // A CronJob has its pods' template inside of its jobs' template.
  const maker = obj(get(obj(get(spec, 'jobTemplate')), 'spec')) ?? spec
  return obj(get(obj(get(maker, 'template')), 'spec'))
}

/** Secrets that its containers are given; those that images are pulled with come last, as they need not even exist. */
export function podSecrets(spec: JsonObject | null): readonly string[] {
  const containers = containersOf(spec)
  const volumes = list(get(spec, 'volumes')).map(obj)
  const given = containers.flatMap((container) => [
    ...list(get(container, 'env')).map((one) => inner(get(obj(one), 'valueFrom'), 'secretKeyRef', 'name')),
    ...list(get(container, 'envFrom')).map((one) => inner(one, 'secretRef', 'name')),
  ])
  const mounted = volumes.flatMap((volume) => [
    inner(volume, 'secret', 'secretName'),
    inner(get(volume, 'csi'), 'nodePublishSecretRef', 'name'),
    ...list(inner(volume, 'projected', 'sources')).map((one) => inner(one, 'secret', 'name')),
  ])
  const pulledWith = list(get(spec, 'imagePullSecrets')).map((one) => get(obj(one), 'name'))
  return [...given, ...mounted, ...pulledWith].map(name).filter((secret) => secret !== null)
}

function inner(value: unknown, key: string, field: string): unknown {
  return get(obj(get(obj(value), key)), field)
}
