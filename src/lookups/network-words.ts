import type { TalkRow } from './network-rows.ts'

const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [47, 'gre'],
  [50, 'esp'],
  [58, 'icmpv6'],
  [132, 'sctp'],
])

/** `tcp`, `protocol 99`; null where it is not known. */
export function protocolWord(protocol: number): string | null {
  return protocol < 0 ? null : (PROTOCOLS.get(protocol) ?? `protocol ${protocol}`)
}

/** `out to 443/tcp`, `in from 443/tcp`, `in to own 22/tcp`, `out icmp`. */
export function directionWords({ outward, serving, port, protocol }: TalkRow): string {
  const word = protocolWord(protocol)
  const way = outward ? 'out' : 'in'
  if (port === 0) return word === null ? way : `${way} ${word}`
  const service = word === null ? String(port) : `${port}/${word}`
  if (serving) return outward ? `out from own ${service}` : `in to own ${service}`
  return outward ? `out to ${service}` : `in from ${service}`
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']

/** `512 B`, `1.2 MB`. */
export function bytesWords(bytes: number): string {
  let [size, unit] = [bytes, 0]
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1_000
    unit += 1
  }
  const digits = unit > 0 && size < 9.95 ? 1 : 0
  return `${size.toFixed(digits)} ${UNITS[unit] ?? ''}`
}

/** `× 3.2`, `new`. */
export function factorWords(bytes: number, before: number): string {
  if (before === 0) return 'new'
  const factor = bytes / before
  return `× ${factor < 9.95 ? factor.toFixed(1) : Math.round(factor).toLocaleString('en-US')}`
}
