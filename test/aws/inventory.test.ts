import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Clients } from '../../src/aws/clients.ts'
import { describeCluster, readAccount, readEks } from '../../src/aws/inventory.ts'
import { FeedFault } from '../../src/model/feed.ts'
import type { StandingObservation } from '../../src/model/observation.ts'
import { type Page, readingTexts } from '../../src/model/reading.ts'
import { parseRecord, unwrap } from '../../src/sources/index.ts'
import { describedCluster, describedEntry } from '../helpers/seed-standing.ts'

const EKS = 'https://eks.eu-west-1.amazonaws.com'
const EC2 = 'https://ec2.eu-west-1.amazonaws.com'
const SCOPE = { account: '111122223333', region: 'eu-west-1', cluster: 'prod' }
const ROLE = 'arn:aws:iam::111122223333:role/ops'
const NOW = Date.parse('2026-11-22T04:35:00Z')

let clients: Clients
beforeEach(() => {
  process.env['AWS_ACCESS_KEY_ID'] = 'testing'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'testing'
  clients = new Clients()
})
afterEach(async () => {
  await clients.close()
  nock.cleanAll()
})

const place = { region: 'eu-west-1', role: null, externalId: null }
const options = { place, account: SCOPE.account, now: () => NOW, signal: new AbortController().signal }

async function all(pages: AsyncGenerator<Page>): Promise<readonly Page[]> {
  const read: Page[] = []
  for await (const page of pages) read.push(page)
  return read
}

/** As the ingest reads what the reader hands on. */
function standing(pages: readonly Page[]): readonly StandingObservation[] {
  return pages.flatMap(readingTexts).flatMap((text) => {
    const document: unknown = JSON.parse(text)
    const things = unwrap(document) ?? [document]
    return things.map((thing) => {
      const parsed = parseRecord(thing)
      if (parsed.kind !== 'standing') throw new Error(JSON.stringify(parsed))
      return parsed
    })
  })
}

test('what EKS says of a cluster: itself, its access entries page by page, and their policies', async () => {
  const entry = encodeURIComponent(ROLE)
  nock(EKS)
    .get('/clusters/prod')
    .reply(200, describedCluster('prod', { createdAt: 1_767_319_445.678 }))
    .get('/clusters/prod/access-entries')
    .query((query) => query['nextToken'] === undefined)
    .reply(200, { accessEntries: [ROLE], nextToken: 'n' })
    .get('/clusters/prod/access-entries')
    .query((query) => query['nextToken'] === 'n')
    .reply(200, { accessEntries: [`${ROLE}-gone`] })
    .get(`/clusters/prod/access-entries/${entry}`)
    .reply(200, describedEntry(ROLE, ['ops']))
    .get(`/clusters/prod/access-entries/${entry}/access-policies`)
    .query(true)
    .reply(200, {
      associatedAccessPolicies: [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy' }],
    })
    .get(`/clusters/prod/access-entries/${encodeURIComponent(`${ROLE}-gone`)}`)
    .reply(404, { message: 'no such entry' }, { 'x-amzn-errortype': 'ResourceNotFoundException' })
  const client = await clients.eks(place)
  const cluster = await describeCluster(client, SCOPE, options.signal)
  const found = standing(await all(readEks(clients, cluster, SCOPE, options)))
  expect(
    found.map(({ of, entity, scope, takenAt, reading }) => [of, entity?.key, scope, takenAt, reading]),
  ).toEqual([
    ['Cluster', 'prod', SCOPE, NOW * 1000, { count: 1, complete: true }],
    ['AccessEntry', ROLE, SCOPE, NOW * 1000, { count: 1, complete: true }],
    ['AccessPolicies', ROLE, SCOPE, NOW * 1000, { count: 1, complete: true }],
  ])
  expect(found.flatMap(({ traits }) => traits.map(({ value }) => value))).toEqual([
    'prod group:ops',
    'prod AmazonEKSViewPolicy',
  ])
  expect(nock.pendingMocks()).toEqual([])
})

test('instances and interfaces of an account come in pages, and the last one is complete', async () => {
  const instances = (id: string, next: string): string =>
    `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item>
      <reservationId>r</reservationId><ownerId>111122223333</ownerId><instancesSet><item><instanceId>${id}</instanceId>
      <instanceType>m5.large</instanceType><launchTime>2026-11-20T00:00:00.000Z</launchTime>
      <placement><availabilityZone>eu-west-1a</availabilityZone></placement><privateIpAddress>10.0.0.1</privateIpAddress>
      </item></instancesSet></item></reservationSet>${next}</DescribeInstancesResponse>`
  nock(EC2)
    .post(
      '/',
      (body) => form(body).get('NextToken') === null && form(body).get('Action') === 'DescribeInstances',
    )
    .reply(200, instances('i-0a', '<nextToken>n</nextToken>'))
    .post('/', (body) => form(body).get('NextToken') === 'n')
    .reply(200, instances('i-0b', ''))
    .post('/', (body) => form(body).get('Action') === 'DescribeNetworkInterfaces')
    .reply(
      200,
      `<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><networkInterfaceSet/></DescribeNetworkInterfacesResponse>`,
    )
  const found = standing(await all(readAccount(clients, options)))
  const scope = { account: '111122223333', region: 'eu-west-1', cluster: '-' }
  expect(found.map(({ of, entity, scope: own, reading }) => [of, entity?.key ?? null, own, reading])).toEqual(
    [
      ['Instance', 'i-0a', scope, { count: 1, complete: false }],
      ['Instance', 'i-0b', scope, { count: 2, complete: true }],
      ['NetworkInterface', null, scope, { count: 0, complete: true }],
    ],
  )
})

test('what may not be read says which line of the policy lacks', async () => {
  nock(EKS)
    .persist()
    .get('/clusters/prod')
    .reply(403, { message: 'not authorized' }, { 'x-amzn-errortype': 'AccessDeniedException' })
  const client = await clients.eks(place)
  const fault = await describeCluster(client, SCOPE, options.signal).catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(FeedFault)
  expect(fault).toMatchObject({ code: 'access-denied' })
  expect((fault as FeedFault).cure).toContain('eks:DescribeCluster')
})

function form(body: unknown): URLSearchParams {
  return new URLSearchParams(typeof body === 'string' ? body : (body as Record<string, string>))
}
