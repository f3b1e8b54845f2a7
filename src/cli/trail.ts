import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bucketSink } from '../aws/anchor-sink.ts'
import { Clients } from '../aws/clients.ts'
import { type Config, readConfig } from '../config.ts'
import { readConfigFile } from '../config-file.ts'
import { open } from '../db/open.ts'
import type { AnchorSink } from '../model/anchor.ts'
import { channelSink } from '../slack/anchor-sink.ts'
import { anchorTrail, witnessesOf } from '../trail/anchor.ts'
import { exportTrail, manifestPath, openExport } from '../trail/export.ts'
import { fileSink } from '../trail/file-sink.ts'
import { readHead, readTrail } from '../trail/read.ts'
import { type Verified, verifyTrail } from '../trail/verify.ts'
import { now } from '../wire.ts'
import { AUDIT_CHANNEL } from '../workspace/index.ts'
import { withDatabase } from './database.ts'
import { readRunFile } from './run-file.ts'
import { readArgs, UsageError } from './usage.ts'

const USAGE = 'Write trail verify [--export FILE] [--json], trail export FILE, or trail anchor.'

/** `firebreak trail verify|export|anchor`. Exit 1 where the trail does not verify, or a witness could not be told. */
export async function trail(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args
  if (verb === 'verify') return verify(rest)
  if (verb === 'export') return exportTo(rest)
  if (verb === 'anchor') return anchor(rest)
  throw new UsageError(USAGE)
}

/** Where anchors are kept: a file, the audit channel while the simulator runs, and the buckets of the configuration file. */
async function sinksOf({ home, configFile }: Config, clients: Clients): Promise<readonly AnchorSink[]> {
  const run = await readRunFile(home)
  const buckets = configFile === null ? [] : readConfigFile(configFile).anchors
  return [
    fileSink(anchorFile(home)),
    ...(run === null ? [] : [channelSink(run.apiUrl, run.botToken, AUDIT_CHANNEL)]),
    ...buckets.map((bucket) => bucketSink(clients, bucket)),
  ]
}

export function anchorFile(home: string): string {
  return join(home, 'anchors.jsonl')
}

async function verify(args: readonly string[]): Promise<number> {
  const options = { json: { type: 'boolean', default: false }, export: { type: 'string' } } as const
  const { values } = readArgs({ args: [...args], options })
  const file = values.export
  if (file === undefined) {
    return withTrail(readConfig(), async (db, sinks) => {
      const head = await readHead(db)
      return tell(await verifyTrail(readTrail(db), await witnessesOf(sinks, tellOf), head), values.json)
    })
  }
  const { entries, witnesses, head, isWhole } = await openExport(file)
  const verified = await verifyTrail(entries, witnesses, head)
  if (!isWhole) console.error(`${file} is not the file that ${manifestPath(file)} was made for.`)
  const code = tell(verified, values.json)
  return isWhole ? code : 1
}

function tell(verified: Verified, isJson: boolean): number {
  if (isJson) console.log(JSON.stringify(verified))
  else for (const line of describeVerified(verified)) console.log(line)
  return verified.ok ? 0 : 1
}

function tellOf(sink: string, error: unknown): void {
  console.error(`${sink}: ${error instanceof Error ? error.message : String(error)}`)
}

/** What came of it, in lines for a person. */
export function describeVerified({ ok, entries, head, firstBad, anchors }: Verified): readonly string[] {
  const met = anchors.filter((one) => one.ok).length
  const count = `${entries.toLocaleString('en-US')} ${entries === 1 ? 'entry' : 'entries'}`
  return [
    ok
      ? `✓ Every entry follows from the one before: ${count}, head ${head?.slice(0, 4) ?? '–'}…${head?.slice(-2) ?? ''}; ${met === 1 ? '1 witness matches' : `${met} witnesses match`}.`
      : `✗ The trail does not verify from entry ${firstBad?.seq ?? '?'} on (${firstBad?.rule ?? '?'}): ${RULES[firstBad?.rule ?? 'hash']}. Keep an export, compare it with the last anchor, and call the security lead.`,
    ...anchors.map((one) =>
      one.seq === 0
        ? `  ? ${one.sink} has kept no anchor: it proves nothing.`
        : `  ${one.ok ? '✓' : '✗'} ${one.sink}, anchor #${one.seq}: withstands ${WITHSTANDS[one.withstands]}.`,
    ),
    ...(anchors.every(({ seq }) => seq === 0)
      ? ['  No witness outside the database knows of it yet: firebreak trail anchor tells them.']
      : []),
  ]
}

const RULES: { readonly [rule in NonNullable<Verified['firstBad']>['rule']]: string } = {
  hash: 'an entry was changed',
  gap: 'an entry is missing',
  fork: 'two entries have one number',
  order: 'entries stand in another order',
  truncated: 'the end is missing, which a witness remembers',
  resealed: 'it was written anew, and a witness remembers otherwise',
}

const WITHSTANDS = {
  'same-host': "whoever owns the database, but not whoever has the bot's token",
  'bot-token': "whoever has the bot's token, but not whoever owns this machine",
  both: "whoever owns this machine or has the bot's token",
  nothing: 'nobody',
} as const

async function exportTo(args: readonly string[]): Promise<number> {
  const { positionals } = readArgs({ args: [...args], allowPositionals: true, options: {} })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError(USAGE)
  return withTrail(readConfig(), async (db, sinks) => {
    // An earlier export stays until this one is whole.
    const made = `${file}.part`
    try {
      const manifest = await exportTrail(made, readTrail(db), await witnessesOf(sinks, tellOf), now())
      await rename(made, file)
      await rename(manifestPath(made), manifestPath(file))
      console.log(
        `${manifest.entries.toLocaleString('en-US')} entries, #${manifest.first} to #${manifest.last}, in ${file}; beside it ${manifestPath(file)}.`,
      )
      return 0
    } finally {
      await rm(made, { force: true })
    }
  })
}

async function anchor(args: readonly string[]): Promise<number> {
  readArgs({ args: [...args], options: {} })
  return withTrail(readConfig(), async (db, sinks) => {
    const { anchor: made, failed } = await anchorTrail(db, sinks, now(), true)
    if (made === null) console.log('The trail has no entry yet, so there is nothing to anchor.')
    else
      console.log(
        `Anchor · ${made.chain} #${made.seq} · ${made.hash} · told ${sinks.length - failed.length} of ${sinks.length} witnesses.`,
      )
    for (const { sink, error } of failed) tellOf(sink, error)
    return failed.length > 0 ? 1 : 0
  })
}

async function withTrail(
  config: Config,
  work: (db: ReturnType<typeof open>['db'], sinks: readonly AnchorSink[]) => Promise<number>,
): Promise<number> {
  return withDatabase(config, async ({ urls }) => {
    const opened = open(urls.bot, 'firebreak trail', { max: 1 })
    const clients = new Clients(config.awsEndpoint)
    try {
      return await work(opened.db, await sinksOf(config, clients))
    } finally {
      await clients.close()
      await opened.close()
    }
  })
}
