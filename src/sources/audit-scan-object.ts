import { literal } from './audit-scan-bytes.ts'
import type { AuditScan } from './audit-scan-fields.ts'
import { skipValue, valueEnd } from './audit-scan-value.ts'

const USERNAME = literal('"username":"')
const UID = literal('"uid":"')
const GROUPS = literal('"groups":')
const EXTRA = literal('"extra":{')

/** Reads `user` from after its opening brace; the position after it, or -1. */
export function scanUser(scan: AuditScan, start: number): number {
  const { source } = scan
  let at = start
  if (source.is(USERNAME, at)) {
    scan.userFrom = at + USERNAME.length
    scan.userTo = source.nameEnd(scan.userFrom)
    at = source.afterText(scan.userTo)
  }
  at = source.skipText(UID, at)
  at = skipValue(source, GROUPS, at)
  if (source.is(EXTRA, at)) at = source.nextMember(scanExtra(scan, at + EXTRA.length))
  return source.objectEnd(at)
}

/** Reads `impersonatedUser` in the same way; of it only the name is used. */
export function scanImpersonated(scan: AuditScan, start: number): number {
  const { source } = scan
  let at = start
  if (source.is(USERNAME, at)) {
    scan.asFrom = at + USERNAME.length
    scan.asTo = source.nameEnd(scan.asFrom)
    at = source.afterText(scan.asTo)
  }
  at = source.skipText(UID, at)
  at = skipValue(source, GROUPS, at)
  if (source.is(EXTRA, at)) at = source.nextMember(valueEnd(source, at + EXTRA.length - 1))
  return source.objectEnd(at)
}

const ARN = literal('"arn":')
const CANONICAL_ARN = literal('"canonicalArn":')
const ACCESS_KEY_ID = literal('"accessKeyId":')
const NODE_NAME = literal('"authentication.kubernetes.io/node-name":')
const POD_NAME = literal('"authentication.kubernetes.io/pod-name":')
const POD_UID = literal('"authentication.kubernetes.io/pod-uid":')
const TOKEN = literal('"authentication.kubernetes.io/')
/** Some pipelines write the keys of a token in a way of their own; they are left to the parser. */
const REWRITTEN = literal('"authentication_kubernetes')

/** From after the opening brace. Of two equal keys the last one would count, so there must be no two. */
function scanExtra(scan: AuditScan, start: number): number {
  const { source } = scan
  let at = start
  while (source.byte(at) === 0x22) {
    if (source.is(TOKEN, at)) at = scanToken(scan, at)
    else if (source.is(ARN, at)) {
      if (scan.sessionFrom >= 0) return -1
      scan.sessionFrom = source.onlyText(at + ARN.length)
      scan.sessionTo = source.nameEnd(scan.sessionFrom)
      at = source.afterOnly(scan.sessionTo)
    } else if (source.is(CANONICAL_ARN, at)) {
      if (scan.roleFrom >= 0) return -1
      scan.roleFrom = source.onlyText(at + CANONICAL_ARN.length)
      scan.roleTo = source.nameEnd(scan.roleFrom)
      at = source.afterOnly(scan.roleTo)
    } else if (source.is(ACCESS_KEY_ID, at)) {
      if (scan.keyFrom >= 0) return -1
      scan.keyFrom = source.onlyText(at + ACCESS_KEY_ID.length)
      scan.keyTo = source.nameEnd(scan.keyFrom)
      at = source.afterOnly(scan.keyTo)
    } else at = source.is(REWRITTEN, at) ? -1 : skipExtra(scan, at)
  }
  return source.objectEnd(at)
}

function scanToken(scan: AuditScan, at: number): number {
  const { source } = scan
  if (source.is(NODE_NAME, at)) {
    if (scan.nodeFrom >= 0) return -1
    scan.nodeFrom = source.onlyText(at + NODE_NAME.length)
    scan.nodeTo = source.nameEnd(scan.nodeFrom)
    return source.afterOnly(scan.nodeTo)
  }
  if (source.is(POD_NAME, at)) {
    if (scan.podFrom >= 0) return -1
    scan.podFrom = source.onlyText(at + POD_NAME.length)
    scan.podTo = source.nameEnd(scan.podFrom)
    return source.afterOnly(scan.podTo)
  }
  if (source.is(POD_UID, at)) {
    if (scan.podUidFrom >= 0) return -1
    scan.podUidFrom = source.onlyText(at + POD_UID.length)
    scan.podUidTo = source.nameEnd(scan.podUidFrom)
    return source.afterOnly(scan.podUidTo)
  }
  return skipExtra(scan, at)
}

