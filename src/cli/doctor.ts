import { readConfig } from '../config.ts'
import { readConfigFile } from '../config-file.ts'
import { assertRole, ROLES, type Role, type RoleUrls } from '../db/roles.ts'
import { readSizes, type Size, yearOf } from '../db/sizes.ts'
import { readCoverage } from '../lookups/coverage.ts'
import type { Graph } from '../lookups/lookup.ts'
import { allScopes } from '../lookups/match.ts'
import type { Coverage } from '../model/answer.ts'
import { LOG_SOURCES, type RejectedClass } from '../model/observation.ts'
import { DAY, type Micros } from '../model/time.ts'
import { now, wireReader } from '../wire.ts'
import { connectOwner } from './connect-owner.ts'
import { withDatabase } from './database.ts'
import { describeHealth } from './doctor-words.ts'
import { readArgs } from './usage.ts'

/** A feed of the configuration file or of the database, and how it fares. */
export interface FeedHealth {
  readonly name: string
  readonly kind: string
  /** Null: it has no row yet, so it has never run. */
  readonly receivedAt: Micros | null
  readonly landedAt: Micros | null
  /** Microseconds from when the last consignment could be received to when it had landed. */
  readonly lag: Micros | null
  readonly landed: number
  readonly rejected: number
  readonly fault: {
    readonly code: string
    readonly words: string
    readonly cure: string
    readonly since: Micros
  } | null
  /** True when a configuration file was read and does not name it. */
  readonly isForgotten: boolean
}

/** How Firebreak fares, as `firebreak doctor --json` prints it (times in microseconds since 1970). */
export interface Health {
  readonly at: Micros
  readonly database: { readonly version: string; readonly bytes: number; readonly retentionMonths: number }
  readonly roles: readonly { readonly role: Role; readonly problem: string | null }[]
  /** What the configuration file has wrong; null when it was read, or none is set. */
  readonly configuration: string | null
  readonly feeds: readonly FeedHealth[]
  readonly coverage: readonly Coverage[]
  readonly rejected: readonly {
    readonly class: RejectedClass
    readonly count: number
    readonly newest: {
      readonly at: Micros
      readonly file: string
      readonly line: number
      readonly reason: string
    }
  }[]
  readonly sizes: readonly Size[]
  /** Bytes; null while there is too little to say. */
  readonly year: number | null
  readonly coveredDays: number
}

/** `firebreak doctor [--json]`: how everything fares. Exit 1 when a role, the configuration or a feed needs a person. */
export async function doctor(args: readonly string[]): Promise<number> {
  const { values } = readArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } })
  const { configFile, ...config } = readConfig()
  return withDatabase({ ...config, configFile }, async ({ ownerUrl, urls }) => {
    const health = await examine(ownerUrl, urls, configFile)
    if (values.json) console.log(JSON.stringify(health))
    else for (const line of describeHealth(health)) console.log(line)
    return isWell(health) ? 0 : 1
  })
}

/** False when a role cannot work, the configuration has a mistake, or a feed has a fault. */
export function isWell({ roles, configuration, feeds }: Health): boolean {
  return (
    roles.every(({ problem }) => problem === null) &&
    configuration === null &&
    feeds.every(({ fault }) => fault === null)
  )
}

/** Looks at the database, its roles, the feeds, what the logs cover, what was rejected, and what it all takes on disk. */
export async function examine(ownerUrl: string, urls: RoleUrls, configFile: string | null): Promise<Health> {
  const owner = await connectOwner(ownerUrl, 'firebreak doctor')
  const reader = wireReader(urls)
  try {
    const { rows } = await owner.query<{ version: string; bytes: string; months: number }>(
      `select current_setting('server_version') as version, pg_database_size(current_database()) as bytes, months from retention`,
    )
    const [database] = rows
    if (database === undefined) throw new Error('The table retention is empty; run firebreak migrate.')
    const configured = readFeeds(configFile)
    const coverage = await coverageOf(reader.graph)
    const sizes = await readSizes(owner)
    const coveredDays = daysOf(coverage)
    return {
      at: now(),
      database: {
        version: database.version,
        bytes: Number(database.bytes),
        retentionMonths: database.months,
      },
      roles: await examineRoles(urls),
      configuration: configured.problem,
      feeds: await feedsOf(reader.graph, configured.feeds),
      coverage,
      rejected: await rejectedOf(owner),
      sizes,
      year: yearOf(sizes, coveredDays),
      coveredDays,
    }
  } finally {
    await Promise.all([owner.end(), reader.close()])
  }
}

type Configured = readonly { readonly name: string; readonly kind: string }[] | null

function readFeeds(configFile: string | null): {
  readonly feeds: Configured
  readonly problem: string | null
} {
  if (configFile === null) return { feeds: null, problem: null }
  try {
    return { feeds: readConfigFile(configFile).feeds, problem: null }
  } catch (error) {
    return { feeds: null, problem: error instanceof Error ? error.message : String(error) }
  }
}

async function examineRoles(urls: RoleUrls): Promise<Health['roles']> {
  return Promise.all(
    ROLES.map(async (role) => {
      try {
        await assertRole(urls[role], role)
        return { role, problem: null }
      } catch (error) {
        return { role, problem: error instanceof Error ? error.message : String(error) }
      }
    }),
  )
}

async function feedsOf(graph: Graph, configured: Configured): Promise<readonly FeedHealth[]> {
  const rows = await graph.selectFrom('feed').selectAll().orderBy('name').execute()
  const known = rows.map((row): FeedHealth => {
    const { fault_code: code, fault_words: words, fault_cure: cure, fault_since: since } = row
    const hasFault = code !== null && words !== null && cure !== null && since !== null
    return {
      name: row.name,
      kind: row.kind,
      receivedAt: row.received_at,
      landedAt: row.landed_at,
      lag: row.lag,
      landed: row.landed,
      rejected: row.rejected,
      fault: hasFault ? { code, words, cure, since } : null,
      isForgotten: configured !== null && !configured.some(({ name }) => name === row.name),
    }
  })
  const never = (configured ?? []).filter(({ name }) => !known.some((feed) => feed.name === name))
  return [
    ...known,
    ...never.map(({ name, kind }) => ({
      name,
      kind,
      receivedAt: null,
      landedAt: null,
      lag: null,
      landed: 0,
      rejected: 0,
      fault: null,
      isForgotten: false,
    })),
  ]
}

async function coverageOf(graph: Graph): Promise<readonly Coverage[]> {
  return readCoverage(graph, await allScopes(graph), null, [...LOG_SOURCES, 'flow'])
}

/** Days from the first record of any log to the last. */
function daysOf(coverage: readonly Coverage[]): number {
  if (coverage.length === 0) return 0
  const from = Math.min(...coverage.map((one) => one.from))
  const to = Math.max(...coverage.map((one) => one.to))
  return (to - from) / DAY
}

async function rejectedOf(owner: Awaited<ReturnType<typeof connectOwner>>): Promise<Health['rejected']> {
  const { rows } = await owner.query<{
    class: RejectedClass
    count: string
    at: string
    file: string
    line: string
    reason: string
  }>(
    `select distinct on (class) class, count(*) over (partition by class) as count,
       (extract(epoch from at) * 1000000)::bigint as at, file, line, reason
     from rejected order by class, at desc, digest`,
  )
  return rows.map((row) => ({
    class: row.class,
    count: Number(row.count),
    newest: { at: Number(row.at), file: row.file, line: Number(row.line), reason: row.reason },
  }))
}
