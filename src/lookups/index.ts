import type { LookupName } from '../model/answer.ts'
import { activity } from './activity.ts'
import { cluster } from './cluster.ts'
import { containers } from './containers.ts'
import { ip } from './ip.ts'
import type { Lookup } from './lookup.ts'
import { network } from './network.ts'
import { newly } from './newly.ts'
import { principal } from './principal.ts'
import { secrets } from './secrets.ts'
import { seen } from './seen.ts'
import { subject } from './subject.ts'
import { volume } from './volume.ts'

const BY_NAME: Record<LookupName, Lookup> = {
  subject,
  ip,
  secrets,
  seen,
  newly,
  volume,
  activity,
  principal,
  network,
  cluster,
  containers,
}

/** Every lookup, in the order of menus and tables. */
export const LOOKUPS: readonly Lookup[] = Object.values(BY_NAME)

export function lookupNamed(name: LookupName): Lookup {
  return BY_NAME[name]
}
