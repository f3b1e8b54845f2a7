import type { EntityRef } from '../model/entity.ts'
import { entityRef, type Facts } from './facts.ts'
import { field } from './guardduty-fields.ts'
import { type JsonObject, name, obj, said } from './json.ts'

/** The IAM side of a finding. */
export interface AccessKey {
  readonly id: string | null
  /** Principal id, else user name, else access key id. */
  readonly principal: string | null
  readonly role: string | null
  readonly session: string | null
  /** `AROA…` and the session's name, the two halves of the principal id of a session. */
  readonly halves: readonly [role: string, session: string] | null
}

/** Reads `accessKeyDetails`: for a role, `userName` is the role's name and `principalId` is `AROA…:session`. */
export function readAccessKey(resource: JsonObject | null): AccessKey {
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
    session: isSession ? name(principalId) : null,
    halves: isSession ? [principalId.slice(0, colon), principalId.slice(colon + 1)] : null,
  }
}

/** Role and session, by what else they are known; they stand behind `subject`, who made the same call. */
export function accessKeyFacts(facts: Facts, key: AccessKey, subject: EntityRef | null): void {
  const role = facts.name(entityRef('role', key.role))
  const session = facts.name(entityRef('session', key.session))
  facts.trait(session ?? role, 'access-key', key.id)
  facts.trait(role, 'principal-id', name(key.halves?.[0]))
  facts.trait(session, 'principal-id', key.session)
  facts.trait(session, 'session-name', name(key.halves?.[1]))
  facts.link(subject, 'is', role)
  facts.link(subject, 'is', session)
}
