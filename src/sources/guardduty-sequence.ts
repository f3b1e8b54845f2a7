import type { EntityRef } from '../model/entity.ts'
import type { Signal } from '../model/observation.ts'
import type { ScopeParts } from '../model/scope.ts'
import { tacticOfType, tacticWords } from '../model/tactics.ts'
import type { Micros } from '../model/time.ts'
import { entityRef, type Facts } from './facts.ts'
import { userFacts, userKey } from './guardduty-access-key.ts'
import { between, type Evidence, valued } from './guardduty-evidence.ts'
import { field } from './guardduty-fields.ts'
import { domainFacts, ipRef } from './guardduty-network.ts'
import { fileFacts } from './guardduty-runtime.ts'
import { imageRef } from './image.ts'
import { isObject, type JsonObject, LIST_LENGTH, list, name, num, obj, said, text, time } from './json.ts'
import { workloadOfWord } from './workload-kinds.ts'

/** An attack that GuardDuty put together from several signals, and whom it names first. */
export interface Sequence {
  readonly signals: readonly Signal[]
  readonly subject: string | null
  readonly ip: string | null
  readonly principal: string | null
  readonly instance: string | null
}

const NONE: Sequence = { signals: [], subject: null, ip: null, principal: null, instance: null }

/** What stands for times that a signal does not say, and for an account that an actor does not. */
interface Surroundings {
  readonly scope: ScopeParts
  readonly first: Micros
  readonly last: Micros
}

/** Reads `service.detection.sequence`. */
export function readSequence(
  facts: Facts,
  evidence: Evidence,
  service: JsonObject | null,
  around: Surroundings,
): Sequence {
  const sequence = obj(field(obj(field(service, 'detection')), 'sequence'))
  if (sequence === null) return NONE
  const objects = (key: string): readonly JsonObject[] => list(field(sequence, key)).filter(isObject)
  const actors = objects('actors').map((actor) => actorOf(facts, evidence, actor, around.scope))
  const addresses = objects('endpoints').map((endpoint) => endpointOf(facts, endpoint))
  const things = objects('resources').map((resource) => resourceOf(facts, resource))
  evidence.say('Story', field(sequence, 'description'))
  const told = field(sequence, 'signals')
  const unread = Array.isArray(told) ? told.length - LIST_LENGTH : 0
  if (unread > 0) evidence.sayWords('Signals', [`the first ${LIST_LENGTH} are read, ${unread} more are not`])
  for (const one of objects('sequenceIndicators').slice(0, 12)) {
    const which = valued(field(one, 'title') ?? field(one, 'key'))
    const values = between(list(field(one, 'values')).map(valued), ', ')
    evidence.sayWords('Indicator', between([which, values], ': '))
  }
  const signals = objects('signals').map((one) => signalOf(one, around))
  return {
    signals: signals.toSorted(
      (a, b) => a.firstSeen - b.firstSeen || a.lastSeen - b.lastSeen || (a.name < b.name ? -1 : 1),
    ),
    subject: actors.find(({ subject }) => subject !== null)?.subject ?? null,
    ip: addresses.find((address) => address !== null)?.key ?? null,
    principal: actors.find(({ principal }) => principal !== null)?.principal ?? null,
    instance: things.find((thing) => thing?.kind === 'instance')?.key ?? null,
  }
}

/** The id at the end of a finding's ARN, or the id itself. */
export function findingId(uid: unknown): string | null {
  if (typeof uid !== 'string') return null
  return name(/\/finding\/([^/]+)$/.exec(uid)?.[1] ?? uid)
}

/** Who acted: a subject of the cluster, or a caller of AWS. */
interface Actor {
  readonly subject: string | null
  readonly principal: string | null
}

const OF_KUBERNETES = /kubernetes|k8s|serviceaccount/i

function actorOf(facts: Facts, evidence: Evidence, actor: JsonObject, scope: ScopeParts): Actor {
  const user = obj(field(actor, 'user'))
  const process = obj(field(actor, 'process'))
  evidence.sayAll('Process', [field(process, 'name'), field(process, 'path')], ' ')
  fileFacts(facts, null, field(process, 'sha256'), field(process, 'path'))
  const [called, uid, type] = [name(field(user, 'name')), said(field(user, 'uid')), said(field(user, 'type'))]
  // No name of AWS holds a colon, so this one is Kubernetes' own where no type is said.
  const isSubject = type === null ? called?.startsWith('system:') === true : OF_KUBERNETES.test(type)
  if (isSubject) return { subject: facts.add('subject', called)?.key ?? null, principal: null }
  evidence.sayAll('Actor', [type, called, uid], ' ')
  const key = name(field(user, 'credentialUid'))
  if (type !== null && /^(assumedrole|role)$/i.test(type)) {
    return { subject: null, principal: roleFacts(facts, called, uid, key)?.key ?? null }
  }
  const account = said(field(obj(field(user, 'account')), 'uid')) ?? scope.account
  const place = { ...scope, ...(account !== undefined && { account }) }
  const made = userFacts(facts, userKey(type, null, called, name(uid), place), name(uid), key)
  // What ties it to other findings is the id, as in `accessKeyDetails`.
  return { subject: null, principal: made === null ? null : (name(uid) ?? called) }
}

