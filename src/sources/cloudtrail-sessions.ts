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
  facts.link(webAccount(obj(get(event, 'userIdentity'))), 'opened', session)
  facts.link(podAccount(response), 'opened', session)
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

const EKS_ISSUER =
  /(?:^|\/)(?:oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|oidc-eks\.[a-z0-9-]+\.api\.aws)(?:\/|$)/

/** A service account that a cluster of EKS vouches for; other issuers may write what they like. */
function webAccount(identity: JsonObject | null): EntityRef | null {
  const issuer = said(get(identity, 'identityProvider')) ?? ''
  const called = said(get(identity, 'userName')) ?? ''
  const [, namespace = null, account = null] =
    (get(identity, 'type') === 'WebIdentityUser' && EKS_ISSUER.test(issuer)
      ? /^system:serviceaccount:([^:]+):([^:]+)$/.exec(called)
      : null) ?? []
  return accountRef(namespace, account)
}

/** The service account that EKS Pod Identity gave a session to. */
function podAccount(response: JsonObject | null): EntityRef | null {
  const subject = obj(get(response, 'subject'))
  return accountRef(said(get(subject, 'namespace')), said(get(subject, 'serviceAccount')))
}
