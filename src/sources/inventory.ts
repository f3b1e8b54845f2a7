import type { Parsed, Rejected } from '../model/observation.ts'
import { awsThing } from './inventory-aws.ts'
import { isStandingObject, kubernetesThing } from './inventory-kubernetes.ts'
import { ListedThing, listOf, type Told } from './inventory-list.ts'
import { stateText } from './inventory-state.ts'
import type { Thing } from './inventory-thing.ts'
import { get, isObject, type JsonObject, reject, said, typeName } from './json.ts'
import type { Source } from './source.ts'

/**
 * What stands in a cluster and an account: objects of Kubernetes and lists of them (`kubectl get -o json`), and what `aws eks
 * describe-…`, `aws ec2 describe-instances` and `describe-network-interfaces` print.
 */
export const inventory: Source = {
  name: 'inventory',
  containerKeys: [{ key: 'Reservations' }],
  recognise,
  parse,
}

/** The things in a list; null for what is none, and for an empty one, which says that there is nothing. */
export function unwrapInventory(value: JsonObject): readonly unknown[] | null {
  if (value instanceof ListedThing) return null
  const list = listOf(value)
  if (list !== null) {
    const { told, things, before, isComplete } = list
    if (things.length === 0) return null
    // What could not be read is there all the same: such a reading proves nothing gone.
    const isWhole = isComplete && things.every((thing) => !('class' in thingOf(thing, told)))
    return things.map((thing, at) => {
      const complete = isWhole && at === things.length - 1
      return new ListedThing(thing, { ...told, reading: { count: before + at + 1, complete } })
    })
  }
  const items = get(value, 'items')
  if (get(value, 'kind') === 'List' && get(value, 'apiVersion') === 'v1' && Array.isArray(items))
    return items as readonly unknown[]
  const instances = get(value, 'Instances')
  const account = said(get(value, 'OwnerId'))
  if (Array.isArray(instances) && account !== null && Object.hasOwn(value, 'ReservationId'))
    return (instances as readonly unknown[]).map(
      (one) => new ListedThing(one, { ...ALONE, scope: { account } }),
    )
  const interfaces = get(value, 'NetworkInterfaces')
  return Array.isArray(interfaces) && !Object.hasOwn(value, 'InstanceId')
    ? (interfaces as readonly unknown[])
    : null
}

const ALONE: Told = { source: 'ec2', of: null, scope: {}, takenAt: null, reading: null }

function recognise(value: JsonObject): boolean {
  if (value instanceof ListedThing || listOf(value) !== null || isSecret(value)) return true
  const kind = get(value, 'kind')
  if (kind !== undefined) return isStandingObject(value, kind, get(value, 'apiVersion'))
  return awsThing(value, null) !== null
}

function parse(value: JsonObject): Parsed {
  if (isSecret(value)) return SECRET
  if (value instanceof ListedThing) return observed(thingOf(value.thing, value.told), value.told)
  const list = listOf(value)
  if (list === null) return observed(thingOf(value, ALONE), ALONE)
  const { told, before, isComplete } = list
  return {
    kind: 'standing',
    source: told.source,
    scope: told.scope,
    of: told.of ?? '',
    entity: null,
    takenAt: told.takenAt,
    state: '{}',
    reading: { count: before, complete: isComplete },
    entities: [],
    traits: [],
    links: [],
  }
}

function observed(thing: Thing | Rejected, { scope, takenAt, reading }: Told): Parsed {
  if ('class' in thing) return thing
  const { entity, of, source, facts, fields } = thing
  return {
    kind: 'standing',
    source,
    scope: { ...scope, ...thing.scope },
    of,
    entity,
    takenAt,
    state: stateText(fields),
    reading,
    ...facts.all(),
  }
}

/** A thing by itself, or as its list tells what it is. */
function thingOf(value: unknown, { source, of, scope }: Told): Thing | Rejected {
  if (!isObject(value))
    return reject('malformed', '', `A thing of this list is ${typeName(value)}; it must be an object.`)
  if (isSecret(value)) return SECRET
  if (source !== 'kubernetes' || of === null) {
    const kind = said(get(value, 'kind'))
    if (kind !== null) return kubernetesThing(kind, value)
    const thing = awsThing(value, scope.account ?? null)
    return thing ?? reject('malformed', '', 'A thing of this list is none that aws eks or aws ec2 describes.')
  }
  return kubernetesThing(of, value)
}

/** A Secret, or a list of them. */
function isSecret(value: JsonObject): boolean {
  const kind = get(value, 'kind')
  return (kind === 'Secret' || kind === 'SecretList') && get(value, 'apiVersion') === 'v1'
}

const SECRET = reject(
  'secret',
  '/kind',
  'This is a Secret, and its values must not come here: list kinds other than secrets. Which pods are given which secret is read from the pods.',
)
