import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Draw } from '../../bench/generate/draw.ts'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import { wireIngest } from '../../src/wire.ts'
import { asOwner } from '../helpers/as-owner.ts'
import { type CrashServer, ownServer, sharedServer } from '../helpers/crash-server.ts'
import { type CrashTrace, writeCrashTrace } from '../helpers/crash-trace.ts'
import { ROOT } from '../helpers/documents.ts'
import { scope } from '../helpers/seed.ts'

const isFull = process.env['FIREBREAK_TEST_FULL'] === '1'
const EVENTS = isFull ? 1_000_000 : 20_000
const KILLS = isFull ? 30 : 8
const HURTS = isFull ? 5 : 2
const BATCH = isFull ? 20_000 : 1_000
const SCOPE = '111122223333/eu-west-1/crash'
const NODE = join(ROOT, 'node_modules/node/bin/node')

let server: CrashServer
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-crash-files-'))
  server = await (isFull ? ownServer() : sharedServer())
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

type End = 'done' | 'stopped' | 'killed'

/** Takes a file in by a process of its own, and calls `onReached` once it has read so many records. */
function takeIn(file: string, reach: number, onReached: (kill: () => void) => void): Promise<End> {
  const child = fork(
    join(ROOT, 'test/helpers/ingest-child.ts'),
    [server.urls.ingest, SCOPE, String(BATCH), file],
    {
      execPath: NODE,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // What a database that goes away has to say is no news here.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  )
  let isReached = false
  child.on('message', (records) => {
    if (isReached || Number(records) < reach) return
    isReached = true
    onReached(() => child.kill('SIGKILL'))
  })
  return new Promise((ended) => {
    child.on('exit', (code, signal) =>
      ended(signal === 'SIGKILL' ? 'killed' : code === 0 ? 'done' : 'stopped'),
    )
  })
}

/** What the graph counted beside what is in the files: requests that are missing, and those that are too many. */
async function compare(trace: CrashTrace): Promise<{ readonly lost: number; readonly doubled: number }> {
  const rows = (await asOwner(
    server.ownerUrl,
    `select coalesce(s.key, '') || ' | ' || coalesce(i.key, '') || ' | ' || call.verb as key,
       sum(success)::int as success, sum(failure)::int as failure, sum(unauthorized)::int as unauthorized, sum(forbidden)::int as forbidden
     from edge_all join edge on edge.scope = edge_all.scope and edge.id = edge_all.edge
     join call on call.scope = edge.scope and call.id = edge.call
     left join entity s on s.scope = edge.scope and s.id = edge.subject
     left join entity i on i.scope = edge.scope and i.id = edge.ip
     group by 1`,
  )) as { key: string; success: number; failure: number; unauthorized: number; forbidden: number }[]
  const counted = new Map(
    rows.map((row) => [row.key, [row.success, row.failure, row.unauthorized, row.forbidden]]),
  )
  let lost = 0
  let doubled = 0
  for (const key of new Set([...counted.keys(), ...trace.counts.keys()])) {
    for (let outcome = 0; outcome < 4; outcome++) {
      const more = (counted.get(key)?.[outcome] ?? 0) - (trace.counts.get(key)?.[outcome] ?? 0)
      if (more < 0) lost -= more
      else doubled += more
    }
  }
  return { lost, doubled }
}

const one = async (statement: string): Promise<unknown> =>
  Object.values((await asOwner(server.ownerUrl, statement))[0] ?? {})[0]

test('writers that are killed, cut off and started again lose and double nothing', {
  timeout: isFull ? 3_600_000 : 120_000,
}, async () => {
  const trace = await writeCrashTrace(folder, EVENTS, 'crash')
  const each = Math.floor(trace.lines / 2)
  const draw = new Draw('moments')
  const ends = { done: 0, stopped: 0, killed: 0 }
  let hurts = 0
  const began = performance.now()
  // A session that is ended between two transactions is nothing that a writer notices.
  while (ends.killed < KILLS || hurts < HURTS || ends.stopped === 0) {
    // Somebody whose sessions are ended is as good as killed; the two take turns.
    const isHurt = hurts * (KILLS / HURTS) < ends.killed || ends.killed >= KILLS
    const hurting: Promise<void>[] = []
    const running = trace.files.map((file, nr) =>
      takeIn(file, draw.whole(1, Math.floor(each * 0.9)), (kill) => {
        if (isHurt && nr === 0) hurting.push(server.hurt())
        else kill()
      }),
    )
    for (const end of await Promise.all(running)) ends[end] += 1
    hurts += (await Promise.all(hurting)).length
    // The packing goes on in between, over what the killed ones left.
    await asOwner(server.urls.ingest, 'select graph_pack()')
    await asOwner(server.urls.ingest, 'select graph_turn()')
  }
  const midway = await compare(trace)
  expect(midway.doubled).toBe(0)

  const wired = await wireIngest(server.urls)
  const last = await ingestFiles(wired, trace.files, scope(SCOPE), { batch: BATCH })
  const again = await ingestFiles(wired, trace.files, scope(SCOPE), { batch: BATCH })
  await wired.close()
  expect(last).toMatchObject({ stopped: null, unreadable: [] })
  expect(again.summary).toMatchObject({ landed: 0, duplicates: trace.lines, rejected: [] })
  const seconds = Math.round((performance.now() - began) / 1000)
  const found = await compare(trace)
  if (isFull)
    process.stdout.write(
      `${JSON.stringify({ events: trace.events, lines: trace.lines, ends, hurts, midway, ...found, seconds })}\n`,
    )
  expect(found).toEqual({ lost: 0, doubled: 0 })
  // A hash for each stage of each request, and a row for each that is kept.
  expect(Number(await one('select sum(length(hashes)) / 10 from seen_block'))).toBe(trace.events)
  expect(Number(await one('select count(*) - count(distinct (audit_id, stage)) from event'))).toBe(0)
  expect(Number(await one('select count(*) from event'))).toBeGreaterThan(EVENTS / 1000)
})
