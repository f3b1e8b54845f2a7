import type { EntityRef } from '../model/entity.ts'
import type { ScopeParts } from '../model/scope.ts'
import { iamArn } from './cloudtrail-caller.ts'
import { entityRef, type Facts } from './facts.ts'
import { field } from './guardduty-fields.ts'
import { type JsonObject, name, obj, said } from './json.ts'

/** The IAM side of a finding. */
export interface AccessKey {
  readonly id: string | null
  /** Principal id, else user name, else access key id. */
  readonly principal: string | null
  readonly role: string | null
  /** An IAM user or the root of the account, as CloudTrail names them. */
  readonly user: string | null
  readonly session: string | null
  /** `AROA…` and the session's name, the two halves of the principal id of a session. */
  readonly halves: readonly [role: string, session: string] | null
}

/** Reads `accessKeyDetails`: for a role, `userName` is the role's name and `principalId` is `AROA…:session`. */
export function readAccessKey(resource: JsonObject | null, scope: ScopeParts): AccessKey {
  const details = obj(field(resource, 'accessKeyDetails'))
  const principalId = said(field(details, 'principalId'))
  const user = name(field(details, 'userName'))
  const userType = field(details, 'userType')
  const isRole = userType === 'Role' || userType === 'AssumedRole'
  const colon = principalId?.indexOf(':') ?? -1
  const isSession = isRole && principalId !== null && colon > 0
  const id = name(field(details, 'accessKeyId'))
  return {
    id,
    principal: name(principalId) ?? user ?? id,
    role: isRole ? (name(field(details, 'arn')) ?? user) : null,
    user: userKey(field(details, 'userType'), name(field(details, 'arn')), user, name(principalId), scope),
    session: isSession ? name(principalId) : null,
    halves: isSession ? [principalId.slice(0, colon), principalId.slice(colon + 1)] : null,
  }
}

/**
 * The ARN of an IAM user or of an account's root: a name is unique in its account, so it stands for the ARN without a
 * path. Null for every other type.
 */
export function userKey(
  type: unknown,
  arn: string | null,
  called: string | null,
  id: string | null,
  { account, region }: ScopeParts,
): string | null {
  const kind = typeof type === 'string' ? type.toLowerCase() : ''
  const ofAccount = (what: string | null): string | null => iamArn(region ?? null, account ?? null, what)
  if (kind === 'root') return arn ?? ofAccount('root')
  if (kind !== 'iamuser') return null
  return arn ?? ofAccount(called === null ? null : `user/${called}`) ?? id
}

/** An IAM user or root with what else it is known by. */
export function userFacts(
  facts: Facts,
  key: string | null,
  id: string | null,
  accessKey: string | null,
): EntityRef | null {
  const user = facts.name(entityRef('user', key))
  facts.trait(user, 'access-key', accessKey)
  if (id !== null && /^AIDA\w+$/.test(id)) facts.trait(user, 'principal-id', id)
  return user
}

/** Role, session and user, by what else they are known; they stand behind `subject`, who made the same call. */
export function accessKeyFacts(facts: Facts, key: AccessKey, subject: EntityRef | null): void {
  const role = facts.name(entityRef('role', key.role))
  const session = facts.name(entityRef('session', key.session))
  const user = userFacts(facts, key.user, key.principal, key.id)
  facts.trait(session ?? role, 'access-key', key.id)
  facts.trait(role, 'principal-id', name(key.halves?.[0]))
  facts.trait(session, 'principal-id', key.session)
  facts.trait(session, 'session-name', name(key.halves?.[1]))
  facts.link(subject, 'is', role)
  facts.link(subject, 'is', session)
  facts.link(subject, 'is', user)
}
