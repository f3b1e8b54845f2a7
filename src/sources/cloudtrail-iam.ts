import type { EntityRef } from '../model/entity.ts'
import type { CallWritten } from './cloudtrail-call.ts'
import { iamArn } from './cloudtrail-caller.ts'
import { entityRef, type Facts } from './facts.ts'
import { get, name, obj, said } from './json.ts'

/** The role and the user that a change of IAM is about. */
export function principalFacts(facts: Facts, call: CallWritten): void {
  const role = facts.name(namedOr(call, 'role', 'roleName'))
  const user = facts.name(namedOr(call, 'user', 'userName'))
  for (const [ref, kind] of [
    [role, 'role'],
    [user, 'user'],
  ] as const) {
    const made = obj(get(call.response, kind))
    facts.trait(ref, 'principal-id', name(get(made, `${kind}Id`)))
  }
}

/** A new access key, of the user that it names or of the caller. */
export function accessKeyFacts(facts: Facts, call: CallWritten): void {
  const key = name(get(obj(get(call.response, 'accessKey')), 'accessKeyId'))
  facts.trait(namedOr(call, 'user', 'userName') ?? call.caller, 'access-key', key)
}

/** By the ARN that the answer says. A name is unique in its account whatever its path, so without one it stands alone. */
function namedOr(call: CallWritten, kind: 'role' | 'user', parameter: string): EntityRef | null {
  const arn = said(get(obj(get(call.response, kind)), 'arn'))
  const called = said(get(call.request, parameter))
  const own = called === null ? null : iamArn(call.region, call.account, `${kind}/${called}`)
  return entityRef(kind, name(arn) ?? own)
}
