import type { IncomingMessage } from 'node:http'

/** Said of a page address that this start does not know. */
export const OLD_LINK = 'This link belongs to an earlier start. Use the one printed by npm start.'
/** Said to whoever reaches the simulator by another name than its own. */
export const FOREIGN =
  'This request comes from elsewhere. Use the link printed by npm start, in the same browser tab.'

/**
 * True when the request was addressed to this machine by name: another site that points its own name at 127.0.0.1 is not.
 */
export function isOwnHost(request: IncomingMessage, host: string, port: number): boolean {
  return ownHosts(host, port).includes(request.headers.host ?? '')
}

/** True when no other site's page sent the request. Programs send no Origin. */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  return origin === undefined || origin === `http://${host ?? ''}`
}

function ownHosts(host: string, port: number): readonly string[] {
  return [`${host}:${port}`, `localhost:${port}`]
}
