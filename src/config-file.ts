import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { type AnchorBucket, type FeedSettings, settleAnchors, settleFeeds } from './config-feeds.ts'
import { clusterMode, PEOPLE_KEYS, PERSON, settleRoster } from './config-people.ts'
import type { Roster } from './model/roster.ts'
import { flowFormat, isHeader } from './sources/flow-lines.ts'

/** What the configuration file says, with every reference followed. */
export interface FileConfig {
  readonly feeds: readonly FeedSettings[]
  /** Who is who; null: the file names nobody. */
  readonly roster: Roster | null
  /** Buckets that witness the trail. */
  readonly anchors: readonly AnchorBucket[]
}

/** A mistake and where it stands: path of keys and indexes. */
export interface Mistake {
  readonly path: readonly (string | number)[]
  readonly sentence: string
}

const must = (what: string) => ({ error: `must be ${what}` })
const accountId = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{12}$/, must('an account id of twelve digits, in quotes')))
const region = z
  .string(must('a region'))
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, must('a region such as eu-west-1'))
const word = z
  .string(must('a text'))
  .regex(/^[A-Za-z0-9_.-]{1,100}$/, must('1 to 100 letters, digits, "_", "." and "-"'))
const label = z.string(must('a text')).regex(/^[\w .:/-]{1,100}$/, must('a name of at most 100 characters'))
const seconds = (least: number, most: number) =>
  z
    .number(must('a number of seconds'))
    .int()
    .min(least, must(`at least ${least}`))
    .max(most, must(`at most ${most}`))
const scopes = z.array(z.string(must('a text')), must('a list')).min(1, must('a list of at least one scope'))

const ACCOUNT = z.strictObject({
  id: accountId.describe('Twelve digits, in quotes.'),
  name: word.optional().describe('What people call it; feeds and clusters may name it so. Else the id.'),
  regions: z
    .array(region, must('a list of regions'))
    .min(1, must('a list of at least one region'))
    .describe('Regions that are read.'),
  role: z
    .string(must('an ARN'))
    .regex(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
      must('the ARN of a role, arn:aws:iam::…:role/…'),
    )
    .optional()
    .describe('Role that is assumed to read. Else the credentials of the process.'),
  externalId: z
    .string(must('a text, in quotes'))
    .regex(/^[\w+=,.@:/-]{2,1224}$/, must('the external id of the role’s trust policy'))
    .optional()
    .describe("External id that the role's trust policy asks for."),
})

const CLUSTER = z.strictObject({
  account: word.describe('Name or id of its account.'),
  region: region.describe('Its region.'),
  name: word.describe('Its name.'),
  alias: word.optional().describe('What people call it, on cards and in commands. Else its name.'),
  mode: clusterMode
    .optional()
    .describe(
      'off: plans can be read; dry-run: approved steps are checked; enforce: they are done. Else the mode of the file.',
    ),
  kubeconfig: z
    .string(must('a path'))
    .min(1, must('a path'))
    .optional()
    .describe(
      "Path of a kubeconfig by whose current context its objects are listed. Else by its account's role.",
    ),
})

const common = {
  name: label
    .optional()
    .describe('What it is called in logs, rejects and the table `feed`. Else made of what it reads.'),
  scopes: scopes
    .optional()
    .describe(
      'Scopes that it may write, `ACCOUNT/REGION/CLUSTER`, `*` for any; others are rejected. Else those of what it reads.',
    ),
}

const SQS = z.strictObject({
  kind: z.literal('sqs').describe('Findings and notifications of S3, from a queue.'),
  ...common,
  account: word.describe(
    'Name or id of the account whose role reads it, and whose records these are where they do not say.',
  ),
  queue: z
    .string(must('an address'))
    .regex(
      /^https?:\/\/\S+\/\S+$/,
      must('the address of a queue, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME'),
    )
    .describe('Address of the queue.'),
  region: region
    .optional()
    .describe(
      "Region of the queue, and of records that do not say theirs. Else that of its address, else the account's first.",
    ),
  visibility: seconds(10, 43_200)
    .optional()
    .describe('Seconds that a message is hidden from others, extended while it is worked on. Else 120.'),
  format: z
    .string(must('the format of a flow log'))
    .refine(
      (text) => isHeader(flowFormat(text)),
      must('the format of a flow log, such as "${interface-id} ${srcaddr} ${dstaddr} ${start} ${end}"'),
    )
    .optional()
    .describe(
      'Order of the fields in flow logs without a header line (those that came through CloudWatch Logs), as the flow log was made with. Else that of version 2.',
    ),
})

const GUARDDUTY = z.strictObject({
  kind: z.literal('guardduty').describe('Findings by polling, archived ones too.'),
  ...common,
  account: word.describe('Name or id of the account.'),
  regions: z.array(region, must('a list of regions')).optional().describe("Else all of the account's."),
  every: seconds(10, 86_400).optional().describe('Seconds from one poll to the next. Else 60.'),
})

