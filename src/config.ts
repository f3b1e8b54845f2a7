import { resolve } from 'node:path'
import { z } from 'zod'
import { readOwnerUrl } from './db/owner-url.ts'

/** What the environment says, checked. Frozen. */
export interface Config {
  /** The owner's connection string of a server of one's own; null: the embedded one under `home`. */
  readonly databaseUrl: string | null
  /** Folder of the embedded database, run.json and its secrets; absolute. */
  readonly home: string
  /** Port of the workspace simulator on 127.0.0.1. */
  readonly port: number
  /** How the simulator reaches the bot. */
  readonly transport: 'socket' | 'http'
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** How many months the hours of the graph are kept; null: as the database has it. */
  readonly retentionMonths: number | null
  /** The configuration file, absolute; null: none. */
  readonly configFile: string | null
  /** Connection string of the ingest login, for a process that has no other. */
  readonly ingestUrl: string | null
  /** Where AWS is asked instead of at AWS. */
  readonly awsEndpoint: string | null
}

/** One setting, for the generated table in the README. */
export interface Setting {
  readonly name: string
  readonly standard: string
  readonly meaning: string
}

export const SETTINGS: readonly Setting[] = [
  {
    name: 'DATABASE_URL',
    standard: 'embedded PostgreSQL',
    meaning:
      "The owner's connection string of a PostgreSQL server of your own, `postgres://user:password@host:5432/database`.",
  },
  {
    name: 'FIREBREAK_HOME',
    standard: '`./.firebreak`',
    meaning: 'Folder of the embedded database, `run.json` and the secrets that Firebreak makes for itself.',
  },
  { name: 'FIREBREAK_PORT', standard: '`7070`', meaning: 'Port of the workspace simulator, on 127.0.0.1.' },
  {
    name: 'FIREBREAK_TRANSPORT',
    standard: '`socket`',
    meaning: 'How Slack reaches the bot: `socket` (Socket Mode) or `http` (signed requests).',
  },
  {
    name: 'FIREBREAK_LOG',
    standard: '`info`',
    meaning: 'Log level: `debug`, `info`, `warn` or `error`. Logs go to standard error.',
  },
  {
    name: 'FIREBREAK_RETENTION_MONTHS',
    standard: '`12`, or what was set before',
    meaning:
      'How many months the hours of the graph are kept, 3 to 120. It stays set in the database; a smaller number drops months for good.',
  },
  {
    name: 'FIREBREAK_CONFIG',
    standard: 'no feeds, practice people',
    meaning:
      'The configuration file (YAML or JSON): people, accounts, clusters and feeds. `firebreak start ingest` needs it.',
  },
  {
    name: 'DATABASE_URL_INGEST',
    standard: 'made from `DATABASE_URL`',
    meaning:
      'Connection string of the login `firebreak_ingest`, for `firebreak start ingest`, which takes no other. `firebreak migrate --logins` prints it.',
  },
  {
    name: 'FIREBREAK_AWS_ENDPOINT',
    standard: 'AWS itself',
    meaning: 'Address of something that answers as AWS does (`moto_server`), for trying feeds out.',
  },
]

const whole = z.string().regex(/^\d+$/).transform(Number)

/**
 * Reads the environment. Throws one error that lists every problem, each with its cure. This is the only place that
 * reads process.env.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = []
  const slack = Object.keys(env).filter((name) => name.startsWith('SLACK_') && env[name] !== '')
  if (slack.length > 0) {
    problems.push(
      `${slack.join(', ')} ${slack.length === 1 ? 'is' : 'are'} set: this version speaks to the workspace simulator only, since who may ask and approve in a real workspace cannot be configured yet. Unset ${slack.length === 1 ? 'it' : 'them'}.`,
    )
  }
  // A setting that is empty is not set.
  const setting = (name: string): string | undefined => (env[name] === '' ? undefined : env[name])
  const given = setting('DATABASE_URL')
  const owner = given === undefined ? null : readOwnerUrl(given)
  if (owner !== null && 'problem' in owner) problems.push(`DATABASE_URL ${owner.problem}.`)
  const port = whole.pipe(z.number().int().min(0).max(65_535)).safeParse(setting('FIREBREAK_PORT') ?? '7070')
  if (!port.success)
    problems.push(
      `FIREBREAK_PORT is ${JSON.stringify(env['FIREBREAK_PORT'])}: give a number from 0 (any free one) to 65535.`,
    )
  const level = z.enum(['debug', 'info', 'warn', 'error']).safeParse(setting('FIREBREAK_LOG') ?? 'info')
  if (!level.success)
    problems.push(
      `FIREBREAK_LOG is ${JSON.stringify(env['FIREBREAK_LOG'])}: give debug, info, warn or error.`,
    )
  const transport = z.enum(['socket', 'http']).safeParse(setting('FIREBREAK_TRANSPORT') ?? 'socket')
  if (!transport.success)
    problems.push(
      `FIREBREAK_TRANSPORT is ${JSON.stringify(env['FIREBREAK_TRANSPORT'])}: give socket or http.`,
    )
  const months = setting('FIREBREAK_RETENTION_MONTHS')
  const kept = months === undefined ? null : whole.pipe(z.number().int().min(3).max(120)).safeParse(months)
  if (kept?.success === false)
    problems.push(`FIREBREAK_RETENTION_MONTHS is ${JSON.stringify(months)}: give a number from 3 to 120.`)
  const ingestUrl = setting('DATABASE_URL_INGEST')
  const ingest = ingestUrl === undefined ? null : readOwnerUrl(ingestUrl)
  if (ingest !== null && 'problem' in ingest) problems.push(`DATABASE_URL_INGEST ${ingest.problem}.`)
  const endpoint = setting('FIREBREAK_AWS_ENDPOINT') ?? null
  if (endpoint !== null && !/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : ''))
    problems.push(
      `FIREBREAK_AWS_ENDPOINT is ${JSON.stringify(endpoint)}: give an address such as http://127.0.0.1:5000, or unset it.`,
    )
  const file = setting('FIREBREAK_CONFIG')
  if (problems.length > 0 || !port.success || !level.success || !transport.success)
    throw new Error(problems.join('\n'))
  return Object.freeze({
    databaseUrl: owner !== null && 'url' in owner ? owner.url : null,
    home: resolve(setting('FIREBREAK_HOME') ?? '.firebreak'),
    port: port.data,
    transport: transport.data,
    logLevel: level.data,
    retentionMonths: kept?.data ?? null,
    configFile: file === undefined ? null : resolve(file),
    ingestUrl: ingest !== null && 'url' in ingest ? ingest.url : null,
    awsEndpoint: endpoint,
  })
}
