import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lock, unlock } from '../../src/approvals/holds.ts'
import { propose } from '../../src/approvals/propose.ts'
import { sweepExpired } from '../../src/approvals/sweep.ts'
import { noteRead } from '../../src/approvals/view.ts'
import { vote } from '../../src/approvals/vote.ts'
import { withdraw } from '../../src/approvals/withdraw.ts'
import { planQuorum } from '../../src/model/quorum.ts'
import { isRefused } from '../../src/model/refusals.ts'
import { type Desk, openDesk } from './desk.ts'
import {
  counted,
  expectPropose,
  expectVote,
  type Known,
  mayVote,
  PERSON_OF,
  type Pressed,
  type World,
} from './oracle.ts'
import { actor, planned, SCOPE, step } from './people.ts'

const RUNS = process.env['FIREBREAK_TEST_FULL'] === undefined ? 100 : 2000
const COMMANDS = 60

const USERS = ['UADA', 'UADA2', 'USAM', 'UMO', 'UKIM', 'UOP', 'UFAR', 'UNOBODY', 'UBOT', 'UGUEST'] as const
const TIERS = [1, 2, 3, 4] as const
const SOME_WORDS = [null, 'short', 'ten letters or more', 'twenty letters and more of them'] as const

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

/** What the run counts besides: every call that decides leaves what it must on the trail. */
interface Real {
  readonly ids: { readonly id: number; readonly digest: string }[]
  /** Rows of each act that are due. */
  readonly due: Map<string, number>
}

type Command = fc.AsyncCommand<World, Real>

function owe({ due }: Real, act: string, n = 1): void {
  due.set(act, (due.get(act) ?? 0) + n)
}

/** Moves a proposal of the model on; the end of it is final. */
function become(known: Known, state: Known['state']): void {
  expect(['proposed', 'approved']).toContain(known.state)
  known.state = state
}

