import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeAws, notification } from '../helpers/fake-aws.ts'
import { firebreak, spawnFirebreak } from '../helpers/firebreak.ts'
import { openWorld, type World } from '../helpers/seed.ts'
import { auditEvent, finding } from '../helpers/seed-records.ts'

let world: World
let aws: FakeAws
let folder: string
let settings: Record<string, string>

beforeAll(async () => {
  world = await openWorld()
  aws = new FakeAws()
  await aws.listen()
  folder = await mkdtemp(join(tmpdir(), 'firebreak-feeds-'))
  const file = join(folder, 'firebreak.yaml')
  await writeFile(
    file,
    JSON.stringify({
      accounts: [
        {
          id: '123456789012',
          regions: ['eu-west-1'],
          role: 'arn:aws:iam::123456789012:role/Reader',
          externalId: 'x-1',
        },
      ],
      feeds: [{ kind: 'sqs', account: '123456789012', queue: aws.queueUrl, scopes: ['*/*/*'] }],
    }),
  )
  settings = {
    FIREBREAK_HOME: join(folder, 'home'),
    FIREBREAK_CONFIG: file,
    FIREBREAK_AWS_ENDPOINT: aws.url,
    DATABASE_URL_INGEST: world.database.urls.ingest,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
  }
})
afterAll(async () => {
  await aws.close()
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

const credentials = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>ASIATEST</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
  <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`

test('runs the feeds of the file as the ingest role through the role of the account, and drains on SIGTERM', async () => {
  const asked: Record<string, unknown>[] = []
  aws.handlers.set('sts:AssumeRole', (input) => {
    asked.push(input)
    return { body: null, xml: credentials }
  })
  aws.objects.set('logs/a.json', Buffer.from(JSON.stringify(auditEvent({ id: 'process' }))))
  aws.send(finding({ id: 'process' }))
  aws.send(notification('a.json'))
  const { child, ended } = spawnFirebreak(['start', 'ingest'], settings)
  await expect.poll(() => aws.queue.length, { timeout: 30_000 }).toBe(0)
  child.kill('SIGTERM')
  const { code, stdout, stderr } = await ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe('Firebreak takes in from sqs records.\nSIGTERM: stopping.\n')
  expect(asked[0]).toMatchObject({ RoleArn: 'arn:aws:iam::123456789012:role/Reader', ExternalId: 'x-1' })
  expect((await world.ask('subject', 'alice')).totals?.success).toBe(1)
  const rows = await world.ingest.selectFrom('feed').select(['name', 'landed', 'fault_code']).execute()
  expect(rows).toEqual([{ name: 'sqs records', landed: 2, fault_code: null }])
})

test("refuses the owner's connection string, and says what is missing", async () => {
  const owner = { ...settings, DATABASE_URL_INGEST: world.database.ownerUrl }
  const refused = await firebreak(['start', 'ingest'], owner)
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/should work as firebreak_ingest/) as string,
  })
  const { DATABASE_URL_INGEST: _, ...without } = settings
  const missing = await firebreak(['start', 'ingest'], { ...without, DATABASE_URL: world.database.ownerUrl })
  expect(missing).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/DATABASE_URL_INGEST is missing/) as string,
  })
  const none = await firebreak(['start', 'ingest'], { ...settings, FIREBREAK_CONFIG: '' })
  expect(none).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/FIREBREAK_CONFIG is missing/) as string,
  })
  expect((await firebreak(['start', 'ingest', 'more'], settings)).code).toBe(2)
})
