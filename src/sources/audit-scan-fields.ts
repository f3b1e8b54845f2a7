import type { Micros } from '../model/time.ts'
import { ScanBytes } from './audit-scan-bytes.ts'
import { TimeReader } from './audit-scan-time.ts'

/**
 * Where the fields of an event stand in the text that was scanned: offsets, -1 when absent. Without `resource` the event
 * has no objectRef, and its resource is the path of the URI. Used again for each event, so that scanning makes no
 * garbage.
 */
export class AuditScan {
  readonly source = new ScanBytes()
  readonly times = new TimeReader()
  /** Index in STAGES; -1: RequestReceived, which is not counted. */
  stage = -1
  at: Micros = 0
  /** `responseStatus.code`; -1: none. */
  code = -1
  idFrom = -1
  idTo = -1
  verbFrom = -1
  verbTo = -1
  uriFrom = -1
  uriTo = -1
  /** The URI holds escapes of JSON; without a resource they stand only in its query. */
  uriEscaped = false
  userFrom = -1
  userTo = -1
  /** After the brace that closes `user`. */
  userEnd = -1
  /** `impersonatedUser.username` */
  asFrom = -1
  asTo = -1
  /** The last of `sourceIPs`, as it came. */
  ipFrom = -1
  ipTo = -1
  agentFrom = -1
  agentTo = -1
  resourceFrom = -1
  resourceTo = -1
  groupFrom = -1
  groupTo = -1
  subresourceFrom = -1
  subresourceTo = -1
  namespaceFrom = -1
  namespaceTo = -1
  nameFrom = -1
  nameTo = -1
  /** The bodies. */
  requestFrom = -1
  requestTo = -1
  responseFrom = -1
  responseTo = -1
  /** `user.extra.canonicalArn` */
  roleFrom = -1
  roleTo = -1
  /** `user.extra.arn`, which is that of a session only for an assumed role. */
  sessionFrom = -1
  sessionTo = -1
  /** `user.extra.accessKeyId` */
  keyFrom = -1
  keyTo = -1
  /** `user.extra` of a service account token: the pod it is bound to, and its node. */
  podFrom = -1
  podTo = -1
  podUidFrom = -1
  podUidTo = -1
  nodeFrom = -1
  nodeTo = -1

  /** Forgets the last event; the same fields always in the same order. */
  clear(): void {
    this.stage = -1
    this.code = -1
    this.uriEscaped = false
    this.userFrom = -1
    this.userTo = -1
    this.userEnd = -1
    this.asFrom = -1
    this.asTo = -1
    this.ipFrom = -1
    this.ipTo = -1
    this.agentFrom = -1
    this.agentTo = -1
    this.resourceFrom = -1
    this.resourceTo = -1
    this.groupFrom = -1
    this.groupTo = -1
    this.subresourceFrom = -1
    this.subresourceTo = -1
    this.namespaceFrom = -1
    this.namespaceTo = -1
    this.nameFrom = -1
    this.nameTo = -1
    this.requestFrom = -1
    this.requestTo = -1
    this.responseFrom = -1
    this.responseTo = -1
    this.roleFrom = -1
    this.roleTo = -1
    this.sessionFrom = -1
    this.sessionTo = -1
    this.keyFrom = -1
    this.keyTo = -1
    this.podFrom = -1
    this.podTo = -1
    this.podUidFrom = -1
    this.podUidTo = -1
    this.nodeFrom = -1
    this.nodeTo = -1
  }
}
