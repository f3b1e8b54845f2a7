import { createHmac } from 'node:crypto'
import pg from 'pg'

/** The logins that hold power apart. The owner migrates; nobody works as the owner. */
export const ROLES = ['ingest', 'bot', 'reader', 'executor', 'workspace'] as const
export type Role = (typeof ROLES)[number]

export type RoleUrls = { readonly [R in Role]: string }

/** What questions are answered from. */
const GRAPH = [
  'scope',
  'entity',
  'trait',
  'link',
  'call',
  'edge',
  'edge_hot',
  'edge_day',
  'edge_total',
  'edge_hour',
  'edge_all',
  'sum_hot',
  'sum_day',
  'sum_week',
  'sum_hour',
  'event',
  'agent',
  'coverage',
  'flow',
  'flow_hour',
  'standing',
  'inventory',
  'retention',
] as const
const FEEDS = ['feed'] as const
const INCIDENTS = ['incident', 'finding', 'incident_key', 'incident_event'] as const

/** The trail is only ever added to. */
const TRAIL = [
  ['select, insert', ['trail_entry', 'trail_anchor']],
  ['select, insert, update', ['trail_head']],
] as const

/** What each role may do on each table of the product; what is not here is refused. */
const GRANTS: {
  readonly [R in Role]: readonly (readonly [privileges: string, tables: readonly string[]])[]
} = {
  ingest: [
    ['select', [...GRAPH, 'seen_block', 'sealed']],
    // The share lock on the ring needs the right to update it; a function moves it on.
    ['select, update', ['ring']],
    [
      'select, insert, update',
      [
        'scope',
        'entity',
        'trait',
        'link',
        'edge',
        'agent',
        'coverage',
        'account',
        'flow_hour',
        'standing',
        'inventory',
        'writer',
        ...INCIDENTS,
        ...FEEDS,
      ],
    ],
    ['select, insert', ['call', 'flow', 'edge_hot', 'sum_hot', 'event', 'seen_block', 'ledger', 'rejected']],
  ],
  bot: [
    ['select', [...GRAPH, ...INCIDENTS, ...FEEDS]],
    ['select, insert, update, delete', ['card']],
    ['select, insert, update, delete', ['interaction', 'feed_told']],
    ['select, insert, update', ['proposal', 'vote', 'glass', 'hold', 'proposal_card']],
    ['select, insert', ['plan_read', 'hold_lift', 'press']],
    ['select, insert, update, delete', ['draft']],
    ['select', ['step']],
    ...TRAIL,
  ],
  reader: [['select', [...GRAPH, ...INCIDENTS, ...FEEDS]]],
  executor: [],
  workspace: [],
}

/** Functions that act with the owner's rights, for what only the owner can do. */
const FUNCTION_GRANTS: { readonly [R in Role]?: string } = {
  ingest:
    'graph_months_ahead(timestamptz), graph_months_drop(timestamptz), graph_turn(), graph_pack(), graph_forget(integer), graph_analyze()',
}

/** Job tables: ingest adds jobs, the bot works them off. */
const JOB_GRANTS: { readonly [R in Role]?: readonly string[] } = {
  ingest: ['select on all tables in schema pgboss', 'insert on all tables in schema pgboss'],
  bot: ['select, insert, update, delete on all tables in schema pgboss'],
}

/**
 * Makes the roles' logins on the owner's server and grants them what GRANTS says, in the owner's database. Their
 * passwords follow from `secret` (the owner's password, or what the home folder keeps), so that every start on
 * the same server finds the same ones. Run after the migrations; repeating it changes nothing.
 */
export async function ensureRoles(ownerUrl: string, secret: string): Promise<RoleUrls> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>('select current_database() as name')
    const database = client.escapeIdentifier(rows[0]?.name ?? '')
    await client.query(`revoke all on schema public from public`)
    await client.query(`revoke temporary on database ${database} from public`)
    const simulator = await client.query("select to_regnamespace('workspace') is not null as there")
    for (const role of ROLES) {
      // The simulator's role exists where its tables do.
      if (role === 'workspace' && !(simulator.rows as { there: boolean }[])[0]?.there) continue
      const password = passwordOf(role, secret)
      await ensureRole(client, role, database, password)
      await ensureLogin(client, role, urlsOf(ownerUrl, secret)[role], password)
    }
  } finally {
    await client.end()
  }
  return urlsOf(ownerUrl, secret)
}

/** The roles' connection strings for the server and database of `ownerUrl`. */
export function urlsOf(ownerUrl: string, secret: string): RoleUrls {
  const of = (role: Role): string => {
    const url = new URL(ownerUrl)
    url.username = loginOf(role)
    url.password = passwordOf(role, secret)
    return url.toString()
  }
  return {
    ingest: of('ingest'),
    bot: of('bot'),
    reader: of('reader'),
    executor: of('executor'),
    workspace: of('workspace'),
  }
}

function loginOf(role: Role): string {
  return `firebreak_${role}`
}

function passwordOf(role: Role, secret: string): string {
  return createHmac('sha256', secret).update(`firebreak role ${role}`).digest('hex')
}

/** An owner whose password has changed, or another one, gives the roles theirs anew. */
async function ensureLogin(client: pg.Client, role: Role, url: string, password: string): Promise<void> {
  try {
    await assertRole(url, role)
  } catch (error) {
    if ((error as { code?: unknown }).code !== INVALID_PASSWORD) throw error
    await client.query(
      `alter role ${client.escapeIdentifier(loginOf(role))} password ${client.escapeLiteral(password)}`,
    )
    await assertRole(url, role)
  }
}

/** PostgreSQL's word for a login with a wrong password. */
const INVALID_PASSWORD = '28P01'

/** Connects as a role and throws unless the server says that this is who we are: power must not be shared by accident. */
export async function assertRole(url: string, role: Role): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ me: string }>('select current_user as me')
    if (rows[0]?.me !== loginOf(role)) {
      throw new Error(
        `The connection that should work as ${loginOf(role)} works as ${rows[0]?.me ?? 'nobody'}. Write user and password before the host in the connection string, and unset PGUSER and PGOPTIONS.`,
      )
    }
  } finally {
    await client.end()
  }
}

async function ensureRole(client: pg.Client, role: Role, database: string, password: string): Promise<void> {
  const login = client.escapeIdentifier(loginOf(role))
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [loginOf(role)])
  if (rowCount === 0) {
    await client
      .query(`create role ${login} login password ${client.escapeLiteral(password)}`)
      // Two first starts on one server at the same time: the other one made it.
      .catch((error: unknown) => {
        if ((error as { code?: string }).code !== '42710' && (error as { code?: string }).code !== '23505')
          throw error
      })
  }
  await client.query(`grant connect on database ${database} to ${login}`)
  if (role === 'workspace') {
    await client.query(`grant usage on schema workspace to ${login}`)
    await client.query(`grant select, insert, update, delete on all tables in schema workspace to ${login}`)
    await client.query(`grant usage, select on all sequences in schema workspace to ${login}`)
    return
  }
  await client.query(`grant usage on schema public to ${login}`)
  for (const [privileges, tables] of GRANTS[role]) {
    await client.query(`grant ${privileges} on ${tables.join(', ')} to ${login}`)
  }
  const functions = FUNCTION_GRANTS[role]
  if (functions !== undefined) await client.query(`grant execute on function ${functions} to ${login}`)
  const jobs = JOB_GRANTS[role]
  if (jobs !== undefined) {
    await client.query(`grant usage on schema pgboss to ${login}`)
    for (const grant of jobs) await client.query(`grant ${grant} to ${login}`)
  }
}
