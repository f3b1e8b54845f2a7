import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import type { SeenMessage } from '../../src/workspace/wait.ts'
import { FakeAws } from '../helpers/fake-aws.ts'
import { type Spawned, spawnFirebreak } from '../helpers/firebreak.ts'
import { finding } from '../helpers/seed-records.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

const MESSAGES = 20

let stage: Stage
let aws: FakeAws
let folder: string
let ingest: Spawned

beforeAll(async () => {
  stage = await openStage()
  aws = new FakeAws()
  await aws.listen()
  folder = await mkdtemp(join(tmpdir(), 'firebreak-card-'))
  const file = join(folder, 'firebreak.json')
  const accounts = [{ id: '123456789012', regions: ['eu-west-1'] }]
  const feeds = [{ kind: 'sqs', account: '123456789012', queue: aws.queueUrl, scopes: ['*/*/*'] }]
  await writeFile(file, JSON.stringify({ accounts, feeds }))
  ingest = spawnFirebreak(['start', 'ingest'], {
    FIREBREAK_HOME: join(folder, 'home'),
    FIREBREAK_CONFIG: file,
    FIREBREAK_AWS_ENDPOINT: aws.url,
    FIREBREAK_LOG: 'error',
    DATABASE_URL_INGEST: stage.database.urls.ingest,
  })
})
afterAll(async () => {
  ingest.child.kill('SIGTERM')
  await ingest.ended
  await aws.close()
  await stage.close()
  await rm(folder, { recursive: true, force: true })
})

/** Finding and cluster of a message: each opens an incident of its own. */
function message(nr: number): object {
  const name = `card-${nr}`
  return finding({ id: name, subject: `intruder-${nr}`, cluster: name, ip: null })
}

test('a finding in the queue is a card in the channel, one for each message', async () => {
  const times: number[] = []
  for (let nr = 0; nr < MESSAGES; nr++) {
    const sent = performance.now()
    aws.send(message(nr))
    await stage.workspace.waitForMessage(isCard(nr), 20_000)
    // The first one waits for the process to have started.
    if (nr > 0) times.push(performance.now() - sent)
  }
  await stage.settled()
  const seen = await stage.workspace.messages(INCIDENTS_CHANNEL)
  expect(Array.from({ length: MESSAGES }, (_, nr) => seen.filter(isCard(nr)).length)).toEqual(
    Array.from({ length: MESSAGES }, () => 1),
  )
  await expect.poll(() => aws.queue.length).toBe(0)
  expect(stage.errors).toEqual([])
  times.sort((a, b) => a - b)
  const at = (share: number): string => `${Math.round(times[Math.floor(share * (times.length - 1))] ?? 0)} ms`
  process.stdout.write(
    `message to card, ${times.length} messages: p50 ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)}\n`,
  )
})

function isCard(nr: number): (message: SeenMessage) => boolean {
  return ({ threadTs, text }) => threadTs === null && text.includes(` card-${nr} `)
}
