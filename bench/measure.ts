import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'

/** What something took: seconds on the clock, CPU seconds of client and server, bytes of WAL. */
export interface Cost {
  readonly seconds: number
  readonly clientCpu: number
  readonly serverCpu: number
  readonly wal: number
}

/** Times `work`, which returns what the client took; begins at a checkpoint, so that no leg pays for the one before. */
export async function measure<T extends { readonly seconds: number; readonly clientCpu: number }>(
  server: { readonly pid: number },
  owner: pg.ClientBase,
  work: () => Promise<T>,
): Promise<T & Cost> {
  await owner.query('checkpoint')
  const cpu = await cpuOf(server.pid)
  const wal = await walOf(owner)
  const result = await work()
  return {
    ...result,
    serverCpu: (await cpuOf(server.pid)) - cpu,
    wal: (await walOf(owner)) - wal,
  }
}

/** Bytes of WAL ever written. */
async function walOf(owner: pg.ClientBase): Promise<number> {
  const { rows } = await owner.query<{ at: string }>(
    "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as at",
  )
  return Number(rows[0]?.at)
}

/** Clock ticks in a second, as Linux counts CPU time. */
const TICKS = 100

/** CPU seconds of a server with all its sessions, past ones and their programs included. Reads /proc: Linux only. */
async function cpuOf(postmaster: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  let ticks = 0
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    // The command may hold anything; what follows its last bracket does not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(pid) !== postmaster && Number(fields[1]) !== postmaster) continue
    // utime, stime, and those of children that ended.
    for (const field of fields.slice(11, 15)) ticks += Number(field)
  }
  return ticks / TICKS
}

/** Bytes on disk of the tables of a database's own, indexes and all. */
export async function diskOf(owner: pg.ClientBase): Promise<number> {
  const { rows } = await owner.query<{ bytes: string }>(
    `select coalesce(sum(pg_total_relation_size(oid)), 0) as bytes
     from pg_class where relkind in ('r', 'm') and relnamespace = 'public'::regnamespace`,
  )
  return Number(rows[0]?.bytes)
}

/** The middle of a list that is not empty. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The value below which so large a part of a list lies; between two values, what lies between them. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = part * (sorted.length - 1)
  const low = sorted[Math.floor(place)]
  const high = sorted[Math.ceil(place)]
  if (low === undefined || high === undefined) throw new RangeError('a percentile of nothing')
  return low + (high - low) * (place - Math.floor(place))
}
