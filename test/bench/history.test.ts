import { expect, test } from 'vitest'
import { INTRUDER } from '../../bench/history/cast.ts'
import type { HistoryEdge } from '../../bench/history/edge.ts'
import { packedCells, Sums, totalsOf } from '../../bench/history/sums.ts'
import { walkCluster } from '../../bench/history/year.ts'

const options = { clusters: 1, days: 2.5, end: 20_000, seed: 'test' }

async function walk(): Promise<{
  readonly edges: readonly HistoryEdge[]
  readonly days: readonly string[]
  readonly kept: readonly (readonly number[])[]
  readonly sums: ReadonlyMap<number, number>
  readonly edgeHours: number
}> {
  const edges: HistoryEdge[] = []
  const days: string[] = []
  const kept: (readonly number[])[] = []
  const counted = new Map<number, number>()
  const sums = new Sums()
  const { edgeHours } = await walkCluster(1, options, {
    sums,
    edge: (edge) => edges.push(edge),
    edgeDay: (edge, day, cells) => days.push(`${edge.id} ${day} ${cells}`),
    kept: ({ id }, hour, outcome) => kept.push([id, hour, outcome]),
    async dayDone() {
      for (const { kind, cells } of sums.take()) {
        counted.set(kind, (counted.get(kind) ?? 0) + totalsOf(cells).reduce((n, one) => n + one))
      }
    },
  })
  return { edges, days, kept, sums: counted, edgeHours }
}

test('a history is the same for the same seed, and every kind of sum adds up to its edges', async () => {
  const walked = await walk()
  const { edges, days, kept, sums, edgeHours } = walked
  expect(walked).toEqual(await walk())
  const cells = days.flatMap((line) => (line.split(' ')[2] ?? '').split(',').map(Number))
  expect(cells).toHaveLength(edgeHours)
  const total = cells.reduce((n, cell) => n + (cell & 0x1_ff_ff_ff), 0)
  expect(edges.flatMap((edge) => edge.totals).reduce((n, count) => n + count)).toBe(total)
  expect(kept.length).toBeGreaterThan(0)
  expect([...sums]).toEqual([1, 2, 3, 4, 5].map((kind) => [kind, total]))
  expect([...new Set(days.map((line) => line.split(' ')[1]))]).toEqual(['19998', '19999', '20000'])
})

test('an edge is there once, whatever its days', async () => {
  const { edges } = await walk()
  const keys = edges.map((edge) => `${edge.subject} ${edge.ip} ${edge.call} ${edge.namespace} ${edge.secret}`)
  expect(new Set(keys).size).toBe(edges.length)
  expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length)
})

test('somebody calls in the last hour who never did before, so that there is something new to find', async () => {
  const { edges } = await walk()
  const own = edges.filter(({ subject }) => subject === INTRUDER)
  const lastHour = 24 * 20_001 - 1
  expect(own.length).toBeGreaterThan(0)
  expect(own.filter(({ firstHour }) => firstHour !== lastHour)).toEqual([])
})

test('a count that is too large for one packed number goes into several', () => {
  const cells = new Float64Array(96)
  cells[23 * 4 + 3] = 2 ** 24 + 1
  const packed = packedCells(cells).split(',').map(Number)
  expect(packed.map((cell) => [(cell >> 27) & 31, (cell >> 25) & 3, cell & 0x1_ff_ff_ff])).toEqual([
    [23, 3, 2 ** 24 - 1],
    [23, 3, 2],
  ])
})
