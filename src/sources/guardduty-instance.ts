import type { EntityRef } from '../model/entity.ts'
import { canonicalIp } from '../model/ip.ts'
import { entityRef, type Facts } from './facts.ts'
import { field } from './guardduty-fields.ts'
import { isObject, type JsonObject, list, name, obj } from './json.ts'

/** The EC2 id in `instanceDetails`. */
export function readInstance(resource: JsonObject | null): string | null {
  return name(field(obj(field(resource, 'instanceDetails')), 'instanceId'))
}

/** The instance with its addresses; a pod in the same finding ran on it. */
export function instanceFacts(facts: Facts, resource: JsonObject | null, pod: EntityRef | null): void {
  const instance = facts.name(entityRef('instance', readInstance(resource)))
  if (pod?.kind === 'pod') facts.link(pod, 'on', instance)
  const interfaces = list(field(obj(field(resource, 'instanceDetails')), 'networkInterfaces'))
  for (const one of interfaces.filter(isObject)) {
    for (const address of addresses(one)) {
      facts.link(instance, 'at', entityRef('ip', typeof address === 'string' ? canonicalIp(address) : null))
    }
  }
}

/** An instance of a cluster lends its secondary addresses to pods: only the first one of an interface is its own. */
function addresses(one: JsonObject): readonly unknown[] {
  return [field(one, 'privateIpAddress'), field(one, 'publicIp')]
}
