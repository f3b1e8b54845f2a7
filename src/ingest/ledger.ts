import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Trx } from '../db/transaction.ts'

/** What the ledger keeps apart. */
export const LEDGER_KINDS = { finding: 1, request: 2 } as const
export type LedgerKind = keyof typeof LEDGER_KINDS

/** Where a request is counted: the edge's id, the hour (whole ones since 1970) and the outcome (place in OUTCOMES). */
export interface Place {
  readonly edge: number
  readonly hour: number
  readonly outcome: number
}

/** One entry: an event at a stage, with the digest of its body and, for requests, where it would be counted. */
export interface Entry {
  readonly event: string
  readonly stage: number
  readonly body: string
  readonly place: Place | null
}

/** First 16 bytes of a SHA-256, in hex: enough to tell 10^15 events apart. */
export function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32)
}

/** Entries of one leased scope for the given events, all stages. */
export async function readLedger(
  trx: Trx,
  scope: number,
  kind: LedgerKind,
  events: readonly string[],
): Promise<readonly Entry[]> {
  if (events.length === 0) return []
  const { rows } = await sql<{
    event: string
    stage: number
    body: string
    edge: number | null
    hour: number | null
    outcome: number | null
  }>`
    select encode(event, 'hex') as event, stage, encode(body, 'hex') as body, edge, hour, outcome
    from ledger
    where scope = ${scope} and kind = ${LEDGER_KINDS[kind]}
      and event = any(select decode(hex, 'hex') from unnest(${events}::text[]) as hex)`.execute(trx)
  return rows.map((row) => {
    const { edge, hour, outcome } = row
    const place = edge === null || hour === null || outcome === null ? null : { edge, hour, outcome }
    return { event: row.event, stage: row.stage, body: row.body, place }
  })
}

/** Those of the given events that one of these scopes has an entry of. */
export async function heldEvents(
  trx: Trx,
  scopes: readonly number[],
  kind: LedgerKind,
  events: readonly string[],
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set()
  const { rows } = await sql<{ event: string }>`
    select encode(event, 'hex') as event
    from ledger
    where scope = any(${scopes}::int[]) and kind = ${LEDGER_KINDS[kind]}
      and event = any(select decode(hex, 'hex') from unnest(${events}::text[]) as hex)`.execute(trx)
  return new Set(rows.map(({ event }) => event))
}

/** Adds entries of one leased scope. An entry that exists already is a fault of the caller and throws. */
export async function writeLedger(
  trx: Trx,
  scope: number,
  kind: LedgerKind,
  entries: readonly Entry[],
): Promise<void> {
  if (entries.length === 0) return
  await sql`
    insert into ledger (scope, kind, event, stage, body, edge, hour, outcome)
    select ${scope}, ${LEDGER_KINDS[kind]}, decode(event, 'hex'), stage, decode(body, 'hex'), edge, hour, outcome
    from unnest(${entries.map((e) => e.event)}::text[], ${entries.map((e) => e.stage)}::smallint[],
      ${entries.map((e) => e.body)}::text[], ${entries.map((e) => e.place?.edge ?? null)}::int[],
      ${entries.map((e) => e.place?.hour ?? null)}::int[],
      ${entries.map((e) => e.place?.outcome ?? null)}::smallint[])
      as entry (event, stage, body, edge, hour, outcome)`.execute(trx)
}
