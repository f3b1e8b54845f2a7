import { UsageError } from './usage.ts'

/** A verb takes its arguments and returns the exit code: 0 done, 1 refused or failed. Wrong usage throws UsageError. */
type Verb = (args: readonly string[]) => Promise<number>

// Loaded when asked for: a question need not wait for what only a start uses.
const VERBS: { readonly [name: string]: Verb } = {
  start: async (args) => (await import('./start.ts')).startCommand(args),
  ingest: async (args) => (await import('./ingest.ts')).ingest(args),
  ask: async (args) => (await import('./ask.ts')).ask(args),
  doctor: async (args) => (await import('./doctor.ts')).doctor(args),
  tidy: async (args) => (await import('./tidy.ts')).tidy(args),
  trail: async (args) => (await import('./trail.ts')).trail(args),
  migrate: async (args) => (await import('./migrate.ts')).migrateCommand(args),
}

const HELP = `firebreak <verb>

  start [--seed N | --replay FILE... | --no-scenario] [--fresh]
        run everything on this machine, with the workspace simulator and the opening scenario, or with records of
        your own, or with none; another seed gives other names and numbers
  start ingest
        run the feeds of FIREBREAK_CONFIG (queues, GuardDuty, CloudWatch Logs) as DATABASE_URL_INGEST, and nothing else
  ingest FILE... [--scope ACCOUNT/REGION/CLUSTER] [--taken-at T] [--json]
        take in findings, audit events, CloudTrail events and what kubectl get -o json, aws eks describe-... and aws ec2
        describe-... printed (at T, else now), plain or .gz
  ask LOOKUP ENTITY [--scope ACCOUNT/REGION/CLUSTER] [--since T] [--until T] [--baseline LENGTH] [--limit N] [--json]
        ask the graph: subject, ip, secrets or seen
  doctor [--json]
        how everything fares: database, roles, feeds, what the logs cover, what was rejected, room on disk and what a
        year will take; exit 1 when something needs a person
  tidy [--json]
        make and drop partitions, pack the hours that came in and seal those whose hashes are forgotten, now: what
        start does by itself
  trail verify [--export FILE] [--json] | trail export FILE | trail anchor
        follow the trail from its first entry and hold it against its witnesses; write all of it to a file that verifies by
        itself; tell the witnesses now
  migrate [--json | --logins]
        bring the database up to date and make the roles' logins; --logins prints DATABASE_URL_INGEST, a secret

Settings are environment variables: DATABASE_URL, FIREBREAK_HOME, FIREBREAK_PORT, FIREBREAK_LOG,
FIREBREAK_RETENTION_MONTHS, FIREBREAK_CONFIG, DATABASE_URL_INGEST, FIREBREAK_AWS_ENDPOINT.`

const [name, ...args] = process.argv.slice(2)
process.exitCode = await run(name, args)

async function run(verb: string | undefined, rest: readonly string[]): Promise<number> {
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
    console.log(HELP)
    return verb === undefined ? 2 : 0
  }
  const found = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined
  if (found === undefined) {
    console.error(
      `There is no verb "${verb}". The verbs are: ${Object.keys(VERBS).join(', ')}. firebreak help says more.`,
    )
    return 2
  }
  try {
    return await found(rest)
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(error.message)
      return 2
    }
    console.error(error instanceof Error ? withCauses(error) : String(error))
    return 1
  }
}

/** An error with what it came from, in one line each. */
function withCauses(error: Error): string {
  const lines = [error.message]
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    const { message } = cause
    if (!lines.some((line) => line.includes(message))) lines.push(`  because: ${message}`)
  }
  return lines.join('\n')
}
