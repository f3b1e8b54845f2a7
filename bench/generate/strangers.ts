import { resource } from './cast.ts'
import type { Draw } from './draw.ts'
import type { Call } from './event.ts'
import { component } from './users.ts'
import { type Caller, forbidden, request, type Traffic, type World } from './world.ts'

const ADDRESSES = 4_000
const AGENTS = [
  'Go-http-client/1.1',
  'Mozilla/5.0 zgrab/0.x',
  'curl/8.5.0',
  'python-requests/2.31.0',
  'Mozilla/5.0 (compatible; CensysInspect/1.1)',
] as const
const PATHS = ['/', '/version', '/healthz', '/api', '/apis', '/openapi/v2', '/metrics', '/.env'] as const
const LISTED = ['pods', 'secrets', 'nodes', 'namespaces'].map(resource)

/** Nobody in particular. */
export const ANONYMOUS = component('system:anonymous', ['system:unauthenticated'])

/** What scanners do: knock at an endpoint that the Internet can reach, and be refused. */
export function strangerTraffic(world: World): readonly Traffic[] {
  const addresses = castScanners(world.draw)
  return [{ rate: 1.25, requests: () => [knock(world, world.draw.often(addresses))] }]
}

function castScanners(draw: Draw): readonly string[] {
  const octet = (): number => draw.whole(1, 254)
  return Array.from(
    { length: ADDRESSES },
    () => `${draw.of([45, 71, 80, 89, 104, 141, 167, 185, 192, 193])}.${octet()}.${octet()}.${octet()}`,
  )
}

function knock(world: World, ip: string): Call {
  const who: Caller = { user: ANONYMOUS, ip, agent: world.draw.of(AGENTS), allowed: '' }
  const what = world.draw.any(LISTED)
  const on = { resource: what, namespace: null, name: null }
  if (world.draw.once(5)) {
    return request(world, who, 'list', on, {
      ...forbidden('system:anonymous', 'list', on),
      ...(what.name === 'secrets' && { level: 'Metadata' }),
    })
  }
  const uri = world.draw.of(PATHS)
  const call = { ...request(world, who, 'get', on), on: null, uri, level: 'Metadata' as const }
  if (uri === '/version' || uri === '/healthz') return call
  if (world.draw.once(4)) {
    const failure = { reason: 'Unauthorized', message: 'Unauthorized', details: '{}' }
    return { ...call, userJson: '{}', code: 401, allowed: null, failure }
  }
  const message = `forbidden: User "system:anonymous" cannot get path "${uri}"`
  return { ...call, code: 403, allowed: null, failure: { reason: 'Forbidden', message, details: '{}' } }
}
