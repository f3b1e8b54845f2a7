import { groupOf, type ObjectTarget } from './api-objects.ts'
import type { Call } from './call.ts'

/** `responseStatus` of an audit event: the code, and for a failure the API server's own words. */
export function statusOf(call: Call): object {
  const { code } = call
  if (code < 400) return { metadata: {}, code }
  const { reason, message } = failureOf(call)
  return { metadata: {}, status: 'Failure', message, reason, code }
}

function failureOf(call: Call): { readonly reason: string; readonly message: string } {
  const { code, caller, verb, target } = call
  if (code === 401) return { reason: 'Unauthorized', message: 'Unauthorized' }
  const who = caller.username ?? ''
  if (!('resource' in target)) {
    const { path } = target
    return code === 403
      ? { reason: 'Forbidden', message: `forbidden: User "${who}" cannot ${verb} path "${path}"` }
      : { reason: 'NotFound', message: 'the server could not find the requested resource' }
  }
  const named = `${qualified(target)} "${target.name ?? ''}"`
  switch (code) {
    case 403:
      return { reason: 'Forbidden', message: forbidden(who, verb, target) }
    case 404:
      return { reason: 'NotFound', message: `${named} not found` }
    case 409:
      return verb === 'create'
        ? { reason: 'AlreadyExists', message: `${named} already exists` }
        : {
            reason: 'Conflict',
            message: `Operation cannot be fulfilled on ${named}: the object has been modified; apply your changes to the latest version and try again`,
          }
    case 422:
      return { reason: 'Invalid', message: `${named} is invalid: ${INVALID[target.resource] ?? 'spec'}` }
    default:
      return {
        reason: 'InternalError',
        message: `Internal error occurred: ${target.subresource === 'exec' ? NO_CONTAINER : NO_WEBHOOK}`,
      }
  }
}

const INVALID: { readonly [resource: string]: string } = {
  pods: 'spec.containers: Required value',
  deployments: 'spec.selector: Invalid value: field is immutable',
}
const NO_CONTAINER = 'unable to upgrade connection: container not found'
const NO_WEBHOOK = 'failed calling webhook "pods.admission.example.com": context deadline exceeded'

function qualified({ resource }: ObjectTarget): string {
  const group = groupOf(resource)
  return group === '' ? resource : `${resource}.${group}`
}

function forbidden(who: string, verb: string, target: ObjectTarget): string {
  const { resource, namespace, name, subresource } = target
  const what = subresource === undefined ? resource : `${resource}/${subresource}`
  const object = name === undefined ? qualified(target) : `${qualified(target)} "${name}"`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return `${object} is forbidden: User "${who}" cannot ${verb} resource "${what}" in API group "${groupOf(resource)}" ${where}`
}
