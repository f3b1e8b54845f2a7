import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { connectOwner } from '../../src/cli/connect-owner.ts'
import type { Ready } from '../../src/cli/database.ts'
import { describeMigrated } from '../../src/cli/migrate.ts'
import { GRAPH_TABLES, REFERENCE_TABLES } from '../../src/db/distribution.ts'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { lookupNamed } from '../../src/lookups/index.ts'
import type { Answer, LookupName } from '../../src/model/answer.ts'
import type { EntityKind } from '../../src/model/entity.ts'
import { formatScope, type Scope } from '../../src/model/scope.ts'
import { parseTime } from '../../src/model/time.ts'
import { now, wireIngest, wireReader } from '../../src/wire.ts'
import { installScopeLint } from '../helpers/scope-lint.ts'
import { type Counts, makeTrace, type Trace } from './trace.ts'

/** Why a database may not be used; null when it is empty or Firebreak's own. */
export async function foreignTables(ownerUrl: string): Promise<string | null> {
  const client = await connectOwner(ownerUrl, 'firebreak smoke')
  try {
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e') order by 1`,
    )
    const names = rows.map(({ name }) => name)
    if (names.length === 0 || (names.includes('kysely_migration') && names.includes('entity'))) return null
    return `The database holds ${names.slice(0, 3).join(', ')} and is not Firebreak's: name an empty one, or one that Firebreak made.`
  } finally {
    await client.end()
  }
}

/**
 * Takes a made-up trace in twice, asks about it and compares every answer with a count of its own. Prints a line for each
 * check and returns true when all hold. On a server without Citus, statements on the graph that name no scope are
 * refused meanwhile. `folder` takes the file with the records; what is taken in stays, in a scope of its own.
 */
export async function runSmoke(
  ready: Ready,
  folder: string,
  print: (line: string) => void,
): Promise<boolean> {
  let isSound = true
  const check = (what: string, got: unknown, wanted: unknown): void => {
    const isSame = isDeepStrictEqual(got, wanted)
    isSound &&= isSame
    print(
      isSame ? `ok    ${what}` : `FAIL  ${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`,
    )
  }
  for (const line of describeMigrated(ready)) print(`      ${line}`)
  const spread = await spreadTables(ready.ownerUrl)
  const lint = spread === null ? installScopeLint() : null
  try {
    const run = randomBytes(4).toString('hex')
    const scope: Scope = { account: '000000000000', region: 'eu-west-1', cluster: `smoke-${run}` }
    const trace = makeTrace(Date.now(), scope, run)
    await checkIngest(ready, scope, trace, join(folder, 'trace.ndjson'), check)
    await checkAnswers(ready, formatScope(scope), trace, check)
    if (lint !== null) check('every statement on the graph named its scope', lint.checked() > 0, true)
    else check('Citus holds every graph table', spread, [...GRAPH_TABLES, ...REFERENCE_TABLES].toSorted())
  } catch (error) {
    isSound = false
    const { message, cause } = error instanceof Error ? error : new Error(String(error))
    print(`FAIL  ${message}${cause instanceof Error ? `: ${cause.message}` : ''}`)
  } finally {
    lint?.uninstall()
  }
  print('not yet: approvals, trail')
  return isSound
}

type Check = (what: string, got: unknown, wanted: unknown) => void

async function checkIngest(
  ready: Ready,
  scope: Scope,
  trace: Trace,
  file: string,
  check: Check,
): Promise<void> {
  await writeFile(file, trace.records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  const wired = await wireIngest(ready.urls)
  try {
    for (const round of ['first', 'second'] as const) {
      const { summary, unreadable, stopped } = await ingestFiles(wired, [file], scope)
      if (stopped !== null) throw stopped
      const { seconds: _, ...counted } = summary
      check(
        `ingest, the ${round} time: ${trace.records.length} records`,
        { ...counted, unreadable },
        {
          files: 1,
          records: trace.records.length,
          landed: round === 'first' ? trace.kept : 0,
          duplicates: round === 'first' ? 0 : trace.kept,
          ignored: [{ class: 'request-received', count: trace.received }],
          rejected: [],
          keptApart: [],
          unreadable: [],
        },
      )
    }
  } finally {
    await wired.close()
  }
}

async function checkAnswers(ready: Ready, scope: string, trace: Trace, check: Check): Promise<void> {
  const reader = wireReader(ready.urls)
  const ask = (lookup: LookupName, kind: EntityKind, key: string): Promise<Answer> =>
    lookupNamed(lookup).ask(reader.graph, {
      entity: { kind, key },
      scope,
      window: null,
      limit: 50,
      now: now(),
    })
  try {
    for (const [user, { counts, ips, first, last }] of trace.subjects) {
      const subject = await ask('subject', 'subject', user)
      check(
        `subject ${user}: ${sumOf(counts)} calls from ${ips.length} addresses`,
        { totals: subject.totals, ips: textsOf(subject, 'ip') },
        { totals: counts, ips: ips.toSorted() },
      )
      const secrets = await ask('secrets', 'subject', user)
      const wanted = [...trace.secrets].filter(([name]) => name.startsWith(`${user} `))
      check(
        `secrets ${user}: ${wanted.length} secrets`,
        secrets.rows
          .map((row) => [row['secret'], row['exposed'], row['success'], row['forbidden']])
          .toSorted(byText),
        wanted
          .map(([name, n]) => [name.slice(user.length + 1), n.success > 0, n.success, n.forbidden])
          .toSorted(byText),
      )
      const seen = await ask('seen', 'subject', user)
      check(
        `seen ${user}: since ${first}`,
        [seen.firstSeen, seen.lastSeen],
        [parseTime(first), parseTime(last)],
      )
    }
    for (const [address, { counts, subjects }] of trace.ips) {
      const answer = await ask('ip', 'ip', address)
      check(
        `ip ${address}: ${sumOf(counts)} calls as ${subjects.length} subjects`,
        { totals: answer.totals, subjects: textsOf(answer, 'subject') },
        { totals: counts, subjects: subjects.toSorted() },
      )
    }
    const all = await ask('ip', 'ip', '198.51.100.0/24')
    const inside = [...trace.ips].filter(([address]) => address.startsWith('198.51.100.'))
    check(
      `ip 198.51.100.0/24: ${inside.length} addresses`,
      [all.entity.matched, all.totals === null ? null : sumOf(all.totals)],
      [inside.length, inside.reduce((sum, [, { counts }]) => sum + sumOf(counts), 0)],
    )
  } finally {
    await reader.close()
  }
}

function sumOf(counts: Counts): number {
  return counts.success + counts.failure + counts.unauthorized + counts.forbidden
}

function textsOf(answer: Answer, field: string): readonly string[] {
  return answer.rows.map((row) => JSON.stringify(row[field]).slice(1, -1)).toSorted()
}

function byText(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1
}

/** What Citus has spread or copied, by name; null on a server without it. */
async function spreadTables(ownerUrl: string): Promise<readonly string[] | null> {
  const client = await connectOwner(ownerUrl, 'firebreak smoke')
  try {
    const { rowCount } = await client.query("select 1 from pg_extension where extname = 'citus'")
    if (rowCount === 0) return null
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_dist_partition join pg_class on pg_class.oid = logicalrelid
       where relnamespace = 'public'::regnamespace and not relispartition and relname = any($1) order by 1`,
      [[...GRAPH_TABLES, ...REFERENCE_TABLES]],
    )
    return rows.map(({ name }) => name)
  } finally {
    await client.end()
  }
}
