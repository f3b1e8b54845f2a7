import { sql } from 'kysely'
import type { HoldKind } from '../db/approval-tables.ts'
import type { Trx } from '../db/transaction.ts'
import { type Refused, refuse } from '../model/refusals.ts'
import { aliasOf, coversScope, hasRole, personNamed, type Roster, VOTING } from '../model/roster.ts'
import { formatTime, type Micros } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import { type About, by, decide } from './decide.ts'
import type { Actor, ApprovalPorts, Done, Told } from './ports.ts'
import { peopleWords } from './words.ts'

/** What is stopped: a person by id, a scope, or all of it. */
export type HoldTarget =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'scope'; readonly name: string }
  | { readonly kind: 'all'; readonly name: '' }

/** A lock in force. `user`: Slack id of who set it. */
export interface Hold {
  readonly id: number
  readonly kind: HoldKind
  readonly name: string
  readonly person: string
  readonly user: string
  readonly at: Micros
  readonly reason: string | null
}

/** Votes that lift a lock. */
const LIFTERS = 2

/**
 * The locks in force that stop the people or the scope. No lock is set until the transaction ends: what it decides was decided before
 * the next lock.
 */
export async function holdsOn(trx: Trx, scope: string, people: readonly string[]): Promise<readonly Hold[]> {
  await sql`lock table hold in share mode`.execute(trx)
  const rows = await trx
    .selectFrom('hold')
    .select(['id', 'kind', 'name', 'person', 'user', 'at', 'reason'])
    .where('lifted_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.filter(
    ({ kind, name }) =>
      kind === 'all' || (kind === 'scope' ? coversScope([name], scope) : people.includes(name)),
  )
}

/** Ids of the people whom a lock of their own stops. */
export async function heldPeople(trx: Trx): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom('hold')
    .select('name')
    .where('kind', '=', 'person')
    .where('lifted_at', 'is', null)
    .execute()
  return new Set(rows.map(({ name }) => name))
}

/** The refusal for a lock. */
export function lockedBy(roster: Roster, hold: Hold, now: Micros): Refused {
  return refuse('locked', {
    scope: heldWords(roster, hold),
    who: [{ person: hold.user }],
    T: clockWords(hold.at, now),
    reason: hold.reason === null ? 'no reason given' : [{ code: hold.reason }],
  })
}

/** What a lock holds, in the words that lift it: a cluster's name, a person's id, or `all`. */
export function heldWords(roster: Roster, { kind, name }: Pick<Hold, 'kind' | 'name'>): string {
  if (kind === 'all') return 'all'
  return kind === 'scope' ? aliasOf(roster, name) : name
}

/** A lock that was set, or that was there already. */
export interface Locked {
  readonly hold: Hold
  readonly isNew: boolean
}

/** What the trail says a decision about a lock is about. */
function aboutHold(target: HoldTarget, detail: About['detail']): About {
  return { scope: target.kind === 'scope' ? target.name : null, incident: null, proposal: null, detail }
}

/** Stops a person, a scope or all at once. Any responder, approver or operator of the scope may; it waits for nobody. */
export function lock(
  ports: ApprovalPorts,
  actor: Actor,
  target: HoldTarget,
  reason: string | null,
): Promise<Done<Locked> | Told> {
  const detail = { kind: target.kind, name: target.name, reason }
  const about = aboutHold(target, detail)
  return decide(
    ports,
    actor,
    () => about,
    async ({ trx, now, note }) => {
      const roster = ports.roster.current()
      const refused = mayHold(roster, actor, target)
      if (refused !== null) return refused
      const row = {
        kind: target.kind,
        name: target.name,
        person: actor.person?.id ?? '',
        user: actor.account.user,
        at: formatTime(now),
        reason,
      }
      const made = await trx
        .insertInto('hold')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['kind', 'name']).where('lifted_at', 'is', null).doNothing(),
        )
        .returning(['id', 'kind', 'name', 'person', 'user', 'at', 'reason'])
        .executeTakeFirst()
      const hold = made ?? (await inForce(trx, target))
      if (hold === undefined) throw new Error('a lock that is neither new nor in force')
      note({
        ...by(actor),
        ...about,
        act: 'locked',
        code: null,
        detail: { ...detail, isNew: made !== undefined },
      })
      return { hold, isNew: made !== undefined }
    },
  )
}

