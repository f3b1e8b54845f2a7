import { isWrite } from '../model/kept.ts'
import { objectEntity } from './audit-entity.ts'
import { objectFacts, READ_BODIES, type Written } from './audit-objects.ts'
import { isObjectKept, OBJECT_MATTERS, requestedResource } from './audit-resource.ts'
import type { AuditScan } from './audit-scan-fields.ts'
import { userFacts } from './audit-user.ts'
import { Facts, type Known } from './facts.ts'
import { type JsonObject, name, obj, text } from './json.ts'

/**
 * What the parser would make of the parts of a scanned event. Each part is understood once and then known by its
 * bytes, so these may take their time.
 */

/** Who called: the user's name, and who stands behind it. */
export function scannedUser(scan: AuditScan): { readonly subject: string | null; readonly known: Known } {
  const user = obj(JSON.parse(`{"username":"${scan.source.utf8(scan.userFrom, scan.userEnd)}`))
  const facts = new Facts()
  userFacts(facts, user)
  return { subject: name(scan.source.text(scan.userFrom, scan.userTo)), known: facts.all() }
}

/** What was called, and how much of its events matters. */
export interface ScannedCall {
  readonly verb: string
  readonly resource: string
  /** What the object says that it writes is read from its bodies. */
  readonly readsBodies: boolean
  /** The parser looks for the name of the object in the bodies when the reference has none. */
  readonly seeksName: boolean
}

/** Null when the parser has to look. */
export function scannedCall(scan: AuditScan): ScannedCall | null {
  const { source } = scan
  const verb = name(source.text(scan.verbFrom, scan.verbTo))
  const resource = requestedResource(reference(scan, null), source.text(scan.uriFrom, scan.uriTo))
  if (verb === null || resource === null) return null
  const bare = scan.resourceFrom < 0 ? '' : source.text(scan.resourceFrom, scan.resourceTo)
  const subresource =
    scan.subresourceFrom < 0 ? '' : `/${source.text(scan.subresourceFrom, scan.subresourceTo)}`
  return {
    verb,
    resource,
    readsBodies: isWrite(verb) && READ_BODIES.has(`${bare}${subresource}`),
    seeksName: OBJECT_MATTERS.has(bare),
  }
}

/** True when the edge of the event names its object. */
export function scannedObjectKept(scan: AuditScan, object: string | null): boolean {
  const { source } = scan
  if (scan.resourceFrom < 0) return false
  const subresource = scan.subresourceFrom < 0 ? null : source.text(scan.subresourceFrom, scan.subresourceTo)
  return isObjectKept(source.text(scan.resourceFrom, scan.resourceTo), subresource, object)
}

/** The entity that the request is about. */
export function scannedObject(scan: AuditScan, namespace: string | null, object: string | null): Known {
  const facts = new Facts()
  facts.name(objectEntity(reference(scan, namespace), object))
  return facts.all()
}

/** What the object says that the request wrote. */
export function scannedBody(scan: AuditScan, called: Omit<Written, 'event' | 'code'>): Known {
  const { source } = scan
  const body = (from: number, to: number): unknown =>
    from < 0 ? undefined : (JSON.parse(source.utf8(from, to)) as unknown)
  const event: JsonObject = {
    requestURI: fullUri(scan),
    responseObject: body(scan.responseFrom, scan.responseTo),
    // Looked at only where the response does not say what was stored.
    get requestObject() {
      return body(scan.requestFrom, scan.requestTo)
    },
  }
  const facts = new Facts()
  objectFacts(facts, { event, code: scannedCode(scan), ...called })
  return facts.all()
}

/** The status as the parser keeps it. */
export function scannedCode(scan: AuditScan): number | null {
  return scan.code < 0 || scan.code > 999 ? null : scan.code
}

/** The URI as the parser reads it. */
export function scannedUri(scan: AuditScan): string | null {
  return text(fullUri(scan))
}

function fullUri(scan: AuditScan): unknown {
  const written = scan.source.text(scan.uriFrom, scan.uriTo)
  return scan.uriEscaped ? (JSON.parse(`"${written}"`) as unknown) : written
}

function reference(scan: AuditScan, namespace: string | null): JsonObject | null {
  const { source } = scan
  if (scan.resourceFrom < 0) return null
  const part = (from: number, to: number): string | undefined =>
    from < 0 ? undefined : source.text(from, to)
  return {
    resource: part(scan.resourceFrom, scan.resourceTo),
    apiGroup: part(scan.groupFrom, scan.groupTo),
    subresource: part(scan.subresourceFrom, scan.subresourceTo),
    namespace: namespace ?? undefined,
  }
}
