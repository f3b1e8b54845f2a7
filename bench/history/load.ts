import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { SUM_KINDS } from '../../src/graph/counters.ts'
import { LineFile } from '../line-file.ts'
import { agentOf, type HistorySpan, loadNames, loadWriter } from './names.ts'
import { packedCells, Sums, totalsOf } from './sums.ts'
import { type HistoryOptions, walkCluster } from './year.ts'

/** What each table's file holds. */
const TABLES = {
  edge: 'scope, id, subject, ip, call, acting_as, first_seen, namespace, object',
  edge_total: 'scope, edge, last_seen, success, failure, unauthorized, forbidden',
  edge_day: 'scope, edge, day, subject, ip, v',
  sum_day: 'scope, kind, id, id2, day, prior, success, failure, unauthorized, forbidden, v',
  sum_week: 'scope, kind, id, id2, week, success, failure, unauthorized, forbidden',
  event: 'scope, edge, at, agent, code, stage, outcome, audit_id',
} as const
type Table = keyof typeof TABLES

/** How the keys of sums of subject and call begin. */
const PAIRS = `${SUM_KINDS['subject-call']}\t`

/** Codes of answers, by outcome; and the place of ResponseComplete among the stages. */
const CODES = [200, 404, 401, 403] as const
const COMPLETE = 1

/**
 * Writes a history straight into the compacted tables, as if it had been taken in and compacted day by day. Returns how
 * many edge-hours it has. Scopes are numbered from 1, and named `bench/eu-west-1/N`.
 */
export async function loadHistory(
  owner: pg.Client,
  folder: string,
  options: HistoryOptions,
): Promise<number> {
  const begin = options.end - Math.ceil(options.days) + 1
  let edgeHours = 0
  for (let scope = 1; scope <= options.clusters; scope++) {
    const span = { scope, begin, end: options.end }
    await loadNames(owner, span)
    edgeHours += await loadCluster(owner, folder, span, options)
  }
  await owner.query('vacuum (analyze)')
  return edgeHours
}

async function loadCluster(
  owner: pg.Client,
  folder: string,
  span: HistorySpan,
  options: HistoryOptions,
): Promise<number> {
  const { scope } = span
  const pathOf = (table: string): string => join(folder, `history-${table}.tsv`)
  const names = Object.keys(TABLES) as readonly Table[]
  const files = Object.fromEntries(names.map((name) => [name, new LineFile(pathOf(name))])) as Record<
    Table,
    LineFile
  >
  const agents = new Set<number>()
  const weeks = new Map<string, number[]>()
  const priors = new Map<string, number>()
  const closeWeek = (week: number): void => {
    for (const [key, totals] of weeks) {
      if (key.startsWith(PAIRS)) priors.set(key, week)
      files.sum_week.add(`${scope}\t${key}\t${week}\t${columns(totals)}\n`)
    }
    weeks.clear()
  }
  const sums = new Sums()
  const walked = await walkCluster(scope, options, {
    sums,
    edge({ id, subject, ip, call, namespace, secret, totals, firstHour, lastHour }) {
      const object = secret === 0 ? '' : `secret-${secret}`
      files.edge.add(
        `${scope}\t${id}\t${subject}\t${ip}\t${call}\t0\t${stamp(firstHour, id)}\tns-${namespace}\t${object}\n`,
      )
      files.edge_total.add(`${scope}\t${id}\t${stamp(lastHour, id)}\t${columns(totals)}\n`)
      agents.add(subject * 2 ** 17 + ip)
    },
    edgeDay({ id, subject, ip }, day, v) {
      files.edge_day.add(`${scope}\t${id}\t${day}\t${subject}\t${ip}\t{${v}}\n`)
    },
    kept({ id, subject }, hour, outcome, auditId) {
      files.event.add(
        `${scope}\t${id}\t${stamp(hour, id)}\t${agentOf(subject)}\t${CODES[outcome]}\t${COMPLETE}\t${outcome}\t${auditId}\n`,
      )
    },
    async dayDone(day) {
      for (const { kind, id, id2, cells } of sums.take()) {
        const totals = totalsOf(cells)
        const key = `${kind}\t${id}\t${id2}`
        files.sum_day.add(
          `${scope}\t${key}\t${day}\t${priors.get(key) ?? '\\N'}\t${columns(totals)}\t{${packedCells(cells)}}\n`,
        )
        const week = weeks.get(key)
        if (week === undefined) weeks.set(key, [...totals])
        else for (const [at, total] of totals.entries()) week[at] = (week[at] ?? 0) + total
      }
      const week = Math.floor(day / 7)
      if (Math.floor((day + 1) / 7) !== week || day === options.end) closeWeek(week)
      for (const file of Object.values(files)) await file.flush()
    },
  })
  for (const name of names) {
    await files[name].close()
    await owner.query(`copy ${name} (${TABLES[name]}) from ${owner.escapeLiteral(pathOf(name))}`)
    await rm(pathOf(name))
  }
  await loadAgents(owner, span, agents)
  await loadWriter(owner, span, walked.edges)
  return walked.edgeHours
}

/** With what subjects called from addresses. */
async function loadAgents(
  owner: pg.Client,
  { scope, begin, end }: HistorySpan,
  pairs: ReadonlySet<number>,
): Promise<void> {
  const list = [...pairs].toSorted((a, b) => a - b)
  const subjects = list.map((pair) => Math.floor(pair / 2 ** 17))
  await owner.query(
    `insert into agent (scope, subject, ip, agent, first_seen, last_seen)
     select $1, subject, ip, agent, $5, $6 from unnest($2::int[], $3::int[], $4::int[]) pair (subject, ip, agent)`,
    [
      scope,
      subjects,
      list.map((pair) => pair % 2 ** 17),
      subjects.map(agentOf),
      stamp(begin * 24, 0),
      stamp(end * 24 + 23, 0),
    ],
  )
}

/** Counts as the graph stores them: nothing where there are none. */
function columns(totals: readonly number[]): string {
  return totals.map((total) => (total === 0 ? '\\N' : total)).join('\t')
}

/** A moment in an hour since 1970, another one for each id. */
function stamp(hour: number, id: number): string {
  return new Date(hour * 3_600_000 + (id % 3600) * 1000).toISOString()
}
