import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { OnConnection } from '../db/transaction.ts'
import { formatScope, type Scope } from '../model/scope.ts'
import { ScopeState } from './scope-state.ts'

/** A scope that this transaction is the only writer of. */
export interface Lease {
  /** Id of the scope. */
  readonly scope: number
  /** Slot of the hot tables that is written to. */
  readonly slot: number
  /** Calendar months that are kept. */
  readonly months: number
  readonly state: ScopeState
  /**
   * The largest id of an entity that was there before this transaction. Whatever has a larger one was made by it: nothing is tied to it yet,
   * so that ties may go in without a look. Whoever makes entities has to number them through `numbered`, and ties are written once a lease.
   */
  readonly storedEntities: number
}

/** So much is remembered of all scopes together by all writers of a process; those that were not written to for longest are forgotten first. */
const MOST_SCOPES = 64
const MOST_THINGS = 1_000_000
const MOST_BYTES = 128 * 1024 * 1024

/**
 * One writer of the graph: what it remembers of scopes from batch to batch, and its name in the database. Its transactions
 * run one after the other; other writers serve other scopes at the same time, and wait for the lease of the same one.
 */
export class GraphWriter {
  readonly #holder = randomUUID()
  readonly #states = new Map<string, ScopeState>()
  readonly #ids = new Map<string, number>()
  readonly #share: number
  #turns: Promise<unknown> = Promise.resolve()

  /** `writers`: how many there are in this process, which share what may be remembered. */
  constructor(writers = 1) {
    this.#share = 1 / Math.max(1, writers)
  }

  /** What is remembered of a scope; the same object until it is full. */
  state(scope: Scope): ScopeState {
    const name = formatScope(scope)
    const known = this.#states.get(name)
    this.#states.delete(name)
    const state = known === undefined || known.isFull ? new ScopeState() : known
    this.#states.set(name, state)
    let [things, bytes] = [0, 0]
    for (const { size, seen, reader } of this.#states.values()) {
      things += size
      bytes += seen.bytes + reader.bytes
    }
    for (const [oldest, { size, seen, reader }] of this.#states) {
      const isEnough =
        this.#states.size <= MOST_SCOPES * this.#share &&
        things <= MOST_THINGS * this.#share &&
        bytes <= MOST_BYTES * this.#share
      if (oldest === name || isEnough) break
      this.#states.delete(oldest)
      things -= size
      bytes -= seen.bytes + reader.bytes
    }
    return state
  }

  /** Runs `work` when everything before it is done: two transactions never share what is remembered. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turns.then(work)
    this.#turns = mine.catch(() => undefined)
    return mine
  }

  /**
   * Makes the scopes that are missing and leases all, in order of id, until the transaction ends; returned in the order
   * given. What others wrote since the last turn is forgotten here and read again when it is needed.
   */
  async lease(
    { trx, client }: OnConnection,
    wanted: readonly { readonly scope: Scope; readonly state: ScopeState }[],
  ): Promise<readonly Lease[]> {
    if (wanted.length === 0) return []
    await this.#makeScopes(
      { trx, client },
      wanted.map(({ scope }) => scope),
    )
    const ids = wanted.map(({ scope }) => this.#ids.get(formatScope(scope)) ?? 0)
    const { rows } = await client.query<WriterRow>({ ...LEASE, values: [ids] })
    const byScope = new Map(rows.map((row) => [row.scope, row]))
    return wanted.map(({ state }, at): Lease => {
      const scope = ids[at] ?? 0
      const row = byScope.get(scope)
      if (row === undefined) throw new Error(`the scope ${scope} has no row for its writer`)
      if (row.holder !== this.#holder || Number(row.turn) !== state.turn) state.seen.drop()
      state.turn = Number(row.turn)
      state.numbered = { entities: row.entities, calls: row.calls, edges: row.edges }
      return { scope, slot: row.current, months: row.months, state, storedEntities: row.entities }
    })
  }

  /** Finds or makes scopes whose ids are not known: in one order for every writer, and after the ring, as LEASE locks them. */
  async #makeScopes({ trx, client }: OnConnection, scopes: readonly Scope[]): Promise<void> {
    const unknown = new Map(
      scopes.map((scope) => [formatScope(scope), scope] as const).filter(([name]) => !this.#ids.has(name)),
    )
    if (unknown.size === 0) return
    await client.query('select from ring for share')
    for (const name of [...unknown.keys()].toSorted()) {
      const scope = unknown.get(name)
      if (scope !== undefined) this.#ids.set(name, await scopeId({ trx, client }, scope))
    }
  }

  /** Signs the turn; the last statement of a transaction on a lease. */
  async sign({ client }: OnConnection, { scope, state }: Lease): Promise<void> {
    state.turn += 1
    const { entities, calls, edges } = state.numbered
    await client.query({ ...SIGN, values: [scope, this.#holder, state.turn, entities, calls, edges] })
  }

  /** A scope's id may be that of a transaction which was rolled back. */
  forgetScopes(): void {
    this.#ids.clear()
  }
}

interface WriterRow {
  readonly scope: number
  readonly holder: string
  readonly turn: string | number
  readonly entities: number
  readonly calls: number
  readonly edges: number
  readonly current: number
  readonly months: number
}

const LEASE = {
  name: 'lease',
  text: `select w.scope, w.holder, w.turn, w.entities, w.calls, w.edges, r.current,
           (select months from retention) as months from writer w cross join ring r
         where w.scope = any($1::int[]) order by w.scope for update of w for share of r`,
}

const SIGN = {
  name: 'sign',
  text: `update writer set holder = $2, turn = $3, entities = $4, calls = $5, edges = $6 where scope = $1`,
}

async function scopeId({ trx }: OnConnection, scope: Scope): Promise<number> {
  const { account, region, cluster } = scope
  const find = sql<{ id: number }>`
    select id from scope where account = ${account} and region = ${region} and cluster = ${cluster}`
  let [row] = (await find.execute(trx)).rows
  if (row === undefined) {
    await sql`
      insert into scope (account, region, cluster) values (${account}, ${region}, ${cluster})
      on conflict (account, region, cluster) do nothing`.execute(trx)
    row = (await find.execute(trx)).rows[0]
  }
  if (row === undefined) throw new Error('a scope was made and is not there')
  await sql`
    insert into writer (scope, holder, turn, entities, calls, edges) values (${row.id}, ${NOBODY}, 0, 0, 0, 0)
    on conflict (scope) do nothing`.execute(trx)
  return row.id
}

const NOBODY = '00000000-0000-0000-0000-000000000000'
