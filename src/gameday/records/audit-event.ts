import { formatTime, type Micros } from '../../model/time.ts'
import type { Random } from '../random.ts'
import { kindOf, refOf, uriOf } from './api-objects.ts'
import { statusOf } from './api-status.ts'
import type { Call, Caller } from './call.ts'

/** Verbs after which EKS logs what was sent and answered. */
const CHANGES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])
/** Of these EKS never logs contents. */
const METADATA_ONLY = new Set(['secrets', 'configmaps', 'tokenreviews'])
/** Longest time a request takes, in microseconds. */
const LONGEST = 9_000

/** The events of a request as EKS's API server writes them: one, or one for each of its stages. */
export function auditEvents(call: Call, random: Random): readonly object[] {
  const auditID = random.uuid()
  const took = random.whole(600, LONGEST)
  const event = (stage: string, after: Micros): object => eventOf(call, auditID, stage, call.at + after)
  if (call.stages === 'both') return [event('RequestReceived', 0), event('ResponseComplete', took)]
  return [event(call.stages === 'stream' ? 'ResponseStarted' : 'ResponseComplete', took)]
}

function eventOf(call: Call, auditID: string, stage: string, stageAt: Micros): object {
  const { caller, target, verb, as } = call
  const level = levelOf(call)
  const isAnswered = stage !== 'RequestReceived'
  const bodies = isAnswered && level === 'RequestResponse' && call.body !== undefined
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID,
    stage,
    requestURI: uriOf(target, verb),
    verb,
    user: userOf(caller),
    ...(as !== undefined && { impersonatedUser: as }),
    sourceIPs: [caller.ip],
    userAgent: caller.agent,
    ...('resource' in target && { objectRef: refOf(target) }),
    ...(isAnswered && { responseStatus: statusOf(call) }),
    ...(bodies && { requestObject: call.body, ...(call.code < 400 && { responseObject: storedOf(call) }) }),
    requestReceivedTimestamp: formatTime(call.at),
    stageTimestamp: formatTime(stageAt),
    // Who is not authenticated was never authorized.
    ...(isAnswered && call.code !== 401 && { annotations: decisionOf(call) }),
  }
}

function levelOf({ target, verb }: Call): 'Metadata' | 'Request' | 'RequestResponse' {
  if (!('resource' in target) || METADATA_ONLY.has(target.resource)) return 'Metadata'
  if (target.subresource === 'token') return 'Request'
  return CHANGES.has(verb) ? 'RequestResponse' : 'Request'
}

function userOf({ username, uid, groups, extra }: Caller): object {
  if (username === null) return {}
  return {
    username,
    ...(uid !== undefined && { uid }),
    groups,
    ...(extra !== undefined && { extra }),
  }
}

function decisionOf({ caller, code }: Call): object {
  return {
    'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow',
    'authorization.k8s.io/reason': code === 403 ? '' : caller.allowedBy,
  }
}

function storedOf({ body, stored, target }: Call): object {
  const sent = body as { readonly metadata?: object }
  return {
    ...('resource' in target && kindOf(target)),
    ...sent,
    metadata: { ...sent.metadata, ...stored?.metadata },
  }
}