class Propose implements Command {
  readonly #user: string
  readonly #tier: 1 | 2 | 3 | 4
  readonly #isContainFirst: boolean
  readonly #words: string
  readonly #replaces: number | null
  constructor(
    user: string,
    tier: 1 | 2 | 3 | 4,
    isContainFirst: boolean,
    words: string,
    replaces: number | null,
  ) {
    this.#user = user
    this.#tier = tier
    this.#isContainFirst = isContainFirst
    this.#words = words
    this.#replaces = replaces
  }
  check(): boolean {
    return true
  }
  async run(world: World, real: Real): Promise<void> {
    const expected = expectPropose(world, this.#user, this.#words)
    const at = this.#replaces === null || real.ids.length === 0 ? null : this.#replaces % real.ids.length
    const steps = [step(this.#tier, this.#isContainFirst ? 'quarantine' : 'preserve')]
    const result = await propose(desk.ports, actor(desk.cast.current(), this.#user), {
      planned: planned(steps),
      incident: desk.incident,
      scope: SCOPE,
      reason: this.#words,
      isContainFirst: this.#isContainFirst,
      keepFor: 3600,
      replaces: at === null ? null : (real.ids[at]?.id ?? null),
      isSample: false,
    })
    if (isRefused(result)) {
      expect(result.refused, String(this)).toBe(expected)
      return owe(real, 'refused')
    }
    expect(expected, String(this)).toBe('done')
    owe(real, 'proposed')
    const person = PERSON_OF.get(this.#user) ?? ''
    const old = at === null ? undefined : world.proposals[at]
    if (old !== undefined && old.state === 'proposed' && old.requester === person) {
      become(old, 'superseded')
      owe(real, 'superseded')
    }
    real.ids.push({ id: result.proposal, digest: result.digest })
    world.proposals.push({
      requester: person,
      user: this.#user,
      quorum: planQuorum(steps, this.#isContainFirst),
      isContainFirst: this.#isContainFirst,
      policy: world.policy,
      expiresAt: world.now + 1800,
      state: 'proposed',
      startBy: 0,
      votes: new Map(),
      readers: new Set(),
    })
  }
  toString(): string {
    return `propose(${this.#user}, tier ${this.#tier}, ${this.#isContainFirst}, ${this.#words.length}, ${this.#replaces})`
  }
}

class Vote implements Command {
  readonly #at: number
  readonly #pressed: Pressed
  /** Delivered so often. */
  readonly #times: number
  constructor(at: number, pressed: Pressed, times: number) {
    this.#at = at
    this.#pressed = pressed
    this.#times = times
  }
  check(world: Readonly<World>): boolean {
    return world.proposals.length > 0
  }
  async run(world: World, real: Real): Promise<void> {
    for (let time = 0; time < this.#times; time++) await this.#once(world, real)
  }
  async #once(world: World, real: Real): Promise<void> {
    const at = this.#at % world.proposals.length
    const known = world.proposals[at]
    const row = real.ids[at]
    if (known === undefined || row === undefined) throw new Error('no such proposal')
    const { user, decision, words, isWaiver, isStale } = this.#pressed
    const expected = expectVote(world, known, this.#pressed)
    const result = await vote(desk.ports, actor(desk.cast.current(), user), {
      proposal: row.id,
      digest: isStale ? '0'.repeat(64) : row.digest,
      decision,
      words,
      isWaiver,
      changed: null,
    })
    if (expected === 'expired' && known.state === 'proposed') {
      become(known, 'expired')
      owe(real, 'expired')
    }
    if (isRefused(result)) {
      expect(result.refused, String(this)).toBe(expected)
      return owe(real, 'refused')
    }
    expect(expected, String(this)).toBe('done')
    const person = PERSON_OF.get(user) ?? ''
    const lapsed = [...known.votes].filter(([one, { isVoid }]) => !isVoid && !mayVote(world, one))
    for (const [, one] of lapsed) one.isVoid = true
    if (lapsed.length > 0) owe(real, 'votes-voided')
    known.votes.set(person, { decision, isVoid: false })
    owe(real, 'voted')
    if (known.isContainFirst && isWaiver) owe(real, 'waived')
    const { votes, operators } = counted(world, known)
    expect(result.have).toBe(votes)
    if (decision === 'deny') {
      become(known, 'denied')
      owe(real, 'denied')
    } else if (votes >= known.quorum.votes && operators >= known.quorum.operators) {
      become(known, 'approved')
      known.startBy = world.now + 600
      owe(real, 'approved')
    }
  }
  toString(): string {
    return `vote(${this.#at}, ${JSON.stringify(this.#pressed)}, ${this.#times})`
  }
}

class Withdraw implements Command {
  readonly #at: number
  readonly #user: string
  constructor(at: number, user: string) {
    this.#at = at
    this.#user = user
  }
  check(world: Readonly<World>): boolean {
    return world.proposals.length > 0
  }
  async run(world: World, real: Real): Promise<void> {
    const at = this.#at % world.proposals.length
    const known = world.proposals[at]
    const row = real.ids[at]
    if (known === undefined || row === undefined) throw new Error('no such proposal')
    const result = await withdraw(desk.ports, actor(desk.cast.current(), this.#user), row.id)
    const isRequester = PERSON_OF.get(this.#user) === known.requester
    const isOver = known.state === 'proposed' && world.now >= known.expiresAt
    if (isRequester && isOver) {
      become(known, 'expired')
      owe(real, 'expired')
    }
    if (isRefused(result)) {
      expect(isRequester && known.state === 'proposed', String(this)).toBe(false)
      return owe(real, 'refused')
    }
    expect(isRequester && known.state === 'proposed', String(this)).toBe(true)
    become(known, 'withdrawn')
    owe(real, 'withdrawn')
  }
  toString(): string {
    return `withdraw(${this.#at}, ${this.#user})`
  }
}

class Change implements Command {
  readonly #what: string
  readonly #change: (world: World, real: Real) => Promise<void> | void
  constructor(what: string, change: (world: World, real: Real) => Promise<void> | void) {
    this.#what = what
    this.#change = change
  }
  check(): boolean {
    return true
  }
  async run(world: World, real: Real): Promise<void> {
    await this.#change(world, real)
  }
  toString(): string {
    return this.#what
  }
}

function advance(seconds: number): Change {
  return new Change(`advance(${seconds})`, (world) => {
    world.now += seconds
    desk.ahead += seconds
  })
}

function revoke(person: string): Change {
  return new Change(`revoke(${person})`, (world) => {
    world.revoked.add(person)
    desk.cast.revoke(person)
  })
}

function restore(person: string): Change {
  return new Change(`restore(${person})`, (world) => {
    world.revoked.delete(person)
    desk.cast.restore(person)
  })
}

function newPolicy(n: number): Change {
  return new Change(`policy(${n})`, (world) => {
    world.policy = `policy-${n}`
    desk.cast.roster = { ...desk.cast.roster, policy: world.policy }
  })
}

function trouble(isTrouble: boolean): Change {
  return new Change(`trouble(${isTrouble})`, (world) => {
    world.trouble = isTrouble
    desk.cast.trouble = isTrouble ? 'line 3 is no YAML' : null
  })
}

function read(at: number, user: string): Change {
  return new Change(`read(${at}, ${user})`, async (world, real) => {
    const known = world.proposals[at % Math.max(1, world.proposals.length)]
    const row = real.ids[at % Math.max(1, real.ids.length)]
    const person = PERSON_OF.get(user)
    if (known === undefined || row === undefined || person === undefined) return
    known.readers.add(person)
    await noteRead(
      desk.world.bot,
      actor(desk.cast.current(), user),
      { number: row.id, digest: row.digest },
      0,
    )
  })
}

const TARGETS = {
  all: ['all', ''],
  scope: ['scope', SCOPE],
  'person mo': ['person', 'mo'],
  'person ada': ['person', 'ada'],
} as const

function hold(user: string, name: keyof typeof TARGETS): Change {
  return new Change(`lock(${user}, ${name})`, async (world, real) => {
    const [kind, target] = TARGETS[name]
    const result = await lock(
      desk.ports,
      actor(desk.cast.current(), user),
      { kind, name: target } as never,
      'wrong cluster',
    )
    const person = PERSON_OF.get(user)
    const mayHold =
      user !== 'UGUEST' &&
      person !== undefined &&
      !world.revoked.has(person) &&
      (person !== 'far' || kind !== 'scope')
    expect(isRefused(result), `lock(${user}, ${name})`).toBe(!mayHold)
    owe(real, mayHold ? 'locked' : 'refused')
    if (mayHold && !world.holds.has(name)) world.holds.set(name, { lifters: new Set() })
  })
}

function lift(user: string, name: keyof typeof TARGETS): Change {
  return new Change(`unlock(${user}, ${name})`, async (world, real) => {
    const [kind, target] = TARGETS[name]
    const result = await unlock(desk.ports, actor(desk.cast.current(), user), { kind, name: target } as never)
    const person = PERSON_OF.get(user) ?? ''
    const mayLiftAs = (one: string): boolean =>
      (mayVote(world, one) || (one === 'far' && kind !== 'scope' && !world.revoked.has('far'))) &&
      `person ${one}` !== name
    const isHeldSelf = (one: string): boolean => world.holds.has(`person ${one}`)
    const may = user !== 'UGUEST' && mayLiftAs(person) && !isHeldSelf(person)
    expect(isRefused(result), `unlock(${user}, ${name})`).toBe(!may)
    owe(real, may ? 'unlocked' : 'refused')
    const held = world.holds.get(name)
    if (!may || held === undefined) return
    held.lifters.add(person)
    if ([...held.lifters].filter((one) => mayLiftAs(one) && !isHeldSelf(one)).length >= 2)
      world.holds.delete(name)
  })
}

const sweep = new Change('sweep', async (world, real) => {
  await sweepExpired(desk.ports)
  for (const known of world.proposals) {
    const until =
      known.state === 'proposed' ? known.expiresAt : known.state === 'approved' ? known.startBy : null
    if (until === null || world.now < until) continue
    become(known, 'expired')
    owe(real, 'expired')
  }
})

/** What the database holds is what the model says, after every command. */
class Look implements Command {
  readonly #command: Command
  constructor(command: Command) {
    this.#command = command
  }
  check(world: Readonly<World>): boolean {
    return this.#command.check(world)
  }
  async run(world: World, real: Real): Promise<void> {
    await this.#command.run(world, real)
    const rows = await desk.world.bot
      .selectFrom('proposal')
      .select(['id', 'state'])
      .where('id', 'in', [0, ...real.ids.map(({ id }) => id)])
      .orderBy('id')
      .execute()
    expect(
      rows.map(({ state }) => state),
      String(this),
    ).toEqual(world.proposals.map(({ state }) => state))
  }
  toString(): string {
    return String(this.#command)
  }
}

const user = fc.constantFrom('UMO', 'UKIM', 'UOP', ...USERS)
const person = fc.constantFrom('ada', 'sam', 'mo', 'kim', 'op')
const held = fc.constantFrom(...(Object.keys(TARGETS) as (keyof typeof TARGETS)[]))
const votes = fc
  .record({
    user,
    decision: fc.constantFrom('approve', 'approve', 'approve', 'deny'),
    words: fc.constantFrom(...SOME_WORDS),
    isWaiver: fc.boolean(),
    isStale: fc.constantFrom(false, false, false, false, false, true),
  })
  .chain((pressed) =>
    fc
      .tuple(fc.nat(5), fc.constantFrom(1, 1, 1, 2))
      .map(([at, times]) => new Vote(at, pressed as Pressed, times)),
  )

const commands: fc.Arbitrary<Command>[] = [
  fc
    .tuple(
      fc.constantFrom('UADA', 'USAM', 'UADA', 'USAM', ...USERS),
      fc.constantFrom(...TIERS),
      fc.boolean(),
      fc.constantFrom('twenty letters and more of them', 'twenty letters and more of them', 'short'),
      fc.option(fc.nat(5)),
    )
    .map((args) => new Propose(...args)),
  ...Array.from({ length: 8 }, () => votes),
  fc.tuple(fc.nat(5), user).map(([at, who]) => new Withdraw(at, who)),
  fc.tuple(fc.nat(5), user).map(([at, who]) => read(at, who)),
  fc.constantFrom(1, 60, 299, 599, 601, 1801).map(advance),
  person.map(revoke),
  person.map(restore),
  person.map(restore),
  fc.tuple(user, held).map(([who, name]) => hold(who, name)),
  fc.tuple(user, held).map(([who, name]) => lift(who, name)),
  fc.tuple(user, held).map(([who, name]) => lift(who, name)),
  fc.constant(sweep),
  fc.constantFrom(1, 1, 2).map(newPolicy),
  fc.constantFrom(false, false, false, true).map(trouble),
].map((arbitrary) => (arbitrary as fc.Arbitrary<Command>).map((command) => new Look(command)))

test(`${RUNS} runs of up to ${COMMANDS} presses, changes and hours: the database is where the rules say, and the trail tells all of it`, {
  timeout: 3_600_000,
}, async () => {
  let pressed = 0
  let ran = 0
  const met = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: COMMANDS, size: 'max' }), async (run) => {
      for (const id of ['ada', 'sam', 'mo', 'kim', 'op']) desk.cast.restore(id)
      desk.cast.roster = { ...desk.cast.roster, policy: 'policy-1' }
      desk.cast.trouble = null
      await desk.world.bot
        .updateTable('hold')
        .set({ lifted_at: '2026-01-01T00:00:00Z' })
        .where('lifted_at', 'is', null)
        .execute()
      await desk.world.bot
        .updateTable('proposal')
        .set({ state: 'aborted' })
        .where('state', 'in', ['proposed', 'approved'])
        .execute()
      const before = (await desk.trail()).length
      const real: Real = { ids: [], due: new Map() }
      const model: World = {
        now: desk.ahead,
        policy: 'policy-1',
        trouble: false,
        revoked: new Set(),
        holds: new Map(),
        proposals: [],
      }
      await fc.asyncModelRun(() => ({ model, real }), run)
      ran += [...run].length
      const entries = (await desk.trail()).slice(before)
      const told = new Map<string, number>()
      for (const { act } of entries) told.set(String(act), (told.get(String(act)) ?? 0) + 1)
      expect(Object.fromEntries(told)).toEqual(Object.fromEntries(real.due))
      pressed += entries.length
      for (const { act, code } of entries) met.add(String(code ?? act))
    }),
    { numRuns: RUNS },
  )
  process.stdout.write(
    `${RUNS} runs, ${ran} commands, ${pressed} rows on the trail: ${[...met].toSorted().join(' ')}\n`,
  )
})
