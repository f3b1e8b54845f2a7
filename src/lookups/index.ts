import type { LookupName } from '../model/answer.ts'
import { ip } from './ip.ts'
import type { Lookup } from './lookup.ts'
import { secrets } from './secrets.ts'
import { seen } from './seen.ts'
import { subject } from './subject.ts'

/** Every lookup, in the order of menus and tables. */
export const LOOKUPS: readonly Lookup[] = [subject, ip, secrets, seen]

const BY_NAME: Record<LookupName, Lookup> = { subject, ip, secrets, seen }

export function lookupNamed(name: LookupName): Lookup {
  return BY_NAME[name]
}
