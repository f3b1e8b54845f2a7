import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ingestFiles } from '../../src/ingest/ingest-files.ts'
import type { NextQuestion } from '../../src/model/answer.ts'
import { formatEntity } from '../../src/model/entity.ts'
import { openWorld, plain, type World } from '../helpers/seed.ts'
import {
  asSession,
  assumeRole,
  asUser,
  roleArn,
  type SessionSpec,
  sessionArn,
  trailEvent,
  userArn,
} from '../helpers/seed-cloudtrail.ts'
import { auditEvent, clock } from '../helpers/seed-records.ts'

const SESSION: SessionSpec = { role: 'cluster-admin', session: 'laptop-17', key: 'ASIAONEPERSONEXAMPLE' }

const ACCOUNT_LOG = [
  assumeRole(asUser('mallory'), SESSION, { at: clock('03:58') }),
  trailEvent({
    at: clock('03:59'),
    by: asSession(SESSION),
    service: 'eks',
    name: 'DescribeCluster',
    request: { name: 'payments' },
  }),
]

const AS_ADMIN = {
  user: 'kubernetes-admin',
  extra: {
    arn: [sessionArn(SESSION)],
    canonicalArn: [roleArn(SESSION.role)],
    accessKeyId: ['ASIAONEPERSONEXAMPLE'],
    sessionName: ['laptop-17'],
  },
}

const CLUSTER_LOG = [
  auditEvent({ ...AS_ADMIN, at: clock('04:00'), verb: 'list', resource: 'pods' }),
  auditEvent({ ...AS_ADMIN, at: clock('04:01'), verb: 'get', resource: 'secrets', name: 'card-key' }),
  auditEvent({ at: clock('04:02'), user: 'bob', verb: 'get', resource: 'secrets', name: 'other' }),
]

let world: World
let folder: string
beforeAll(async () => {
  world = await openWorld()
  folder = await mkdtemp(join(tmpdir(), 'firebreak-path-'))
  const trail = join(folder, 'trail.json')
  const audit = join(folder, 'audit.jsonl')
  await writeFile(trail, JSON.stringify({ Records: ACCOUNT_LOG }))
  await writeFile(audit, CLUSTER_LOG.map((event) => JSON.stringify(event)).join('\n'))
  await ingestFiles(world.deps(), [trail], null)
  const cluster = { account: '111122223333', region: 'eu-west-1', cluster: 'payments' }
  await ingestFiles(world.deps(), [audit], cluster)
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true })
})

/** Asks the next question of a lookup that an answer offers. */
function follow(next: readonly NextQuestion[], lookup: NextQuestion['lookup']) {
  const found = next.find((one) => one.lookup === lookup)
  if (found === undefined) throw new Error(`the answer does not offer ${lookup}`)
  return world.ask(found.lookup, formatEntity(found.entity))
}

test('one person, from the session in CloudTrail to the subject in the cluster to the secret that was read', async () => {
  const who = await world.ask('principal', 'session:ASIAONEPERSONEXAMPLE')
  expect(who.rows).toMatchObject([{ verb: 'DescribeCluster', service: 'eks.amazonaws.com', success: 1 }])
  expect(who.notes.map(plain).join(' ')).toContain(`user ${userArn('mallory')} opened ${sessionArn(SESSION)}`)

  const there = await follow(who.next, 'subject')
  expect(there).toMatchObject({
    entity: { kind: 'subject', key: 'kubernetes-admin', scopes: ['111122223333/eu-west-1/payments'] },
    totals: { success: 2 },
  })

  const taken = await follow(there.next, 'secrets')
  expect(taken.rows).toMatchObject([
    { secret: 'shop/card-key', how: 'read', exposed: true, subject: 'kubernetes-admin' },
  ])
  expect(taken.alarming).toBe(true)
})

test('and back again, from the subject to the person', async () => {
  const subject = await world.ask('subject', 'kubernetes-admin')
  expect(subject.notes.map(plain)).toEqual([
    `In AWS it is session ${sessionArn(SESSION)} (last in the hour of 04:00 UTC), role ${roleArn(SESSION.role)} (last in the hour of 04:00 UTC).`,
  ])
  const session = await follow(subject.next, 'principal')
  const person = await follow(session.next, 'principal')
  expect(person).toMatchObject({ entity: { kind: 'user', key: userArn('mallory') }, totals: { success: 1 } })
})
