import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { unwrap } from '../../src/sources/index.ts'
import { acrossScopes } from '../helpers/scope-lint.ts'
import { dumpGraph, openWorld, type World } from '../helpers/seed.ts'
import { alone, describedCluster, podObject, reading, typedList } from '../helpers/seed-standing.ts'

const CLUSTER = '111122223333/eu-west-1/prod'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterEach(() => world.reset())
afterAll(() => world.close())

/** The things of documents, as the reader of files takes them apart. */
function things(...documents: readonly unknown[]): readonly unknown[] {
  return documents.flatMap((document) => {
    const inner = unwrap(document)
    return inner === null ? [document] : things(...inner)
  })
}

async function take(...documents: readonly unknown[]): Promise<readonly string[]> {
  const fates = await world.absorb(things(...documents), CLUSTER)
  return fates.map((fate) => (fate.kind === 'rejected' ? fate.reject.class : fate.kind))
}

async function states(): Promise<readonly unknown[]> {
  const { rows } = await acrossScopes(() =>
    sql`select entity.key, standing.taken_at, state ->> 'node' as node
        from standing join entity on entity.scope = standing.scope and entity.id = standing.entity order by key`.execute(
      world.ingest,
    ),
  )
  return rows
}

const at = (hour: number): string => `2026-11-22T0${hour}:00:00.000000Z`
const micros = (hour: number): number => Date.parse(at(hour)) * 1000
const pod = (name: string, node: string): object => podObject({ name, node })

test('the newest state of a thing stays, whichever comes first, and what comes again is told', async () => {
  expect(await take(reading('Pod', at(2), [pod('a', 'n2'), pod('b', 'n1')]))).toEqual(['landed', 'landed'])
  expect(await take(reading('Pod', at(1), [pod('a', 'n1')]))).toEqual(['landed'])
  expect(await take(reading('Pod', at(2), [pod('a', 'n2'), pod('b', 'n1')]))).toEqual([
    'duplicate',
    'duplicate',
  ])
  expect(await states()).toEqual([
    { key: 'payments/a', taken_at: micros(2), node: 'n2' },
    { key: 'payments/b', taken_at: micros(2), node: 'n1' },
  ])
})

test('in whatever order readings come, in one batch or several, the graph is the same', async () => {
  const documents = [
    reading('Pod', at(1), [pod('a', 'n1'), pod('b', 'n1')]),
    reading('Pod', at(2), [pod('a', 'n2')]),
    reading('Pod', at(2), [pod('a', 'n3')], { complete: false }),
    reading('Pod', at(3), []),
    describedCluster(),
    reading('Node', at(1), [{ metadata: { name: 'n1' }, spec: {} }]),
  ]
  await take(...documents)
  const together = await dumpGraph(world.ingest)
  for (const order of [
    documents.toReversed(),
    [...documents.slice(3), ...documents.slice(0, 3), ...documents],
  ]) {
    await world.reset()
    for (const document of order) await take(document)
    expect(await dumpGraph(world.ingest)).toEqual(together)
  }
})

test('a thing that a later complete reading does not hold is gone by then, and by no other', async () => {
  const gone = async (): Promise<readonly unknown[]> =>
    (await world.ask('containers', 'prod', { window: { from: 0, to: micros(9) } })).rows.map((row) => [
      row['pod'],
      row['goneAt'],
    ])
  await take(reading('Pod', at(1), [pod('a', 'n1'), pod('b', 'n1')]))
  await take(reading('Pod', at(2), [pod('a', 'n1')], { complete: false }), reading('Node', at(2), []))
  expect(await gone()).toEqual([
    ['payments/a', null],
    ['payments/b', null],
  ])
  await take(reading('Pod', at(4), [pod('a', 'n1')]))
  await take(reading('Pod', at(3), [pod('a', 'n1')]))
  expect(await gone()).toEqual([
    ['payments/a', null],
    ['payments/b', at(3)],
  ])
})

test('a list of a file says neither when it was read nor that it was whole', async () => {
  await take(typedList('Pod', [pod('a', 'n1')]))
  const { rows } = await acrossScopes(() =>
    sql`select source, kind, complete, count from inventory`.execute(world.ingest),
  )
  expect(rows).toEqual([{ source: 'kubernetes', kind: 'Pod', complete: false, count: 1 }])
})

test('of a Secret nothing is kept, not even in what is rejected', async () => {
  const secret = alone('Secret', { metadata: { name: 's' }, data: { password: 'aHVudGVyMg==' } })
  expect(await take(secret, { kind: 'Secret', data: 'aHVudGVyMg==' })).toEqual(['secret', 'unrecognised'])
  const { rows } = await sql<{ raw: string }>`select raw from rejected`.execute(world.ingest)
  expect(rows.map(({ raw }) => raw)).toEqual(['', ''])
})
