import { canonicalIp } from '../model/ip.ts'
import type { CallWritten } from './cloudtrail-call.ts'
import { entityRef, type Facts } from './facts.ts'
import { get, type JsonObject, list, name, obj, said } from './json.ts'

/** The instances that a call is about, and their addresses where the answer says them. */
export function instancesFacts(facts: Facts, { request, response }: CallWritten): void {
  facts.add('instance', instanceId(request))
  for (const one of [...itemsOf(request), ...itemsOf(response)]) {
    const instance = facts.add('instance', instanceId(one))
    for (const key of ['privateIpAddress', 'ipAddress']) {
      const address = said(get(one, key))
      facts.link(instance, 'at', entityRef('ip', address === null ? null : canonicalIp(address)))
    }
  }
}

function itemsOf(holder: JsonObject | null): readonly (JsonObject | null)[] {
  return list(get(obj(get(holder, 'instancesSet')), 'items')).map(obj)
}

function instanceId(holder: JsonObject | null): string | null {
  const id = said(get(holder, 'instanceId'))
  return id !== null && /^i-[0-9a-z]{1,32}$/.test(id) ? name(id) : null
}
