import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeAws, notification } from '../helpers/fake-aws.ts'
import { spawnFirebreak } from '../helpers/firebreak.ts'
import { openWorld, type World } from '../helpers/seed.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'

const KILLS = process.env['FIREBREAK_TEST_FULL'] === '1' ? 20 : 5
const FINDINGS = 20
const OBJECTS = 20
const EVENTS = 300

let world: World
let aws: FakeAws
let folder: string
let settings: Record<string, string>

beforeAll(async () => {
  world = await openWorld()
  aws = new FakeAws()
  await aws.listen()
  folder = await mkdtemp(join(tmpdir(), 'firebreak-kills-'))
  const file = join(folder, 'firebreak.json')
  const accounts = [{ id: '123456789012', regions: ['eu-west-1'] }]
  const feeds = [{ kind: 'sqs', account: '123456789012', queue: aws.queueUrl, scopes: ['*/*/*'] }]
  await writeFile(file, JSON.stringify({ accounts, feeds }))
  settings = {
    FIREBREAK_HOME: join(folder, 'home'),
    FIREBREAK_CONFIG: file,
    FIREBREAK_AWS_ENDPOINT: aws.url,
    FIREBREAK_LOG: 'error',
    DATABASE_URL_INGEST: world.database.urls.ingest,
  }
})
afterAll(async () => {
  await aws.close()
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

test(
  'killed again and again while every message comes twice, everything is counted once',
  async () => {
    for (let nr = 0; nr < FINDINGS; nr++) aws.send(finding({ id: `f-${nr}`, subject: `s-${nr}` }))
    for (let nr = 0; nr < OBJECTS; nr += 2) {
      const keys = [nr, nr + 1].map((one) => `audit/${one}.json`)
      keys.forEach((key, at) => {
        const lines = Array.from({ length: EVENTS }, (_, i) =>
          JSON.stringify(auditEvent({ id: `e-${nr + at}-${i}`, user: `u-${i % 7}` })),
        )
        aws.objects.set(`logs/${key}`, Buffer.from(lines.join('\n')))
      })
      aws.send(notification(...keys))
    }
    aws.redeliveries = FINDINGS + OBJECTS / 2
    for (let kill = 0; kill < KILLS; kill++) {
      const { child, ended } = spawnFirebreak(['start', 'ingest'], settings)
      const until = aws.calls.length + 2 + ((kill * 5) % 13)
      await expect
        .poll(() => aws.calls.length >= until || aws.queue.length === 0, { timeout: 30_000, interval: 2 })
        .toBe(true)
      child.kill('SIGKILL')
      await ended
      // Its messages come back once their time is over.
      for (const message of aws.queue) message.hiddenUntil = 0
    }
    const { child, ended } = spawnFirebreak(['start', 'ingest'], settings)
    await expect.poll(() => aws.queue.length, { timeout: 60_000 }).toBe(0)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
    expect(aws.redeliveries).toBe(0)
    expect((await world.ask('subject', 'u-*', { limit: 1 })).totals?.success).toBe(OBJECTS * EVENTS)
    const found = await world.ingest.selectFrom('finding').select('id').where('scope', '>=', 0).execute()
    expect(found.length).toBe(FINDINGS)
    const rejected = await world.ingest.selectFrom('rejected').select('reason').execute()
    expect(rejected).toEqual([])
  },
  120_000 + KILLS * 10_000,
)
