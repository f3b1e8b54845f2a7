import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * The one text under which an address is a key: IPv4 dotted, IPv6 as in RFC 5952, an IPv4-mapped address as
 * IPv4, without a zone. Null for anything that is no address (`12.000.22.33`, `10.0.0.1:443`).
 */
export function canonicalIp(text: string): string | null {
  const percent = text.indexOf('%')
  const bare = percent < 0 ? text : text.slice(0, percent)
  const version = isIP(bare)
  if (version === 4) return percent < 0 ? bare : null
  if (version === 0) return null
  return ipaddr.process(bare).toString()
}

/** Ranges that say nothing about who called from outside. Documentation ranges are not here: exercises use them. */
const NOT_PUBLIC: ReadonlySet<string> = new Set([
  'unspecified',
  'broadcast',
  'multicast',
  'linkLocal',
  'loopback',
  'carrierGradeNat',
  'private',
  'uniqueLocal',
])

/** True for an address that can be somebody on the internet; false for private ones and for no address. */
export function isPublicIp(text: string): boolean {
  const ip = canonicalIp(text)
  return ip !== null && !NOT_PUBLIC.has(ipaddr.parse(ip).range())
}

/** What was wrong with a typed network, and the nearest text that would work. */
export interface CidrProblem {
  readonly problem: string
  readonly suggestion: string
}

/** Reads `10.0.0.7/8` as the network `10.0.0.0/8`; host bits are allowed and masked away. */
export function parseCidr(text: string): { readonly network: string } | CidrProblem {
  const trimmed = text.trim()
  const slash = trimmed.indexOf('/')
  const address = canonicalIp(slash < 0 ? trimmed : trimmed.slice(0, slash))
  if (address === null) {
    return { problem: 'The part before the slash is not an IP address.', suggestion: '10.0.0.0/8' }
  }
  const isMapped = trimmed.includes(':') && !address.includes(':')
  const most = address.includes(':') ? 128 : 32
  const written = slash < 0 ? null : trimmed.slice(slash + 1)
  if (written === null) {
    return {
      problem: 'A network is an address, a slash and a number.',
      suggestion: `${address}/${most}`,
    }
  }
  const bits = /^\d{1,3}$/.test(written) ? Number(written) - (isMapped ? 96 : 0) : -1
  if (bits < 0 || bits > most) {
    return { problem: `The number after the slash goes from 0 to ${most}.`, suggestion: `${address}/${most}` }
  }
  const family = most === 32 ? ipaddr.IPv4 : ipaddr.IPv6
  return { network: `${family.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}` }
}
