import type { Kysely } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { CoveredLog } from '../model/observation.ts'
import { UNKNOWN_PART } from '../model/scope.ts'
import { hourOf, type Micros } from '../model/time.ts'

/** The logs of an incident's time that anything is known of: of its cluster, and of its account and region. */
export type KnownLogs = { readonly [Log in CoveredLog]: boolean }

/** What an incident is that its logs are looked for. */
export interface LogsAsked {
  readonly scope: number
  readonly account: string
  readonly region: string
  readonly first_seen: Micros
  readonly last_seen: Micros
}

export async function knownLogs(db: Kysely<Database>, asked: LogsAsked): Promise<KnownLogs> {
  const account = await db
    .selectFrom('scope')
    .select('id')
    .where('account', '=', asked.account)
    .where('region', '=', asked.region)
    .where('cluster', '=', UNKNOWN_PART)
    .executeTakeFirst()
  const rows = await db
    .selectFrom('coverage')
    .select(['scope', 'source'])
    .distinct()
    .where('scope', 'in', [asked.scope, ...(account === undefined ? [] : [account.id])])
    .where('source', 'in', ['audit', 'cloudtrail', 'flow'])
    .where('hour', '>=', hourOf(asked.first_seen))
    .where('hour', '<=', hourOf(asked.last_seen))
    .execute()
  const isKnown = (scope: number | undefined, log: CoveredLog): boolean =>
    rows.some((row) => row.scope === scope && row.source === log)
  return {
    audit: isKnown(asked.scope, 'audit'),
    cloudtrail: isKnown(account?.id, 'cloudtrail'),
    flow: isKnown(account?.id, 'flow'),
  }
}

/** The same as the row of a card keeps it: `audit,flow`. */
export function logsText(logs: KnownLogs): string {
  return (Object.keys(logs) as CoveredLog[]).filter((log) => logs[log]).join(',')
}

/** Incidents looked at for logs that came later. */
const MOST = 200

/** Numbers of the open incidents whose card says of fewer logs than there are; logs come minutes after the finding that they tell of. */
export async function cardsBehindLogs(db: Kysely<Database>): Promise<readonly number[]> {
  const open = await db
    .selectFrom('incident')
    .innerJoin('card', 'card.incident', 'incident.id')
    .innerJoin('scope', 'scope.id', 'incident.scope')
    .select(['incident.id', 'incident.scope', 'account', 'region', 'first_seen', 'last_seen', 'card.logs'])
    .where('incident.state', '=', 'open')
    .orderBy('incident.id', 'desc')
    .limit(MOST)
    .execute()
  const behind: number[] = []
  for (const { id, logs, ...asked } of open) {
    if (logsText(await knownLogs(db, asked)) !== logs) behind.push(id)
  }
  return behind
}