function skipExtra(scan: AuditScan, at: number): number {
  const { source } = scan
  // An escape in a key could spell one of the keys that are used.
  const end = source.nameEnd(at + 1)
  return end >= 0 && source.byte(end + 1) === 0x3a ? source.nextMember(valueEnd(source, end + 2)) : -1
}

const RESOURCE = literal('"resource":"')
const NAMESPACE = literal('"namespace":"')
const NAME = literal('"name":"')
const API_GROUP = literal('"apiGroup":"')
const API_VERSION = literal('"apiVersion":"')
const RESOURCE_VERSION = literal('"resourceVersion":"')
const SUBRESOURCE = literal('"subresource":"')

/** Reads `objectRef` from after its opening brace; the position after it, or -1, also when it names no resource. */
export function scanObjectRef(scan: AuditScan, start: number): number {
  const { source } = scan
  if (!source.is(RESOURCE, start)) return -1
  scan.resourceFrom = start + RESOURCE.length
  scan.resourceTo = source.nameEnd(scan.resourceFrom)
  let at = source.afterText(scan.resourceTo)
  if (source.is(NAMESPACE, at)) {
    scan.namespaceFrom = at + NAMESPACE.length
    scan.namespaceTo = source.nameEnd(scan.namespaceFrom)
    at = source.afterText(scan.namespaceTo)
  }
  if (source.is(NAME, at)) {
    scan.nameFrom = at + NAME.length
    scan.nameTo = source.nameEnd(scan.nameFrom)
    at = source.afterText(scan.nameTo)
  }
  at = source.skipText(UID, at)
  if (source.is(API_GROUP, at)) {
    scan.groupFrom = at + API_GROUP.length
    scan.groupTo = source.nameEnd(scan.groupFrom)
    at = source.afterText(scan.groupTo)
  }
  at = source.skipText(API_VERSION, at)
  at = source.skipText(RESOURCE_VERSION, at)
  if (source.is(SUBRESOURCE, at)) {
    scan.subresourceFrom = at + SUBRESOURCE.length
    scan.subresourceTo = source.nameEnd(scan.subresourceFrom)
    at = source.afterText(scan.subresourceTo)
  }
  return source.objectEnd(at)
}

const NO_METADATA = literal('"metadata":{},"code":')
const METADATA = literal('"metadata":')
const STATUS = literal('"status":')
const MESSAGE = literal('"message":')
const REASON = literal('"reason":')
const DETAILS = literal('"details":')
const CODE = literal('"code":')
const LARGEST_CODE = 999_999

/** Reads `responseStatus` from after its opening brace; the position after it, or -1. */
export function scanStatus(scan: AuditScan, start: number): number {
  const { source } = scan
  if (source.is(NO_METADATA, start)) return source.objectEnd(scanCode(scan, start + NO_METADATA.length))
  let at = skipValue(source, METADATA, start)
  at = skipValue(source, STATUS, at)
  at = skipValue(source, MESSAGE, at)
  at = skipValue(source, REASON, at)
  at = skipValue(source, DETAILS, at)
  if (source.is(CODE, at)) at = scanCode(scan, at + CODE.length)
  return source.objectEnd(at)
}

function scanCode(scan: AuditScan, start: number): number {
  const { source } = scan
  let code = 0
  let at = start
  for (let c = source.byte(at); c >= 0x30 && c <= 0x39; c = source.byte(at)) {
    code = code * 10 + (c - 0x30)
    at++
    if (code > LARGEST_CODE) return -1
  }
  if (at === start || (at > start + 1 && source.byte(start) === 0x30)) return -1
  scan.code = code
  return source.nextMember(at)
}
