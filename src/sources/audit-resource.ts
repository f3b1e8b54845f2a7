import { get, type JsonObject, name, obj, said, text } from './json.ts'

/** First segments of paths that every API server has; any other path is what a scanner made up. */
const KNOWN_PATHS: ReadonlySet<string> = new Set([
  'api',
  'apis',
  'healthz',
  'livez',
  'readyz',
  'version',
  'metrics',
  'openapi',
  '.well-known',
  'logs',
  'swagger-ui',
  'swagger.json',
  'ui',
  'dashboard',
])
const KEPT_SEGMENTS = 4
const KEPT_LENGTH = 200

/**
 * What a request was about: `secrets`, `pods/exec`, `roles.rbac.authorization.k8s.io`, or the path of a
 * non-resource request. Null when the event says neither.
 */
export function requestedResource(objectRef: JsonObject | null, requestUri: unknown): string | null {
  const resource = said(get(objectRef, 'resource'))
  if (resource === null)
    return typeof requestUri === 'string' && requestUri !== '' ? collapsedPath(requestUri) : null
  const group = said(get(objectRef, 'apiGroup'))
  const subresource = said(get(objectRef, 'subresource'))
  return name(
    (group === null ? resource : `${resource}.${group}`) + (subresource === null ? '' : `/${subresource}`),
  )
}

/** Without the query, and short: random paths of a scanner must not grow the dictionary without end. */
function collapsedPath(uri: string): string {
  const path = /^[^?#]*/.exec(uri)?.[0] ?? ''
  const segments = path.split('/').filter((segment) => segment !== '')
  if (segments.length === 0 && path.startsWith('/')) return '/'
  if (!path.startsWith('/') || !KNOWN_PATHS.has(segments[0] ?? '')) return '/…'
  return text(`/${segments.slice(0, KEPT_SEGMENTS).join('/').slice(0, KEPT_LENGTH)}`) ?? '/…'
}

/** Resources whose object is kept with every request: what was read, run in, or given rights. */
const NAMES_MATTER: ReadonlySet<string> = new Set([
  'secrets',
  'pods/exec',
  'pods/attach',
  'pods/portforward',
  'pods/proxy',
  'serviceaccounts',
  'serviceaccounts/token',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
])

/** Resources whose object is looked for in the bodies when the reference does not name it: it is kept, or an entity. */
export const OBJECT_MATTERS: ReadonlySet<string> = new Set([
  ...[...NAMES_MATTER].map((call) => call.split('/', 1)[0] ?? call),
  'configmaps',
  'pods',
  'nodes',
])

/** The object's name, and the same again as `kept` when the observation keeps it. */
export function requestedObject(
  event: JsonObject,
  objectRef: JsonObject | null,
): { readonly name: string | null; readonly kept: string | null } {
  const resource = said(get(objectRef, 'resource'))
  if (resource === null) return { name: null, kept: null }
  // A pod made by generateName has its name only in the answer.
  const object =
    name(get(objectRef, 'name')) ??
    nameOf(get(event, 'responseObject')) ??
    nameOf(get(event, 'requestObject'))
  const subresource = said(get(objectRef, 'subresource'))
  return { name: object, kept: isObjectKept(resource, subresource, object) ? object : null }
}

/** True for a request whose edge names its object. */
export function isObjectKept(resource: string, subresource: string | null, object: string | null): boolean {
  const call = subresource === null ? resource : `${resource}/${subresource}`
  return NAMES_MATTER.has(call) || (call === 'configmaps' && object === 'aws-auth')
}

function nameOf(object: unknown): string | null {
  return name(get(obj(get(obj(object), 'metadata')), 'name'))
}