/** The session, or the role where no session is told. */
function roleFacts(
  facts: Facts,
  called: string | null,
  uid: string | null,
  key: string | null,
): EntityRef | null {
  const role = facts.name(entityRef('role', called))
  const colon = uid?.indexOf(':') ?? -1
  if (uid === null || colon < 1) return role
  const session = facts.name(entityRef('session', name(uid)))
  facts.trait(session, 'principal-id', name(uid))
  facts.trait(session, 'session-name', name(uid.slice(colon + 1)))
  facts.trait(session, 'access-key', key)
  facts.trait(role, 'principal-id', name(uid.slice(0, colon)))
  return session
}

function endpointOf(facts: Facts, endpoint: JsonObject): EntityRef | null {
  const address = facts.name(ipRef(field(endpoint, 'ip')))
  const port = num(field(endpoint, 'port'))
  if (port !== null && Number.isInteger(port)) facts.trait(address, 'port', `${port}/tcp`)
  domainFacts(facts, null, field(endpoint, 'domain'))
  return address
}

/** A thing that was attacked, by what its data says that it is. */
function resourceOf(facts: Facts, resource: JsonObject): EntityRef | null {
  const data = obj(field(resource, 'data'))
  const called = name(field(resource, 'name'))
  const uid = said(field(resource, 'uid'))
  const workload = obj(field(data, 'kubernetesWorkload'))
  if (workload !== null) {
    const namespace = name(field(workload, 'namespace'))
    const type = said(field(workload, 'type'))?.toLowerCase() ?? 'pods'
    return facts.name(
      type === 'pod' || type === 'pods'
        ? entityRef('pod', namespace, called)
        : entityRef('workload', namespace, name(workloadOfWord(type)), called),
    )
  }
  if (field(data, 'container') !== undefined) {
    return facts.name(imageRef(field(obj(field(data, 'container')), 'image')))
  }
  if (field(data, 'ec2Instance') !== undefined) {
    return facts.add('instance', /\bi-[0-9a-f]{6,20}\b/.exec(`${uid ?? ''} ${called ?? ''}`)?.[0] ?? null)
  }
  if (field(data, 's3Bucket') !== undefined) {
    return facts.add('bucket', called ?? name(uid?.replace(/^arn:aws[a-z-]{0,20}:s3:::/, '')))
  }
  return null
}

function signalOf(signal: JsonObject, seen: Surroundings): Signal {
  const kind = text(field(signal, 'type')) ?? ''
  const called = text(field(signal, 'name')) ?? kind
  const first = moment(field(signal, 'firstSeenAt')) ?? moment(field(signal, 'createdAt')) ?? seen.first
  const last = moment(field(signal, 'lastSeenAt')) ?? moment(field(signal, 'updatedAt')) ?? first
  const count = num(field(signal, 'count'))
  return {
    finding: kind === 'FINDING' ? findingId(field(signal, 'uid')) : null,
    kind,
    name: called,
    tactic: (kind === 'FINDING' ? tacticOfType(called) : null) ?? indicated(signal),
    firstSeen: Math.min(first, last),
    lastSeen: Math.max(first, last),
    count: count !== null && Number.isSafeInteger(count) && count > 0 ? count : 1,
  }
}

function indicated(signal: JsonObject): string | null {
  for (const one of list(field(signal, 'signalIndicators')).filter(isObject)) {
    if (field(one, 'key') !== 'ATTACK_TACTIC') continue
    const words = list(field(one, 'values')).flatMap((value) =>
      typeof value === 'string' ? [tacticWords(value)] : [],
    )
    const [known] = words.filter((word) => word !== null)
    if (known !== undefined) return known
  }
  return null
}

/** A time as text, or as seconds or milliseconds since 1970. */
function moment(value: unknown): Micros | null {
  if (typeof value !== 'number') return time(value)
  const micros = Math.round(value * (Math.abs(value) > 1e11 ? 1e3 : 1e6))
  return Number.isSafeInteger(micros) && micros > 0 ? micros : null
}
