import type { EntityRef } from '../model/entity.ts'
import { canonicalIp } from '../model/ip.ts'
import { entityRef, type Facts } from './facts.ts'
import type { Evidence } from './guardduty-evidence.ts'
import { field, fieldsOf } from './guardduty-fields.ts'
import { flag, isObject, type JsonObject, list, name, num, obj, text } from './json.ts'

/**
 * Who talked with whom: connections, probes of ports, requests for names. `where` is the pod, workload or instance that
 * the finding is about.
 */
export function networkFacts(
  facts: Facts,
  evidence: Evidence,
  action: JsonObject | null,
  where: EntityRef | null,
): void {
  connection(facts, evidence, obj(field(action, 'networkConnectionAction')), where)
  const probes = obj(field(action, 'portProbeAction'))
  for (const probe of list(field(probes, 'portProbeDetails')).filter(isObject)) {
    const [local, remote] = [end(probe, 'local'), end(probe, 'remote')]
    evidence.sayAll('Port probed', [endWords(local), remote.ip], ' by ')
    facts.trait(where, 'port', portTrait(local.port, 'tcp'))
    facts.link(facts.add('ip', remote.ip), 'contacts', where)
  }
  const request = obj(field(action, 'dnsRequestAction'))
  evidence.say('Name asked for', field(request, 'domain'))
  if (flag(field(request, 'blocked'))) evidence.sayWords('Blocked', ['yes'])
  domainFacts(facts, where, field(request, 'domain'))
}

/** A domain name as DNS compares it: lower case, without the dot at its end. */
export function domainFacts(facts: Facts, where: EntityRef | null, domain: unknown): void {
  if (typeof domain !== 'string') return
  facts.link(where, 'contacts', facts.add('domain', name(domain.trim().toLowerCase().replace(/\.$/, ''))))
}

function connection(
  facts: Facts,
  evidence: Evidence,
  action: JsonObject | null,
  where: EntityRef | null,
): void {
  if (action === null) return
  const [local, remote] = [end(action, 'local'), end(action, 'remote')]
  const protocol = text(field(action, 'protocol'))
  const isInbound = field(action, 'connectionDirection') === 'INBOUND'
  evidence.sayAll('Connection', [endWords(local), endWords(remote)], isInbound ? ' ← ' : ' → ')
  evidence.say('Protocol', protocol)
  evidence.say('Direction', text(field(action, 'connectionDirection'))?.toLowerCase())
  if (flag(field(action, 'blocked'))) evidence.sayWords('Blocked', ['yes'])
  const outside = facts.add('ip', remote.ip)
  facts.add('ip', local.ip)
  // The port of whoever opened the connection is picked at random and tells nothing.
  if (isInbound) facts.trait(where, 'port', portTrait(local.port, protocol))
  else facts.trait(outside, 'port', portTrait(remote.port, protocol))
  if (isInbound) facts.link(outside, 'contacts', where)
  else facts.link(where, 'contacts', outside)
}

interface End {
  readonly ip: string | null
  readonly port: number | null
}

function end(action: JsonObject, side: 'local' | 'remote'): End {
  const address = obj(field(action, `${side}IpDetails`))
  const [v4, v6] = [field(address, 'ipAddressV4'), field(address, 'ipAddressV6')]
  return {
    ip: canonical(v4) ?? canonical(v6),
    port: num(field(obj(field(action, `${side}PortDetails`)), 'port')),
  }
}

function canonical(value: unknown): string | null {
  return typeof value === 'string' ? canonicalIp(value.trim()) : null
}

function endWords({ ip, port }: End): string | null {
  if (ip === null) return port === null ? null : `port ${port}`
  return port === null ? ip : ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}

function portTrait(port: number | null, protocol: string | null): string | null {
  if (port === null || !Number.isInteger(port) || port < 0 || port > 65_535) return null
  return `${port}/${(protocol ?? 'tcp').toLowerCase().slice(0, 12)}`
}

/** Where the other side stands and what is known of it. */
export function whereaboutsEvidence(evidence: Evidence, action: JsonObject | null): void {
  for (const [, one] of fieldsOf(action, 20)) {
    const remote = obj(field(obj(one), 'remoteIpDetails'))
    const network = obj(field(remote, 'organization'))
    const city = field(obj(field(remote, 'city')), 'cityName')
    const country = field(obj(field(remote, 'country')), 'countryName')
    evidence.sayAll('Place', [city, country])
    const asn = num(field(network, 'asn'))
    evidence.sayAll(
      'Network',
      [asn === null ? field(network, 'asn') : `AS${asn}`, field(network, 'asnOrg')],
      ' ',
    )
  }
}

/** The lists of threats on which a party of the finding stands. */
export function threatEvidence(evidence: Evidence, service: JsonObject | null): void {
  const lists = list(field(obj(field(service, 'evidence')), 'threatIntelligenceDetails')).filter(isObject)
  for (const one of lists.slice(0, 5)) {
    evidence.say('Threat list', field(one, 'threatListName'))
    evidence.sayAll('Known as', list(field(one, 'threatNames')))
    evidence.say('SHA-256 of the threat', field(one, 'threatFileSha256'))
  }
}

/** The address of an interface or a call as an entity. */
export function ipRef(value: unknown): EntityRef | null {
  return entityRef('ip', canonical(value))
}
