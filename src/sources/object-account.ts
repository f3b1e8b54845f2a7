import type { EntityRef } from '../model/entity.ts'
import { entityRef, type Facts } from './facts.ts'
import { get, name, obj, said } from './json.ts'
import type { WrittenObject } from './object.ts'

const ROLE_ARN = /^arn:aws[a-z-]{0,20}:iam::\d{12}:role\/./

/** A service account as the subject that it is called by. */
export function accountRef(namespace: string | null, called: string | null): EntityRef | null {
  if (namespace === null || called === null || /[:/]/.test(namespace + called)) return null
  return entityRef('subject', name(`system:serviceaccount:${namespace}:${called}`))
}

/** A service account, and the AWS role that its pods are given. */
export function accountFacts(facts: Facts, { object, namespace, called }: WrittenObject): void {
  const account = accountRef(namespace, called)
  const metadata = obj(get(object, 'metadata'))
  facts.trait(account, 'uid', name(get(metadata, 'uid')))
  const arn = said(get(obj(get(metadata, 'annotations')), 'eks.amazonaws.com/role-arn'))
  if (arn !== null && ROLE_ARN.test(arn)) facts.link(account, 'is', entityRef('role', name(arn)))
}