/** A lock with those who want it lifted; it is lifted when there are two of them. */
export interface Lifted {
  /** Null: nothing of that name is locked. */
  readonly hold: Hold | null
  /** Slack ids, first come first. */
  readonly lifters: readonly string[]
  readonly isLifted: boolean
}

/** One of two people who lift a lock: approvers of the scope, and nobody whom the lock stops. */
export function unlock(ports: ApprovalPorts, actor: Actor, target: HoldTarget): Promise<Done<Lifted> | Told> {
  const detail = { kind: target.kind, name: target.name }
  const about = aboutHold(target, detail)
  return decide(
    ports,
    actor,
    () => about,
    async ({ trx, now, note }) => {
      const roster = ports.roster.current()
      const refused = mayLift(roster, actor, target)
      if (refused !== null) return refused
      const held = await heldPeople(trx)
      if (actor.person !== null && held.has(actor.person.id)) {
        const own = await inForce(trx, { kind: 'person', name: actor.person.id })
        if (own !== undefined) return lockedBy(roster, own, now)
      }
      const hold = await inForce(trx, target)
      if (hold === undefined) {
        note({
          ...by(actor),
          ...about,
          act: 'unlocked',
          code: null,
          detail: { ...detail, isLifted: false, people: [] },
        })
        return { hold: null, lifters: [], isLifted: false }
      }
      const at = formatTime(now)
      await trx
        .insertInto('hold_lift')
        .values({ hold: hold.id, person: actor.person?.id ?? '', user: actor.account.user, at })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const lifts = await trx
        .selectFrom('hold_lift')
        .select(['person', 'user'])
        .where('hold', '=', hold.id)
        .orderBy('at')
        .execute()
      // Who may no longer lift it does not count.
      const counted = lifts.filter(({ person }) => {
        const lifter = personNamed(roster, person)
        return (
          lifter !== null &&
          !held.has(person) &&
          mayLift(roster, { ...actor, person: lifter, refused: null }, target) === null
        )
      })
      const isLifted = counted.length >= LIFTERS
      if (isLifted) await trx.updateTable('hold').set({ lifted_at: at }).where('id', '=', hold.id).execute()
      const people = counted.map(({ person }) => person)
      note({ ...by(actor), ...about, act: 'unlocked', code: null, detail: { ...detail, isLifted, people } })
      return { hold, lifters: counted.map(({ user }) => user), isLifted }
    },
  )
}

/** The lock in force on exactly that, with its row locked. */
function inForce(trx: Trx, { kind, name }: HoldTarget): Promise<Hold | undefined> {
  return trx
    .selectFrom('hold')
    .select(['id', 'kind', 'name', 'person', 'user', 'at', 'reason'])
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('lifted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

function mayHold(roster: Roster, { person, refused }: Actor, target: HoldTarget): Refused | null {
  if (refused !== null) return refused
  const scope = scopeOfHold(target)
  if (person === null || !(scope === null ? person.roles.length > 0 : hasRole(person, ACTING, scope)))
    return refuse('not-responder', { cluster: heldWords(roster, target), owner: 'an administrator' })
  return null
}

/** Whoever acts on a cluster may stop what happens there. */
const ACTING = ['responder', ...VOTING] as const

function mayLift(roster: Roster, { person, refused }: Actor, target: HoldTarget): Refused | null {
  if (refused !== null) return refused
  const scope = scopeOfHold(target)
  const may =
    person !== null &&
    !(target.kind === 'person' && person.id === target.name) &&
    (scope === null ? person.roles.some((role) => VOTING.includes(role)) : hasRole(person, VOTING, scope))
  if (may) return null
  const approvers = roster.people.filter(({ id, roles, scopes }) => {
    const votes = roles.some((role) => VOTING.includes(role))
    return votes && id !== person?.id && (scope === null || coversScope(scopes, scope))
  })
  return refuse('not-approver', {
    cluster: heldWords(roster, target),
    approvers: peopleWords(roster, approvers),
  })
}

function scopeOfHold({ kind, name }: HoldTarget): string | null {
  return kind === 'scope' ? name : null
}
