import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { parseFile } from '../../src/ingest/records.ts'
import { type CountedEvent, countCloudTrail } from '../helpers/count-cloudtrail.ts'
import { ROOT } from '../helpers/documents.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { openWorld, textOf, type World } from '../helpers/seed.ts'

const FOLDER = join(ROOT, '../shared/data/cloudtrail')

/** Files of one part of the collection; what its rows hold besides is expectations and wrappers of other tools. */
function filesOf(part: string): readonly string[] {
  const path = join(FOLDER, part)
  if (!readdirSync(FOLDER, { withFileTypes: true }).some((one) => one.name === part && one.isDirectory()))
    return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .toSorted()
}

function tally(keys: readonly string[]): { readonly [key: string]: number } {
  const found: { [key: string]: number } = {}
  for (const key of keys) found[key] = (found[key] ?? 0) + 1
  return found
}

async function parsedOf(files: readonly string[]): Promise<{ readonly [key: string]: number }> {
  const keys: string[] = []
  for (const file of files) {
    for await (const records of parseFile(file)) {
      for (const { parsed } of records)
        keys.push(parsed.kind === 'request' ? parsed.outcome : 'class' in parsed ? parsed.class : parsed.kind)
    }
  }
  return tally(keys)
}

describe.skipIf(!existsSync(FOLDER))('real CloudTrail logs beside a count by hand', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world.close())

  test.each([
    ['awsdocs-eks-cloudtrail.json', 0],
    ['invictus', 0],
    ['opensearch-raw-large-samples.json', 0],
    // Six of another kind among them, as a line each.
    ['panther-cloudtrail-tests.ndjson', 6],
    ['sans504', 0],
    ['stratus', 0],
    ['stratus-docs-eks-access-entry-fragments.ndjson', 0],
    ['sekoia-event_sts.json', 0],
    ['ocsf-authentication.json', 0],
  ])('%s: each record is what its error code says', async (part, others) => {
    const files = filesOf(part)
    const expected = tally([
      ...countCloudTrail(files).map(({ outcome, hasTime }) => (hasTime ? outcome : 'no-time')),
      ...Array.from({ length: others }, () => 'unrecognised'),
    ])
    expect(await parsedOf(files)).toEqual(expected)
  })

  test('wrappers of other tools are refused, a file at a time', async () => {
    const files = filesOf('streamalert')
    expect(await parsedOf(files)).toEqual({ unrecognised: files.length })
  })

  test('taken in, each eventID counts once, whatever files it stands in, and questions answer with the same counts', async () => {
    const files = ['invictus', 'sans504', 'stratus'].flatMap(filesOf)
    const seen = new Map<string, CountedEvent>()
    const all = countCloudTrail(files)
    for (const one of all) seen.set(one.id, one)
    const events = [...seen.values()]
    expect(events.length).toBeLessThan(all.length)

    const { summary } = await ingestFiles(world.deps(), files, null)
    expect(summary).toMatchObject({
      records: all.length,
      landed: events.length,
      duplicates: all.length - events.length,
      rejected: [],
    })
    const counted = sql<{ readonly n: number }>`
      select coalesce(sum(success + failure + unauthorized + forbidden), 0)::int as n from edge_hour`
    const { rows } = await acrossScopes(() => counted.execute(world.ingest))
    expect(rows).toEqual([{ n: events.length }])

    const busiest = Object.entries(
      tally(events.map(({ by }) => by).filter((by) => by.includes(':assumed-role/'))),
    )
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, 3)
    for (const [arn] of busiest) {
      const own = events.filter(({ by }) => by === arn)
      const { totals, rows: calls } = await world.ask('principal', arn, { limit: 1_000 })
      const of = tally(own.map(({ outcome }) => outcome))
      expect(totals, arn).toEqual({ success: 0, failure: 0, unauthorized: 0, forbidden: 0, ...of })
      expect(new Set(calls.map(({ verb, service }) => `${textOf(verb)} ${textOf(service)}`))).toEqual(
        new Set(own.map(({ name, service }) => `${name} ${service}`)),
      )
    }
  })
})
