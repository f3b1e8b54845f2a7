import type { EntityRef } from '../model/entity.ts'
import { partitionOf } from '../model/region.ts'
import { entityRef, type Facts } from './facts.ts'
import { get, type JsonObject, name, obj, said } from './json.ts'

/** A service of AWS by its domain; null for anything else, such as `AWS Internal`. */
export function serviceRef(domain: string | null): EntityRef | null {
  const isDomain = domain !== null && /^[a-z0-9.-]{1,100}\.amazonaws\.com(?:\.cn)?$/.test(domain)
  return isDomain ? entityRef('service', name(domain)) : null
}

/** What stands instead of a name that nobody has: it may be a password typed into the wrong field. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS'

/**
 * Who made a call, with what else it is known by and the role or person behind it. Null when the event names nobody.
 */
export function callerOf(facts: Facts, identity: JsonObject | null, region: string | null): EntityRef | null {
  const caller = facts.name(refOf(identity, region))
  const key = name(get(identity, 'accessKeyId'))
  const id = said(get(identity, 'principalId'))
  if (caller?.kind === 'session') {
    const context = obj(get(identity, 'sessionContext'))
    sessionFacts(facts, caller, { id, key, identity: said(get(context, 'sourceIdentity')) })
    if (said(get(context, 'ec2RoleDelivery')) !== null) instanceFacts(facts, caller, id)
    issuerFacts(facts, caller, obj(get(context, 'sessionIssuer')))
  } else if (caller?.kind === 'user') {
    facts.trait(caller, 'access-key', key)
    if (id !== null && /^AIDA\w+$/.test(id)) facts.trait(caller, 'principal-id', name(id))
  }
  return caller
}

function refOf(identity: JsonObject | null, region: string | null): EntityRef | null {
  const arn = name(get(identity, 'arn'))
  const id = said(get(identity, 'principalId'))
  const account = name(get(identity, 'accountId'))
  const called = said(get(identity, 'userName'))
  const byService = serviceRef(said(get(identity, 'invokedBy')))
  switch (get(identity, 'type')) {
    case 'AssumedRole':
    case 'FederatedUser':
      return entityRef('session', arn ?? name(id))
    case 'Role':
      return entityRef('role', arn ?? name(id))
    case 'Root':
      return entityRef('user', arn ?? iamArn(region, account, 'root'))
    case 'IAMUser':
      if (called === HIDDEN) return null
      return entityRef(
        'user',
        arn ?? iamArn(region, account, called === null ? null : `user/${called}`) ?? name(id),
      )
    case 'AWSService':
      return byService
    case 'AWSAccount':
      // Of another account only the id is told, which that account's own events say too.
      if (/^AROA\w+:./.test(id ?? '')) return entityRef('session', name(id))
      return /^AIDA\w+$/.test(id ?? '') ? entityRef('user', name(id)) : entityRef('account', account)
    case 'WebIdentityUser':
    case 'SAMLUser':
    case 'IdentityCenterUser':
    case 'Directory':
    case 'Unknown':
      return entityRef('user', name(id) ?? name(called)) ?? entityRef('account', account)
    default:
      return ofArn(arn) ?? byService ?? entityRef('account', account)
  }
}

/** For events that do not say the type. */
function ofArn(arn: string | null): EntityRef | null {
  if (arn === null) return null
  if (/:(?:assumed-role|federated-user)\//.test(arn)) return entityRef('session', arn)
  if (/:user\/|:root$/.test(arn)) return entityRef('user', arn)
  return arn.includes(':role/') ? entityRef('role', arn) : null
}

/** What a session is known by: `AROA…:name`, its access key, who it says is behind it. */
export function sessionFacts(
  facts: Facts,
  session: EntityRef | null,
  known: { readonly id: string | null; readonly key: string | null; readonly identity: string | null },
): void {
  facts.trait(session, 'access-key', known.key)
  if (known.id?.includes(':', 1) === true) facts.trait(session, 'principal-id', name(known.id))
  facts.trait(session, 'session-name', name(openedAs(session, known.id)))
  facts.trait(session, 'source-identity', name(known.identity))
}

/** The name that a session was opened under: behind the colon of its id, or at the end of its ARN. */
function openedAs(session: EntityRef | null, id: string | null): string | null {
  const colon = id?.indexOf(':') ?? -1
  if (id !== null && colon > 0) return id.slice(colon + 1)
  const arn = session?.key ?? ''
  return arn.includes('/') ? arn.slice(arn.lastIndexOf('/') + 1) : null
}

/** EC2 names the sessions of its instances by their ids, and CloudTrail says where it did; anybody may name another one so. */
function instanceFacts(facts: Facts, session: EntityRef, id: string | null): void {
  const opened = openedAs(session, id)
  if (opened !== null && /^i-[0-9a-f]{8,32}$/.test(opened))
    facts.link(session, 'is', entityRef('instance', opened))
}

/** A session's role; of one that stands for a person, that person. */
function issuerFacts(facts: Facts, session: EntityRef, issuer: JsonObject | null): void {
  const arn = name(get(issuer, 'arn'))
  const type = get(issuer, 'type')
  if (type === 'IAMUser' || type === 'Root') {
    facts.link(entityRef('user', arn), 'opened', session)
    return
  }
  const role = entityRef('role', arn)
  facts.link(session, 'is', role)
  facts.trait(role, 'principal-id', name(get(issuer, 'principalId')))
}

/** `arn:aws:iam::ACCOUNT:what` in the partition of a region. */
export function iamArn(region: string | null, account: string | null, what: string | null): string | null {
  return account === null || what === null ? null : name(`arn:${partitionOf(region)}:iam::${account}:${what}`)
}
