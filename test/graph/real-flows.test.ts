import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { parseFile } from '../../src/ingest/records.ts'
import { ROOT } from '../helpers/documents.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { openWorld, type World } from '../helpers/seed.ts'

const FOLDER = join(ROOT, '../shared/data/vpc-flow')
const FILES = [
  'awsdocs-tgw-custom.log',
  'awsdocs-v2-default.log',
  'awsdocs-v3-tcp-flags.log',
  'awsdocs-v5-traffic-path.log',
  'elastic-vpcflow-extra-samples.log',
  'elastic-vpcflow-tcp-flag-sequence.log',
  'sekoia-flow-lines.log',
].map((file) => join(FOLDER, file))

interface Counted {
  readonly text: string
  readonly status: string
  readonly start: string | undefined
  readonly bytes: number
  readonly rejected: boolean
}

/** The lines of a file as awk sees them, sharing nothing with the product: split at blanks, named by the last header. */
function counted(file: string): readonly Counted[] {
  let names =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
      ' ',
    )
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      if (line.startsWith('version ')) {
        names = line.trim().split(/ +/)
        return []
      }
      const values = line.startsWith('{')
        ? new Map(
            Object.entries(JSON.parse(line) as Record<string, unknown>).map(([key, value]) => [
              key.replace('_', '-'),
              String(value),
            ]),
          )
        : new Map(
            line
              .trim()
              .split(/ +/)
              .map((value, at) => [names[at] ?? '', value]),
          )
      return [
        {
          text: [...values]
            .filter(([, value]) => value !== '-')
            .map((pair) => pair.join('='))
            .toSorted()
            .join(' '),
          status: values.get('log-status') ?? '',
          start: values.get('start'),
          bytes: Number(values.get('bytes')),
          rejected: values.get('action') === 'REJECT',
        },
      ]
    })
}

describe.skipIf(!existsSync(FOLDER))('real flow logs beside a count by hand', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world.close())

  test('each line is a record, each record counts once, and hours add up to the same bytes', async () => {
    const all = FILES.flatMap(counted)
    const dated = all.filter(({ start }) => start !== undefined)
    const distinct = [...new Map(dated.map((one) => [one.text, one])).values()]
    const told = distinct.filter(({ status }) => status === 'OK')
    const nodata = dated.filter(({ status }) => status === 'NODATA').length
    const landed = distinct.filter(({ status }) => status !== 'NODATA').length

    const { summary } = await ingestFiles(world.deps(), FILES, null)
    expect(summary).toMatchObject({
      records: all.length,
      landed,
      duplicates: dated.length - nodata - landed,
      ignored: [{ class: 'nodata', count: nodata }],
      rejected: [{ class: 'no-time', count: all.length - dated.length }],
    })
    const { rows } = await acrossScopes(() =>
      sql<{ readonly bytes: number; readonly records: number; readonly rejected: number }>`
        select sum(bytes) as bytes, sum(records) as records, sum(records) filter (where not accepted) as rejected
        from flow_hour join flow on flow.scope = flow_hour.scope and flow.id = flow_hour.flow`.execute(
        world.ingest,
      ),
    )
    expect(rows).toEqual([
      {
        bytes: told.reduce((sum, { bytes }) => sum + bytes, 0),
        records: told.length,
        rejected: told.filter(({ rejected }) => rejected).length,
      },
    ])

    const answer = await world.ask('network', '52.213.180.42')
    const of = distinct.filter(
      ({ text }) => text.includes('srcaddr=52.213.180.42') || text.includes('dstaddr=52.213.180.42'),
    )
    expect(answer.rows.reduce((sum, { bytes }) => sum + Number(bytes), 0)).toBe(
      of.reduce((sum, { bytes }) => sum + bytes, 0),
    )
  })

  test('other forms: comma separated, objects of other tools, and DNS records, which are none', async () => {
    const kinds = async (file: string): Promise<Record<string, number>> => {
      const found: Record<string, number> = {}
      for await (const records of parseFile(join(FOLDER, file)))
        for (const { parsed } of records) {
          const key = 'class' in parsed ? parsed.class : parsed.kind
          found[key] = (found[key] ?? 0) + 1
        }
      return found
    }
    expect(await kinds('ocsf-vpcflow.raw.txt')).toEqual({ flow: 1 })
    const tools = readFileSync(join(FOLDER, 'panther-vpcflow-tests.ndjson'), 'utf8').trim().split('\n')
    const flows = tools.filter((line) => line.includes('"srcAddr"') && line.includes('"dstAddr"')).length
    expect(await kinds('panther-vpcflow-tests.ndjson')).toEqual({
      'no-time': flows,
      unrecognised: tools.length - flows,
    })
  })
})
