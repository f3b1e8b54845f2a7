import type { EntityRef } from '../model/entity.ts'
import type { CallWritten } from './cloudtrail-call.ts'
import { sessionFacts } from './cloudtrail-caller.ts'
import { entityRef, type Facts } from './facts.ts'
import { get, type JsonObject, name, obj, said } from './json.ts'
import { accountRef } from './object-account.ts'

/** AssumeRole and its like: the caller opened a session of a role, and so did the service account that it spoke for. */
export function roleSessionFacts(facts: Facts, { event, request, response, caller }: CallWritten): void {
  const given = obj(get(response, 'assumedRoleUser'))
  const role = said(get(request, 'roleArn'))
  const called = said(get(request, 'roleSessionName'))
  const session = entityRef('session', name(get(given, 'arn')) ?? name(sessionArn(role, called)))
  facts.link(caller, 'opened', session)
  for (const account of [webAccount(obj(get(event, 'userIdentity'))), podAccount(request, response)]) {
    if (account === null) continue
    facts.link(account.subject, 'opened', session)
    if (account.place !== null)
      facts.trait(session, 'opened-in', name(`${account.place} ${account.subject.key}`))
  }
  facts.link(session, 'is', entityRef('role', name(role)))
  sessionFacts(facts, session, {
    id: said(get(given, 'assumedRoleId')) ?? said(get(given, 'assumeRoleId')),
    key: keyOf(response),
    identity: said(get(response, 'sourceIdentity')) ?? said(get(request, 'sourceIdentity')),
  })
}

/** GetFederationToken: a session in the name of a user. */
export function federatedFacts(facts: Facts, { response, caller }: CallWritten): void {
  const given = obj(get(response, 'federatedUser'))
  const session = entityRef('session', name(get(given, 'arn')))
  facts.link(caller, 'opened', session)
  sessionFacts(facts, session, {
    id: said(get(given, 'federatedUserId')),
    key: keyOf(response),
    identity: null,
  })
}

/** GetSessionToken: another key of the same user. */
export function sessionTokenFacts(facts: Facts, { response, caller }: CallWritten): void {
  facts.trait(caller, 'access-key', keyOf(response))
}

function keyOf(response: JsonObject | null): string | null {
  return name(get(obj(get(response, 'credentials')), 'accessKeyId'))
}

/** The ARN that a session of a role gets: the path of the role is no part of it. */
function sessionArn(role: string | null, called: string | null): string | null {
  const parts = /^arn:(aws[a-z-]{0,20}):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(role ?? '')
  if (parts === null || called === null) return null
  const [, partition, account, own] = parts
  return `arn:${partition}:sts::${account}:assumed-role/${own}/${called}`
}

/** A service account, and its cluster: the name, `oidc:` and the id of its issuer, or null where neither is told. */
interface Account {
  readonly subject: EntityRef
  readonly place: string | null
}

/** An issuer of EKS, whole from its beginning: whoever has another one may write this one's name behind their own. */
const EKS_ISSUER =
  /^(?:https:\/\/|arn:aws[a-z-]{0,20}:iam::\d{12}:oidc-provider\/)?(?:oidc\.eks\.[a-z0-9-]+\.amazonaws\.(?:com|com\.cn|eu)|oidc-eks\.[a-z0-9-]+\.api\.aws)(?:\/id\/([0-9A-Za-z]{1,64}))?(?:\/|$)/

/** A service account that a cluster of EKS vouches for; other issuers may write what they like. */
function webAccount(identity: JsonObject | null): Account | null {
  if (get(identity, 'type') !== 'WebIdentityUser') return null
  const issuer = EKS_ISSUER.exec(said(get(identity, 'identityProvider')) ?? '')
  const called = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(said(get(identity, 'userName')) ?? '')
  if (issuer === null || called === null) return null
  const subject = accountRef(called[1] ?? null, called[2] ?? null)
  return subject === null ? null : { subject, place: issuer[1] === undefined ? null : `oidc:${issuer[1]}` }
}

/** The service account that EKS Pod Identity gave a session to. */
function podAccount(request: JsonObject | null, response: JsonObject | null): Account | null {
  const given = obj(get(response, 'subject'))
  const subject = accountRef(said(get(given, 'namespace')), said(get(given, 'serviceAccount')))
  const cluster = said(get(request, 'clusterName'))
  const isName = cluster !== null && /^[\w-]{1,100}$/.test(cluster)
  return subject === null ? null : { subject, place: isName ? cluster : null }
}
