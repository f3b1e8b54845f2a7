import { readConfig } from '../config.ts'
import { readConfigFile } from '../config-file.ts'
import { assertRole } from '../db/roles.ts'
import { openLog } from '../main.ts'
import { type Running, wireIngest, wireTidying } from '../wire.ts'
import { wireFeeds } from '../wire-feeds.ts'
import { untilSignal } from './until-signal.ts'

/**
 * `firebreak start ingest`: runs the feeds of the configuration file as the ingest role, and nothing else, until a signal; then it
 * stops between two transactions and gives back what has not landed.
 */
export async function startIngest(): Promise<number> {
  const config = readConfig()
  if (config.ingestUrl === null)
    throw new Error(
      'DATABASE_URL_INGEST is missing: the connection string of the login firebreak_ingest, which firebreak migrate --logins prints. The owner’s (DATABASE_URL) is not taken here.',
    )
  if (config.configFile === null)
    throw new Error('FIREBREAK_CONFIG is missing: name the file that says which feeds to run.')
  const { feeds } = readConfigFile(config.configFile)
  if (feeds.length === 0)
    throw new Error(`${config.configFile} has no feeds; add one under feeds, as the README shows.`)
  await assertRole(config.ingestUrl, 'ingest')
  const stop = untilSignal()
  const log = openLog(config)
  const urls = { ingest: config.ingestUrl }
  const running: Running[] = []
  try {
    // Each feed writes on one at a time; the others are for jobs and for what is told of feeds meanwhile.
    const ingest = await wireIngest(urls, feeds.length + 2)
    running.push(ingest, wireTidying(urls, log))
    running.push(wireFeeds(ingest, feeds, config.awsEndpoint, log))
    console.log(`Firebreak takes in from ${feeds.map(({ name }) => name).join(', ')}.`)
    const { signal } = await stop
    console.log(`${signal}: stopping.`)
    return 0
  } finally {
    for (const part of running.toReversed())
      await part.close().catch((err: unknown) => log.error({ err }, 'stopping'))
  }
}
