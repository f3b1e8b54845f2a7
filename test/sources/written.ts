import { formatEntity } from '../../src/model/entity.ts'
import type { Link, RequestObservation, Trait } from '../../src/model/observation.ts'
import { parseRecord } from '../../src/sources/index.ts'
import type { JsonObject } from '../../src/sources/json.ts'

/** What a write is made of; `resource` as `deployments.apps` and `pods/status`. */
export interface Write {
  readonly verb?: string
  readonly resource: string
  readonly namespace?: string
  readonly name?: string
  readonly sent?: unknown
  readonly answer?: unknown
  readonly code?: unknown
  readonly query?: string
}

/** The audit event of a write, as an API server records it at RequestResponse. */
export function write({
  verb = 'create',
  resource,
  namespace,
  name,
  sent,
  answer,
  code = 201,
  query = '',
}: Write): JsonObject {
  const [called = '', subresource] = resource.split('/')
  const [plural, ...group] = called.split('.')
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: 'a-write',
    stage: 'ResponseComplete',
    requestURI: `/api/v1/${called}${query}`,
    verb,
    user: { username: 'alice' },
    sourceIPs: ['198.51.100.7'],
    objectRef: {
      resource: plural,
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
      ...(group.length > 0 && { apiGroup: group.join('.') }),
      ...(subresource !== undefined && { subresource }),
    },
    responseStatus: { metadata: {}, code },
    ...(sent !== undefined && { requestObject: sent }),
    ...(answer !== undefined && { responseObject: answer }),
    requestReceivedTimestamp: '2026-11-22T04:21:18.641799Z',
  }
}

/** The request that an event is read as. */
export function readRequest(value: unknown): RequestObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'request') throw new Error(JSON.stringify(parsed))
  return parsed
}

/** Traits and links as sentences, in their order: `pod:shop/web uid a72b`, `pod:shop/web on node:n1`. */
export function sentences({
  traits,
  links,
}: {
  readonly traits: readonly Trait[]
  readonly links: readonly Link[]
}): readonly string[] {
  return [
    ...traits.map(({ entity, name, value }) => `${formatEntity(entity)} ${name} ${value}`),
    ...links.map(({ from, tie, to }) => `${formatEntity(from)} ${tie} ${formatEntity(to)}`),
  ]
}

/** What a write says, as sentences. */
export function saidBy(one: Write): readonly string[] {
  return sentences(readRequest(write(one)))
}
