import { canonicalIp } from '../../src/model/ip.ts'
import type { Parsed } from '../../src/model/observation.ts'
import { OUTCOMES, STAGES } from '../../src/model/observation.ts'
import { auditEntities } from '../../src/sources/audit-entities.ts'
import { requestedObject, requestedResource } from '../../src/sources/audit-resource.ts'
import { AuditScan, scanAudit } from '../../src/sources/audit-scan.ts'
import { parseRecord } from '../../src/sources/index.ts'
import type { JsonObject } from '../../src/sources/json.ts'

/** The scan makes no digest. */
const NOT_COMPARED = ''

/** What both ways of reading say, and what only the scan hands out as yet. */
export interface Understood {
  readonly said: Parsed
  readonly more: readonly (string | null)[]
}

const scan = new AuditScan()

/** What the scan understands of a line; null when it leaves it to the parser. */
export function byScan(line: Buffer): Understood | null {
  // Something before and after the line, as in a chunk.
  const chunk = Buffer.concat([Buffer.from('{"kind":"Event"}\n'), line, Buffer.from('\n"}]}')])
  const from = 17
  if (!scanAudit(chunk, from, from + line.length, scan)) return null
  const field = (at: number, end: number): string | undefined =>
    at < 0 ? undefined : chunk.toString('latin1', at, end)
  const pod = field(scan.podFrom, scan.podTo)
  const [key, podUid, node] = [
    field(scan.keyFrom, scan.keyTo),
    field(scan.podUidFrom, scan.podUidTo),
    field(scan.nodeFrom, scan.nodeTo),
  ]
  const more = [key ?? null, podUid ?? null, node ?? null]
  if (scan.stage < 0) return { said: { kind: 'ignored', class: 'request-received' }, more }
  const objectRef = {
    resource: field(scan.resourceFrom, scan.resourceTo),
    apiGroup: field(scan.groupFrom, scan.groupTo),
    subresource: field(scan.subresourceFrom, scan.subresourceTo),
    namespace: field(scan.namespaceFrom, scan.namespaceTo),
    name: field(scan.nameFrom, scan.nameTo),
  }
  const user = {
    username: field(scan.userFrom, scan.userTo),
    extra: {
      canonicalArn: [field(scan.roleFrom, scan.roleTo)],
      arn: [field(scan.sessionFrom, scan.sessionTo)],
      'authentication.kubernetes.io/pod-name': [pod],
    },
  }
  const object = requestedObject({}, objectRef)
  return {
    said: {
      kind: 'request',
      scope: {},
      eventId: field(scan.idFrom, scan.idTo) ?? '',
      stage: STAGES[scan.stage] ?? 'Panic',
      body: NOT_COMPARED,
      at: scan.at,
      subject: user.username ?? null,
      actingAs: field(scan.asFrom, scan.asTo) ?? null,
      ip: canonicalIp(field(scan.ipFrom, scan.ipTo) ?? ''),
      verb: field(scan.verbFrom, scan.verbTo) ?? '',
      resource: requestedResource(objectRef, field(scan.uriFrom, scan.uriTo)) ?? '',
      namespace: objectRef.namespace ?? null,
      object: object.kept,
      outcome: OUTCOMES[outcome(scan.code)] ?? 'failure',
      userAgent: field(scan.agentFrom, scan.agentTo) ?? null,
      entities: auditEntities({ objectRef, object: object.name, user }),
    },
    more,
  }
}

function outcome(code: number): number {
  if (code === 401) return 2
  if (code === 403) return 3
  return code >= 0 && code < 400 ? 0 : 1
}

/** What the parser understands of a line. Throws when it is no JSON. */
export function byParser(line: Buffer): Understood {
  const value = JSON.parse(line.toString('utf8')) as JsonObject
  const parsed = parseRecord(value)
  const said = parsed.kind === 'request' ? { ...parsed, body: NOT_COMPARED } : parsed
  const extra = ((value['user'] as JsonObject)['extra'] ?? {}) as { readonly [key: string]: [string?] }
  const more = [
    'accessKeyId',
    'authentication.kubernetes.io/pod-uid',
    'authentication.kubernetes.io/node-name',
  ]
  return { said, more: more.map((key) => extra[key]?.[0] ?? null) }
}
