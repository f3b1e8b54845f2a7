import { STAGES } from '../model/observation.ts'
import { literal } from './audit-scan-bytes.ts'
import type { AuditScan } from './audit-scan-fields.ts'
import { scanImpersonated, scanObjectRef, scanStatus, scanUser } from './audit-scan-object.ts'
import { NO_TIME } from './audit-scan-time.ts'
import { valueEnd } from './audit-scan-value.ts'
import { FIELD_LENGTH } from './json.ts'

export { AuditScan } from './audit-scan-fields.ts'

const HEAD = literal('{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"')
const AUDIT_ID = literal('","auditID":"')
const COMPLETE = literal('","stage":"ResponseComplete","requestURI":"')
const STARTED = literal('","stage":"ResponseStarted","requestURI":"')
const RECEIVED = literal('","stage":"RequestReceived","requestURI":"')
const PANIC = literal('","stage":"Panic","requestURI":"')
const VERB = literal('","verb":"')
const USER = literal('","user":{')
const IMPERSONATED = literal(',"impersonatedUser":{')
const SOURCE_IPS = literal(',"sourceIPs":[')
const USER_AGENT = literal(',"userAgent":"')
const OBJECT_REF = literal(',"objectRef":{')
const RESPONSE_STATUS = literal(',"responseStatus":{')
const REQUEST_OBJECT = literal(',"requestObject":')
const RESPONSE_OBJECT = literal(',"responseObject":')
const TIME = literal(',"requestReceivedTimestamp":"')
const STAGE_TIME = literal(',"stageTimestamp":"')
const ANNOTATIONS = literal(',"annotations":{')

const COMPLETE_STAGE = STAGES.indexOf('ResponseComplete')
const STARTED_STAGE = STAGES.indexOf('ResponseStarted')
const PANIC_STAGE = STAGES.indexOf('Panic')

/**
 * Reads one audit event between two positions of a chunk (bytes; or those read as latin1, which is slower) in one go, in
 * the order in which API servers write it. Nobody may change the chunk between two calls. True only when the parser
 * would understand the event in exactly the same way; false on the least doubt, and then the scan holds nothing of use.
 */
export function scanAudit(chunk: Buffer | string, from: number, to: number, scan: AuditScan): boolean {
  const { source } = scan
  source.load(chunk)
  if (!source.is(HEAD, from)) return false
  scan.clear()
  const level = source.stringEnd(from + HEAD.length)
  if (!source.is(AUDIT_ID, level)) return false
  scan.idFrom = level + AUDIT_ID.length
  scan.idTo = source.usedEnd(scan.idFrom, FIELD_LENGTH)
  let at = scanCall(scan, scanStage(scan, scan.idTo))
  if (source.is(IMPERSONATED, at)) at = scanImpersonated(scan, at + IMPERSONATED.length)
  if (source.is(SOURCE_IPS, at)) at = scanIps(scan, at + SOURCE_IPS.length)
  if (source.is(USER_AGENT, at)) {
    scan.agentFrom = at + USER_AGENT.length
    scan.agentTo = source.usedEnd(scan.agentFrom, FIELD_LENGTH)
    at = scan.agentTo < 0 ? -1 : scan.agentTo + 1
  }
  if (source.is(OBJECT_REF, at)) at = scanObjectRef(scan, at + OBJECT_REF.length)
  else if (scan.uriEscaped && !isPathPlain(scan)) return false
  if (source.is(RESPONSE_STATUS, at)) at = scanStatus(scan, at + RESPONSE_STATUS.length)
  if (!source.is(TIME, at)) at = scanBodies(scan, at)
  return scanEnd(scan, at) === to
}

/** From the closing quote of the audit id to the beginning of the URI. */
function scanStage(scan: AuditScan, at: number): number {
  const { source } = scan
  if (source.is(COMPLETE, at)) {
    scan.stage = COMPLETE_STAGE
    return at + COMPLETE.length
  }
  if (source.is(STARTED, at)) {
    scan.stage = STARTED_STAGE
    return at + STARTED.length
  }
  if (source.is(PANIC, at)) {
    scan.stage = PANIC_STAGE
    return at + PANIC.length
  }
  return source.is(RECEIVED, at) ? at + RECEIVED.length : -1
}

/** The URI, the verb and the user. */
function scanCall(scan: AuditScan, at: number): number {
  if (at < 0) return -1
  const { source } = scan
  scan.uriFrom = at
  scan.uriTo = source.usedEnd(at, Number.MAX_SAFE_INTEGER)
  if (scan.uriTo < 0) {
    scan.uriTo = source.escapedEnd(at)
    scan.uriEscaped = true
  }
  if (!source.is(VERB, scan.uriTo)) return -1
  scan.verbFrom = scan.uriTo + VERB.length
  scan.verbTo = source.nameEnd(scan.verbFrom)
  scan.userEnd = source.is(USER, scan.verbTo) ? scanUser(scan, scan.verbTo + USER.length) : -1
  return scan.userEnd
}

/** What is before the query has no escapes: the path is all that is used of a URI. */
function isPathPlain(scan: AuditScan): boolean {
  const { source } = scan
  for (let at = scan.uriFrom; at < scan.uriTo; at++) {
    const c = source.byte(at)
    if (c === 0x5c) return false
    if (c === 0x3f || c === 0x23) return true
  }
  return true
}

function scanIps(scan: AuditScan, start: number): number {
  const { source } = scan
  let at = start
  while (source.byte(at) === 0x22) {
    scan.ipFrom = at + 1
    scan.ipTo = source.nameEnd(scan.ipFrom)
    // The parser takes blanks around it away.
    if (scan.ipTo < 0 || source.byte(scan.ipFrom) === 0x20 || source.byte(scan.ipTo - 1) === 0x20) return -1
    at = scan.ipTo + 1
    if (source.byte(at) !== 0x2c) break
    at++
    if (source.byte(at) !== 0x22) return -1
  }
  return source.byte(at) === 0x5d ? at + 1 : -1
}

/** The bodies, which are passed over; where they stand is noted for whoever reads them. */
function scanBodies(scan: AuditScan, start: number): number {
  if (start < 0) return -1
  const { source } = scan
  let at = start
  if (source.is(REQUEST_OBJECT, at)) {
    scan.requestFrom = at + REQUEST_OBJECT.length
    scan.requestTo = valueEnd(source, scan.requestFrom)
    at = scan.requestTo
  }
  if (source.is(RESPONSE_OBJECT, at)) {
    scan.responseFrom = at + RESPONSE_OBJECT.length
    scan.responseTo = valueEnd(source, scan.responseFrom)
    at = scan.responseTo
  }
  return at
}

function scanEnd(scan: AuditScan, start: number): number {
  const { source } = scan
  if (!source.is(TIME, start)) return -1
  const time = start + TIME.length
  let at = source.stringEnd(time)
  if (at < 0) return -1
  scan.at = scan.times.read(source, time, at)
  if (scan.at === NO_TIME) return -1
  at++
  if (source.is(STAGE_TIME, at)) {
    at = source.stringEnd(at + STAGE_TIME.length) + 1
    if (at === 0) return -1
  }
  if (source.is(ANNOTATIONS, at)) at = valueEnd(source, at + ANNOTATIONS.length - 1)
  return source.objectEnd(at)
}
