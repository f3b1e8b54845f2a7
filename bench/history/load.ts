import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { LineFile } from '../line-file.ts'
import { packedCells, Sums, totalsOf } from './sums.ts'
import { ANONYMOUS, type HistoryOptions, IDS, walkCluster } from './year.ts'

/** What each table's file holds. */
const TABLES = {
  edge: 'scope, id, subject, ip, call, namespace, object, acting_as, first_seen, last_seen',
  edge_day: 'scope, edge, day, v',
  sum_day: 'scope, kind, id, id2, day, success, failure, unauthorized, forbidden, v',
  sum_week: 'scope, kind, id, id2, week, success, failure, unauthorized, forbidden',
} as const

/**
 * Writes a history straight into the compacted tables, as if it had been taken in and compacted day by day. Returns how
 * many edge-hours it has. Scopes are numbered from 1, and named `bench/eu-west-1/N`.
 */
export async function loadHistory(
  owner: pg.Client,
  folder: string,
  options: HistoryOptions,
): Promise<number> {
  const begin = stamp(options.end - Math.ceil(options.days) + 1)
  const end = stamp(options.end + 1)
  let edgeHours = 0
  for (let scope = 1; scope <= options.clusters; scope++) {
    await loadNames(owner, scope, begin, end)
    edgeHours += await loadCluster(owner, folder, scope, options)
  }
  await owner.query('vacuum (analyze)')
  return edgeHours
}

async function loadCluster(
  owner: pg.Client,
  folder: string,
  scope: number,
  options: HistoryOptions,
): Promise<number> {
  const pathOf = (table: string): string => join(folder, `history-${table}.tsv`)
  const files = {
    edge: new LineFile(pathOf('edge')),
    edge_day: new LineFile(pathOf('edge_day')),
    sum_day: new LineFile(pathOf('sum_day')),
    sum_week: new LineFile(pathOf('sum_week')),
  }
  const sums = new Sums()
  const weeks = new Map<string, number[]>()
  const closeWeek = (week: number): void => {
    for (const [key, totals] of weeks) {
      files.sum_week.add(`${scope}\t${key}\t${week}\t${totals.join('\t')}\n`)
    }
    weeks.clear()
  }
  const edgeHours = await walkCluster(scope, options, {
    sums,
    edge({ id, subject, ip, call, namespace, first, last }) {
      files.edge.add(
        `${scope}\t${id}\t${subject}\t${ip}\t${call}\tns-${namespace}\t\t0\t${stamp(first)}\t${stamp(last + 1)}\n`,
      )
    },
    edgeDay(edge, day, cells) {
      files.edge_day.add(`${scope}\t${edge}\t${day}\t{${cells}}\n`)
    },
    async dayDone(day) {
      for (const { kind, id, id2, cells } of sums.take()) {
        const totals = totalsOf(cells)
        const key = `${kind}\t${id}\t${id2}`
        files.sum_day.add(`${scope}\t${key}\t${day}\t${totals.join('\t')}\t{${packedCells(cells)}}\n`)
        const week = weeks.get(key)
        if (week === undefined) weeks.set(key, [...totals])
        else for (const [at, total] of totals.entries()) week[at] = (week[at] ?? 0) + total
      }
      if (Math.floor((day + 1) / 7) !== Math.floor(day / 7) || day === options.end)
        closeWeek(Math.floor(day / 7))
      for (const file of Object.values(files)) await file.flush()
    },
  })
  for (const [table, columns] of Object.entries(TABLES)) {
    await files[table as keyof typeof TABLES].close()
    const path = pathOf(table)
    await owner.query(`copy ${table} (${columns}) from ${owner.escapeLiteral(path)}`)
    await rm(path)
  }
  return edgeHours
}

/** Scope, subjects, addresses and calls under the ids that the edges name. */
async function loadNames(owner: pg.Client, scope: number, begin: string, end: string): Promise<void> {
  const { subjects, addresses, strangers, calls } = IDS
  await owner.query(
    `insert into scope (id, account, region, cluster) overriding system value values ($1, 'bench', 'eu-west-1', $2)`,
    [scope, String(scope)],
  )
  await owner.query(
    `insert into entity (scope, id, kind, key, addr, first_seen, last_seen) overriding system value
     select $1, n, 'subject',
       case when n = $2 then 'system:anonymous' else 'system:serviceaccount:ns-' || n % 36 || ':account-' || n end,
       null, $3, $4
     from generate_series(1, $5::int) n`,
    [scope, ANONYMOUS, begin, end, subjects],
  )
  await owner.query(
    `insert into entity (scope, id, kind, key, addr, first_seen, last_seen) overriding system value
     select $1, $2 + n, 'ip', host(a), a, $3, $4
     from generate_series(1, $5::int) n, lateral (
       select case when n <= $6 then inet '10.0.0.0' + n else inet '45.64.0.0' + n * 37 end as a) address`,
    [scope, subjects, begin, end, addresses + strangers, addresses],
  )
  await owner.query(
    `insert into call (scope, id, verb, resource) overriding system value
     select $1, n, (array['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'])[1 + n % 7],
       case when n % 12 = 0 then 'secrets' else 'resource-' || n / 7 end || case when n < 84 then '' else '/status' end
     from generate_series(1, $2::int) n on conflict do nothing`,
    [scope, calls],
  )
}

/** The beginning of a day. */
function stamp(day: number): string {
  return new Date(day * 86_400_000).toISOString()
}
