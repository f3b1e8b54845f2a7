import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Mode } from '../model/plan.ts'
import type { PersonRole, Roster, RosterSource } from '../model/roster.ts'
import { formatScope } from '../model/scope.ts'
import { SCOPE } from './opening/cast.ts'

/** The practice people, by the account that the workspace simulator gives them. */
const PEOPLE: readonly (readonly [id: string, user: string, roles: readonly PersonRole[]])[] = [
  ['alex', 'UALEX', ['responder']],
  ['sam', 'USAM', ['responder']],
  ['morgan', 'UMORGAN', ['approver']],
  ['casey', 'UCASEY', ['approver', 'operator']],
  ['riley', 'URILEY', []],
]

/** Who is who in the workspace simulator: nobody approves there who could not in a real one. */
export function practiceRoster(tenant: string, mode: Mode = 'dry-run'): RosterSource {
  const rules = {
    clusters: [{ scope: formatScope(SCOPE), alias: SCOPE.cluster, mode }],
    breakGlass: [],
    standardMode: mode,
  }
  const roster: Roster = {
    tenant,
    ...rules,
    people: PEOPLE.map(([id, user, roles]) => ({
      id,
      roles,
      accounts: [{ team: tenant, user }],
      scopes: ['*/*/*'],
    })),
    channels: [],
    policy: createHash('sha256')
      .update(canonicalize(rules) ?? '')
      .digest('hex'),
  }
  return { current: () => roster, problem: () => null, onChange: () => undefined }
}
