import { objectEntity } from './audit-entity.ts'
import { isObjectKept, requestedResource } from './audit-resource.ts'
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

/** What was called, and whether its edges name their objects. Null when the parser has to look. */
export function scannedCall(scan: AuditScan): { readonly verb: string; readonly resource: string } | null {
  const { source } = scan
  const verb = name(source.text(scan.verbFrom, scan.verbTo))
  const resource = requestedResource(reference(scan, null), source.text(scan.uriFrom, scan.uriTo))
  return verb === null || resource === null ? null : { verb, resource }
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

/** The URI as the parser reads it. */
export function scannedUri(scan: AuditScan): string | null {
  const written = scan.source.text(scan.uriFrom, scan.uriTo)
  return text(scan.uriEscaped ? (JSON.parse(`"${written}"`) as unknown) : written)
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
