import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FindingObservation, RequestObservation } from '../../src/model/observation.ts'
import { parseRecord } from '../../src/sources/index.ts'
import type { JsonObject } from '../../src/sources/json.ts'
import { distinctName, fitName } from '../../src/sources/names.ts'
import { changed, fixture } from './fixture.ts'

const LONG = 'L'.repeat(2_000)

function request(value: unknown): RequestObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'request') throw new Error(JSON.stringify(parsed))
  return parsed
}

function finding(value: unknown): FindingObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'finding') throw new Error(JSON.stringify(parsed))
  return parsed
}

test('different names stay different, can be stored, and fit an index', () => {
  const pieces = fc.constantFrom(
    'a',
    '\0',
    '\uFFFD',
    '\uD800',
    '\uDBFF',
    '\uDC00',
    '😀',
    'x'.repeat(899),
    LONG,
    'ü',
  )
  const names = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(names, names, (a, b) => {
      const name = distinctName(a)
      expect(name.isWellFormed()).toBe(true)
      expect(name).not.toContain('\0')
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(1_000)
      expect(fitName(name)).toBe(name)
      expect(name === distinctName(b)).toBe(a === b)
      // Nobody gets the name of another by calling themselves what it was cut to.
      expect(distinctName(name) === name).toBe(a === name)
    }),
    { numRuns: 2_000 },
  )
})

test('a name that fits stays as it is; a longer one keeps a readable beginning', () => {
  expect(distinctName('system:anonymous')).toBe('system:anonymous')
  expect(distinctName('ü'.repeat(500))).toBe('ü'.repeat(500))
  expect(distinctName(LONG)).toMatch(/^L{900}…sha256:[0-9a-f]{16}$/)
})

describe('two that differ only at the end of a long text are two', () => {
  const secret = fixture('audit/secret.json')
  test.each([
    ['user.username', (one: RequestObservation) => one.caller?.key ?? null],
    ['impersonatedUser.username', (one: RequestObservation) => one.actingAs],
    ['verb', (one: RequestObservation) => one.verb],
    ['objectRef.namespace', (one: RequestObservation) => one.namespace],
    ['objectRef.name', (one: RequestObservation) => one.object],
    ['objectRef.resource', (one: RequestObservation) => one.resource],
    ['objectRef.apiGroup', (one: RequestObservation) => one.resource],
    ['objectRef.subresource', (one: RequestObservation) => one.resource],
    ['auditID', (one: RequestObservation) => one.eventId],
    ['user.extra.canonicalArn', (one: RequestObservation) => JSON.stringify(one.entities)],
  ])('%s of an event', (path, read) => {
    const found = ['1', '2'].map((end) => read(request(changed(secret, path, LONG + end))))
    expect(found[0]).not.toBe(found[1])
  })

  const api = (fixture('guardduty/api-page.json')['Findings'] as JsonObject[])[0] ?? {}
  const workload = 'Resource.KubernetesDetails.KubernetesWorkloadDetails'
  test.each([
    ['Id', (one: FindingObservation) => one.id],
    ['Type', (one: FindingObservation) => one.type],
    [`${workload}.Uid`, (one: FindingObservation) => one.pod?.uid],
    [`${workload}.Name`, (one: FindingObservation) => one.pod?.name],
    [`${workload}.Namespace`, (one: FindingObservation) => one.pod?.namespace],
    ['Resource.KubernetesDetails.KubernetesUserDetails.Username', (one: FindingObservation) => one.subject],
    ['Resource.InstanceDetails.InstanceId', (one: FindingObservation) => one.instance],
    ['Resource.AccessKeyDetails.PrincipalId', (one: FindingObservation) => one.principal],
  ])('%s of a finding', (path, read) => {
    const found = ['1', '2'].map((end) => read(finding(changed(api, path, LONG + end))))
    expect(found[0]).not.toBe(found[1])
  })
})

test('an audit id is kept whole: it is only hashed', () => {
  expect(request(changed(fixture('audit/secret.json'), 'auditID', LONG)).eventId).toBe(LONG)
})

test('a service account with a namespace that is cut does not become one in another namespace', () => {
  const subject = `system:serviceaccount:${LONG}:builder`
  const { entities } = request(changed(fixture('audit/secret.json'), 'user.username', subject))
  expect(entities).toContainEqual({ kind: 'pod', key: `${distinctName(LONG)}/builder-7f` })
})
