import type { Connection } from './open.ts'

/** What a table is counted under: what fills it, and whether its partitions go by month. */
const GROUPS: { readonly [table: string]: SizeGroup } = {
  edge_day: 'requests by hour',
  sum_day: 'requests by hour',
  event: 'requests kept one by one',
  edge_hot: 'requests not packed yet',
  sum_hot: 'requests not packed yet',
  seen_block: 'hashes of 14 days',
  ledger: 'hashes of 14 days',
  sealed: 'hashes of 14 days',
  finding: 'findings and incidents',
  incident: 'findings and incidents',
  incident_key: 'findings and incidents',
  incident_event: 'findings and incidents',
  card: 'findings and incidents',
  flow: 'flow logs by hour',
  flow_hour: 'flow logs by hour',
  standing: 'inventory',
  inventory: 'inventory',
  rejected: 'rejected records',
}

/** Names and totals are entities, edges, their ties and totals, which stay when months are dropped. */
export const SIZE_GROUPS = [
  'requests by hour',
  'requests kept one by one',
  'requests not packed yet',
  'flow logs by hour',
  'names and totals',
  'hashes of 14 days',
  'findings and incidents',
  'inventory',
  'rejected records',
] as const
export type SizeGroup = (typeof SIZE_GROUPS)[number]

/** Bytes on disk, with indexes. */
export interface Size {
  readonly group: SizeGroup
  /** `2026-11`; null for tables that are not partitioned by month, and for what lies outside of the months. */
  readonly month: string | null
  readonly bytes: number
}

/** What the product's tables take on disk, by group and month; the simulator's and the job queue's are left out. */
export async function readSizes(owner: Connection): Promise<readonly Size[]> {
  const { rows } = await owner.query<{ root: string; part: string; bytes: string }>(
    `select coalesce(pg_partition_root(oid), oid)::regclass::text as root, relname as part, pg_total_relation_size(oid) as bytes
     from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname !~ '^kysely_'`,
  )
  const sums = new Map<string, Size>()
  for (const { root, part, bytes } of rows) {
    const [, year, month] = /_(\d{4})_(\d{2})$/.exec(part) ?? []
    const size = {
      group: GROUPS[root] ?? 'names and totals',
      month: year === undefined || month === undefined ? null : `${year}-${month}`,
    }
    const key = `${size.group} ${size.month}`
    sums.set(key, { ...size, bytes: (sums.get(key)?.bytes ?? 0) + Number(bytes) })
  }
  const order = (size: Size): number => SIZE_GROUPS.indexOf(size.group)
  return [...sums.values()].toSorted(
    (one, other) => order(one) - order(other) || (one.month ?? '').localeCompare(other.month ?? ''),
  )
}

/** Days of each log's newest records that an estimate rests on at least. */
const FEWEST_DAYS = 3

/**
 * Bytes that twelve months will take at the pace of the days that are there, from what each covered day added; null while there are
 * fewer than three such days, or nothing is packed. What grows with names alone is taken to go on growing: it is an upper bound.
 */
export function yearOf(sizes: readonly Size[], coveredDays: number): number | null {
  if (coveredDays < FEWEST_DAYS) return null
  const sum = (...groups: readonly SizeGroup[]): number =>
    sizes.filter(({ group }) => groups.includes(group)).reduce((bytes, size) => bytes + size.bytes, 0)
  const daily = sum(
    'requests by hour',
    'requests kept one by one',
    'requests not packed yet',
    'flow logs by hour',
    'names and totals',
  )
  const passing = sum('hashes of 14 days', 'findings and incidents', 'inventory', 'rejected records')
  return Math.round((daily / coveredDays) * 365 + passing)
}