const LOGS = z.strictObject({
  kind: z.literal('logs').describe('Audit events of a cluster from CloudWatch Logs, by polling.'),
  ...common,
  cluster: word.describe('Name of one of the clusters.'),
  logGroup: z
    .string(must('a text'))
    .regex(/^[\w./#-]{1,512}$/, must('the name of a log group'))
    .optional()
    .describe('Else `/aws/eks/CLUSTER/cluster`.'),
  every: seconds(1, 86_400).optional().describe('Seconds from one poll to the next. Else 10.'),
  since: seconds(60, 30 * 86_400)
    .optional()
    .describe('Seconds that the first poll looks back. Else a day (86400).'),
})

const INVENTORY = z.strictObject({
  kind: z
    .literal('inventory')
    .describe('What stands: instances and interfaces of an account, its clusters and their objects.'),
  ...common,
  account: word.describe('Name or id of the account; its clusters are those among `clusters`.'),
  regions: z.array(region, must('a list of regions')).optional().describe("Else all of the account's."),
  every: seconds(60, 86_400).optional().describe('Seconds from one reading to the next. Else 900.'),
})

const ANCHOR = z.strictObject({
  account: word.describe('Name or id of the account whose role writes there.'),
  region: region.optional().describe("Region of the bucket. Else the account's first."),
  bucket: z
    .string(must('a text'))
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, must('the name of a bucket'))
    .describe('A bucket with Object Lock: a witness of the trail that nobody can change.'),
  years: z
    .number(must('a number of years'))
    .int()
    .min(1, must('at least 1'))
    .max(100, must('at most 100'))
    .optional()
    .describe('Years for which an anchor stays. Else 1.'),
})

const FILE = z.strictObject({
  ...PEOPLE_KEYS,
  people: z.array(PERSON, must('a list')).default([]),
  accounts: z.array(ACCOUNT, must('a list')).default([]),
  clusters: z.array(CLUSTER, must('a list')).default([]),
  anchors: z.array(ANCHOR, must('a list')).default([]),
  feeds: z
    .array(
      z.discriminatedUnion('kind', [SQS, GUARDDUTY, LOGS, INVENTORY], {
        error: 'must have a kind: sqs, guardduty, logs or inventory',
      }),
      must('a list'),
    )
    .default([]),
})
export type FileShape = z.infer<typeof FILE>

/** Every key of the file, for the generated table in the README. */
export const FILE_KEYS: readonly {
  readonly key: string
  readonly needed: boolean
  readonly meaning: string
}[] = (
  [
    ['accounts[]', ACCOUNT.shape],
    ['clusters[]', CLUSTER.shape],
    ['people[]', PERSON.shape],
    ['', PEOPLE_KEYS],
    ['anchors[]', ANCHOR.shape],
    ['feeds[] sqs', SQS.shape],
    ['feeds[] guardduty', GUARDDUTY.shape],
    ['feeds[] logs', LOGS.shape],
    ['feeds[] inventory', INVENTORY.shape],
  ] as const
).flatMap(([where, shape]) =>
  Object.entries(shape as Readonly<Record<string, z.ZodType>>).map(([name, type]) => ({
    key: `${where} ${name}`.trim(),
    needed: !type.safeParse(undefined).success,
    meaning: type.description ?? '',
  })),
)

/**
 * Reads the configuration file, YAML or JSON. Throws one error that lists every mistake with its line and what to write instead.
 */
export function readConfigFile(path: string): FileConfig {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Error(`FIREBREAK_CONFIG names ${path}, which cannot be read. Name a file of YAML or JSON.`, {
      cause,
    })
  }
  return parseConfigFile(text, path)
}

/** The same for a text; `name` is what mistakes call it. */
export function parseConfigFile(text: string, name: string): FileConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  if (document.errors.length > 0) {
    const said = document.errors.map(({ message, linePos }) => {
      const [sentence = ''] = message.split('\n')
      return `${name}:${linePos?.[0].line ?? 1}: ${sentence.replace(/ at line \d+, column \d+:?$/, '')}. Correct the YAML.`
    })
    throw new Error(said.join('\n'))
  }
  const lineOf = (keys: readonly (string | number)[]): number => {
    for (let length = keys.length; length >= 0; length--) {
      const node: unknown = length === 0 ? document.contents : document.getIn(keys.slice(0, length), true)
      const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null
      if (Array.isArray(range)) return lines.linePos(range[0] as number).line
    }
    return 1
  }
  const fail = (mistakes: readonly Mistake[]): never => {
    throw new Error(
      mistakes.map(({ path, sentence }) => `${name}:${lineOf(path)}: ${shown(path)}${sentence}.`).join('\n'),
    )
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {}
  const checked = FILE.safeParse(value)
  if (!checked.success) return fail(checked.error.issues.flatMap(mistakesOf))
  const { feeds, mistakes: ofFeeds } = settleFeeds(checked.data)
  const { roster, mistakes: ofPeople } = settleRoster(checked.data)
  const { anchors, mistakes: ofAnchors } = settleAnchors(checked.data)
  const mistakes = [...ofFeeds, ...ofPeople, ...ofAnchors]
  return mistakes.length > 0 ? fail(mistakes) : Object.freeze({ feeds, roster, anchors })
}

function shown(path: readonly (string | number)[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
  return text === '' ? 'the file ' : `${text.replace(/^\./, '')} `
}

function mistakesOf(issue: z.core.$ZodIssue): readonly Mistake[] {
  const path = issue.path.filter((key) => typeof key !== 'symbol')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      sentence: 'is no key that Firebreak knows; remove it or correct its name',
    }))
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined
  return [{ path, sentence: isMissing ? `is missing; it ${issue.message}` : issue.message }]
}
