import { field, fieldsOf } from './guardduty-fields.ts'
import { isObject, type JsonObject, list, obj, said } from './json.ts'

const CLUSTER_ARN = /^arn:aws[a-z-]{0,20}:eks:[a-z0-9-]{0,40}:\d{12}:cluster\/([0-9A-Za-z][\w-]{0,99})$/
const OWNED = 'kubernetes.io/cluster/'

/**
 * The EKS cluster that a finding is about, as far as it says so itself: its own details, what its attack sequence
 * names, the tags of its instance, the cluster that a call was about. Null when it names none, or several alike.
 */
export function clusterOf(resource: JsonObject | null, service: JsonObject | null): string | null {
  const details = obj(field(resource, 'eksClusterDetails'))
  return (
    said(field(details, 'name')) ??
    clusterOfArn(field(details, 'arn')) ??
    only(sequenceClusters(service)) ??
    tagged(obj(field(resource, 'instanceDetails'))) ??
    only(affected(service))
  )
}

/** The name in the ARN of an EKS cluster. */
export function clusterOfArn(arn: unknown): string | null {
  return typeof arn === 'string' ? (CLUSTER_ARN.exec(arn)?.[1] ?? null) : null
}

/** Tags of an instance that is a node: nobody but AWS can write the first, EKS writes the second, whoever makes the nodes the third. */
function tagged(instance: JsonObject | null): string | null {
  const tags = list(field(instance, 'tags'))
    .filter(isObject)
    .map((tag) => [said(field(tag, 'key')), said(field(tag, 'value'))] as const)
  const named = (wanted: string): readonly string[] =>
    tags.flatMap(([key, value]) => (key === wanted && value !== null ? [value] : []))
  const owned = tags.flatMap(([key]) => (key?.startsWith(OWNED) === true ? [key.slice(OWNED.length)] : []))
  return only(named('aws:eks:cluster-name')) ?? only(named('eks:cluster-name')) ?? only(owned)
}

function sequenceClusters(service: JsonObject | null): readonly string[] {
  const sequence = obj(field(obj(field(service, 'detection')), 'sequence'))
  return list(field(sequence, 'resources'))
    .filter(isObject)
    .flatMap((one) => {
      const cluster = obj(field(obj(field(one, 'data')), 'eksCluster'))
      const name = clusterOfArn(field(cluster, 'arn')) ?? clusterOfArn(field(one, 'uid'))
      return name === null ? [] : [name]
    })
}

function affected(service: JsonObject | null): readonly string[] {
  const call = obj(field(obj(field(service, 'action')), 'awsApiCallAction'))
  const resources = fieldsOf(obj(field(call, 'affectedResources')), 100)
  return resources.map(([, arn]) => clusterOfArn(arn)).filter((name) => name !== null)
}

function only(names: readonly string[]): string | null {
  const [first, ...others] = new Set(names)
  return others.length === 0 ? (first ?? null) : null
}
