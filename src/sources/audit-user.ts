import { entityRef, type Facts } from './facts.ts'
import { get, type JsonObject, list, name, obj, said } from './json.ts'

/** Adds who stands behind the user of a request: an AWS role and its session, or the pod that holds the token. */
export function userFacts(facts: Facts, user: JsonObject | null): void {
  const extra = obj(get(user, 'extra'))
  const username = said(get(user, 'username'))
  const subject = entityRef('subject', name(username))
  const arn = sessionArn(first(extra, 'arn'))
  const role = facts.add('role', name(first(extra, 'canonicalArn')))
  const session = facts.add('session', name(arn))
  const pod = facts.add('pod', name(accountNamespace(username)), name(first(extra, `${BOUND}pod-name`)))
  facts.trait(pod, 'uid', name(first(extra, `${BOUND}pod-uid`)))
  facts.link(pod, 'on', entityRef('node', name(first(extra, `${BOUND}node-name`))))
  const principal = first(extra, 'principalId') ?? principalOf(said(get(user, 'uid')))
  const opened = first(extra, 'sessionName') ?? arn?.slice(arn.lastIndexOf('/') + 1) ?? null
  facts.trait(session ?? role, 'access-key', name(first(extra, 'accessKeyId')))
  facts.trait(role, 'principal-id', name(principal))
  if (principal !== null && opened !== null)
    facts.trait(session, 'principal-id', name(`${principal}:${opened}`))
  facts.trait(session, 'session-name', name(opened))
  for (const behind of [role, session, pod]) facts.link(subject, 'is', behind)
}

const BOUND = 'authentication.kubernetes.io/'

/** As it came: what it says is looked for before it is cut to a name. Some pipelines spell `/` and `.` in a key out. */
function first(extra: JsonObject | null, key: string): string | null {
  const value = get(extra, key) ?? get(extra, key.replaceAll('.', '_').replaceAll('/', '_slash_'))
  return said(Array.isArray(value) ? list(value)[0] : value)
}

/** `arn` is a session only for an assumed role; for an IAM user it repeats `canonicalArn`. */
function sessionArn(arn: string | null): string | null {
  return arn !== null && arn.includes(':assumed-role/') ? arn : null
}

/** `aws-iam-authenticator:ACCOUNT:AROA…`, formerly `heptio-authenticator-aws:…`. */
function principalOf(uid: string | null): string | null {
  return /^(?:aws-iam-authenticator|heptio-authenticator-aws):\d{12}:(\w+)$/.exec(uid ?? '')?.[1] ?? null
}

function accountNamespace(subject: string | null): string | null {
  return /^system:serviceaccounts?:([^:]+):/.exec(subject ?? '')?.[1] ?? null
}
