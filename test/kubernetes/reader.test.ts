import { existsSync, readdirSync, readFileSync } from 'node:fs'
import nock from 'nock'
import { afterEach, describe, expect, test } from 'vitest'
import { eksConnection } from '../../src/kubernetes/connection.ts'
import { readCluster } from '../../src/kubernetes/reader.ts'
import { FeedFault } from '../../src/model/feed.ts'
import { type Page, readingTexts } from '../../src/model/reading.ts'
import { parseRecord, unwrap } from '../../src/sources/index.ts'
import { podObject } from '../helpers/seed-standing.ts'

const SERVER = 'https://abc.gr7.eu-west-1.eks.amazonaws.com'
const NOW = Date.parse('2026-11-22T04:35:00Z')
const CA = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64')

afterEach(() => nock.cleanAll())

const connection = eksConnection({ endpoint: SERVER, ca: CA }, () => Promise.resolve('a-token'))

async function read(): Promise<{ readonly pages: readonly Page[]; readonly fault: FeedFault | null }> {
  const pages: Page[] = []
  try {
    for await (const page of readCluster(connection, {
      now: () => NOW,
      signal: new AbortController().signal,
    }))
      pages.push(page)
    return { pages, fault: null }
  } catch (error) {
    if (!(error instanceof FeedFault)) throw error
    return { pages, fault: error }
  }
}

/** Every kind that nobody answers for otherwise has nothing. */
function nothingElse(): void {
  nock(SERVER)
    .persist()
    .get(/^\/apis?\//)
    .reply(200, { kind: 'List', metadata: {}, items: [] })
}

function podPage(names: readonly string[], next = ''): object {
  return {
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '1', ...(next !== '' && { continue: next }) },
    items: names.map((name) => podObject({ name })),
  }
}

function shape({ of, before, complete, items }: Page): readonly unknown[] {
  return [of, before, complete, items.length]
}

test('lists come in pages, as who has the token, and the last page is complete', async () => {
  const seen: unknown[] = []
  nock(SERVER, { reqheaders: { authorization: 'Bearer a-token' } })
    .get('/api/v1/pods')
    .query({ limit: '500' })
    .reply(200, podPage(['a', 'b'], 'more/+='), { Date: 'Sun, 22 Nov 2026 04:00:00 GMT' })
    .get('/api/v1/pods')
    .query((query) => seen.push(query['continue']) > 0 && query['continue'] !== undefined)
    .reply(200, podPage(['c']), { Date: 'Sun, 22 Nov 2026 04:00:07 GMT' })
  nothingElse()
  const { pages, fault } = await read()
  expect(fault).toBeNull()
  expect(pages.filter(({ of }) => of === 'Pod').map(shape)).toEqual([
    ['Pod', 0, false, 2],
    ['Pod', 2, true, 1],
  ])
  expect(seen).toContain('more/+=')
  // Both are of the moment at which the list was begun.
  const at = Date.parse('2026-11-22T04:00:00Z') * 1000
  expect(pages.filter(({ of }) => of === 'Pod').map(({ takenAt }) => takenAt)).toEqual([at, at])
  expect(pages.find(({ of }) => of === 'Node')).toMatchObject({
    takenAt: NOW * 1000,
    complete: true,
    items: [],
  })
})

test('secrets are never asked for', async () => {
  const asked = new Set<string>()
  nock(SERVER)
    .persist()
    .get((path) => asked.add(new URL(path, SERVER).pathname).size > 0)
    .reply(200, { metadata: {}, items: null })
  await read()
  expect(asked.size).toBe(16)
  expect([...asked].filter((path) => /secret/i.test(path))).toEqual([])
})

