import { canonicalIp } from '../model/ip.ts'
import { entityRef, type Facts } from './facts.ts'
import { get, list, name, obj, said } from './json.ts'
import type { WrittenObject } from './object.ts'

/** `aws:///eu-west-1a/i-0abc…`; a Fargate node has no instance. */
const INSTANCE = /^aws:\/\/\/?[^/]*\/(i-[0-9a-z]{1,32})$/

/** A node, the instance that it is, and its addresses. */
export function nodeFacts(facts: Facts, { object, called }: WrittenObject): void {
  const node = entityRef('node', called)
  const provider = said(get(obj(get(object, 'spec')), 'providerID'))
  facts.trait(node, 'uid', name(get(obj(get(object, 'metadata')), 'uid')))
  facts.trait(node, 'provider-id', name(provider))
  facts.link(node, 'is', entityRef('instance', INSTANCE.exec(provider ?? '')?.[1] ?? null))
  for (const one of list(get(obj(get(object, 'status')), 'addresses')).map(obj)) {
    const type = get(one, 'type')
    const address = said(get(one, 'address'))
    // Host names stand in the same list; one that is written like an address is still a name.
    if ((type !== 'InternalIP' && type !== 'ExternalIP') || address === null) continue
    facts.link(node, 'at', entityRef('ip', canonicalIp(address)))
  }
}