test('a list whose place the server forgot is begun anew, and only so often', async () => {
  nock(SERVER)
    .get('/api/v1/pods?limit=500')
    .reply(200, podPage(['a'], 'old'))
    .get('/api/v1/pods?limit=500&continue=old')
    .reply(410, { kind: 'Status', message: 'The provided continue parameter is too old' })
    .get('/api/v1/pods?limit=500')
    .reply(200, podPage(['a', 'b']))
  nothingElse()
  const { pages } = await read()
  expect(pages.filter(({ of }) => of === 'Pod').map(shape)).toEqual([
    ['Pod', 0, false, 1],
    ['Pod', 0, true, 2],
  ])
  nock.cleanAll()
  nock(SERVER)
    .persist()
    .get('/api/v1/pods?limit=500')
    .reply(200, podPage(['a'], 'old'))
  nock(SERVER).persist().get('/api/v1/pods?limit=500&continue=old').reply(410, { message: 'too old' })
  nothingElse()
  expect((await read()).fault?.message).toContain('410')
})

test('a kind that may not be listed costs only itself, and the rule that lacks is named', async () => {
  nock(SERVER)
    .get('/apis/networking.k8s.io/v1/networkpolicies?limit=500')
    .reply(403, { kind: 'Status', message: 'networkpolicies is forbidden: User "x" cannot list' })
    .get('/apis/policy/v1/poddisruptionbudgets?limit=500')
    .reply(404, '404 page not found')
  nothingElse()
  const { pages, fault } = await read()
  expect(pages).toHaveLength(14)
  expect(fault).toMatchObject({ code: 'access-denied' })
  expect(fault?.message).toContain('networkpolicies is forbidden')
  expect(fault?.cure).toContain(
    '{"apiGroups":["networking.k8s.io"],"resources":["networkpolicies"],"verbs":["list"]}',
  )
})

test.each([
  [401, { kind: 'Status', message: 'Unauthorized' }, 'credentials-expired'],
  [429, { message: 'slow down' }, 'throttled'],
  [500, 'boom', 'unreachable'],
  [302, '', 'failed'],
  [200, '<html>', 'failed'],
  [200, { items: 7 }, 'failed'],
])('an answer %s %j is a fault: %s', async (status, body, code) => {
  nock(SERVER)
    .persist()
    .get(/^\/api/)
    .reply(status, body as nock.Body, { Location: 'https://elsewhere.example.com/' })
  const { fault } = await read()
  expect(fault?.code).toBe(code)
  expect(fault?.message).not.toContain('a-token')
})

test('a server that is away is a fault, too', async () => {
  nock(SERVER).get(/./).replyWithError('connect ECONNREFUSED')
  expect((await read()).fault).toMatchObject({ code: 'unreachable' })
})

const recorded = new URL('../../../shared/data/kubernetes-api/', import.meta.url).pathname

describe.skipIf(!existsSync(recorded))('exchanges recorded from an API server', () => {
  interface Exchange {
    readonly request: { readonly method: string; readonly path: string }
    readonly response: {
      readonly status: number
      readonly body: { readonly kind?: string; readonly items?: readonly unknown[] }
    }
  }
  const exchanges = existsSync(recorded)
    ? readdirSync(recorded)
        .filter((file) => file.endsWith('-list.json') && file !== 'events-list.json')
        .map((file) => JSON.parse(readFileSync(recorded + file, 'utf8')) as Exchange)
    : []

  test('served one by one, each of their objects is read', async () => {
    const expected: Record<string, number> = {}
    for (const { request, response } of exchanges) {
      // Those of one namespace answer for all of them.
      const path = request.path.replace(/\/namespaces\/[^/]+/, '').replace(/\?.*/, '')
      const { kind = '', items = [] } = response.body
      expected[kind.slice(0, -4)] = items.length
      nock(SERVER).get(path).query(true).reply(response.status, response.body)
    }
    nothingElse()
    const { pages, fault } = await read()
    expect(fault).toBeNull()
    const found: Record<string, number> = {}
    for (const text of pages.flatMap(readingTexts)) {
      const document: unknown = JSON.parse(text)
      for (const thing of unwrap(document) ?? []) {
        const parsed = parseRecord(thing)
        expect(parsed.kind).toBe('standing')
        if (parsed.kind === 'standing') found[parsed.of] = (found[parsed.of] ?? 0) + 1
      }
    }
    expect(found).toEqual(expected)
  })
})
