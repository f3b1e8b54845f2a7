import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRecord } from '../../src/sources/index.ts'
import { changed } from './fixture.ts'
import { readRequest, saidBy, sentences, type Write, write } from './written.ts'

const spec = { nodeName: 'n1' }
const answer = { kind: 'Pod', metadata: { name: 'app' }, spec }
const create: Write = { resource: 'pods', namespace: 'web', answer }
const SAID = ['pod:web/app on node:n1']

describe('which requests say what is', () => {
  test.each([200, 201, '201'])('one that ended with %j', (code) => {
    expect(saidBy({ ...create, code })).toEqual(SAID)
  })
  test.each([400, 403, 409, 500, null, 'soon', -1])('none that ended with %j', (code) => {
    expect(saidBy({ ...create, code })).toEqual([])
  })
  test.each(['?dryRun=All', '?a=b&dryRun=All', '?dry%52un=All'])('none that only tried: %s', (query) => {
    expect(saidBy({ ...create, query })).toEqual([])
  })
  test('one whose address only mentions it', () => {
    expect(saidBy({ ...create, query: '?fieldManager=dryRun' })).toEqual(SAID)
  })
  test.each(['get', 'list', 'watch'])('none that reads: %s', (verb) => {
    expect(saidBy({ ...create, verb })).toEqual([])
  })
  test('a delete says what was there', () => {
    expect(saidBy({ ...create, verb: 'delete', code: 200 })).toEqual(SAID)
  })
  test.each(['pods/exec', 'pods/eviction', 'pods/log', 'pods.example.com', 'services'])(
    'none on %s',
    (resource) => {
      expect(saidBy({ ...create, resource, name: 'app' })).toEqual([])
    },
  )
})

describe('what was stored comes before what was sent', () => {
  const sent = { kind: 'Pod', metadata: { name: 'app' }, spec: { nodeName: 'n2' } }
  test('with an answer, what was sent says nothing', () => {
    expect(saidBy({ ...create, sent })).toEqual(SAID)
  })
  test.each([undefined, null, { kind: 'Status', spec }, { kind: 'Table', spec }, [answer], 'Pod'])(
    'the answer %j is no pod, so what was sent counts',
    (other) => {
      expect(saidBy({ ...create, name: 'app', sent, answer: other })).toEqual(['pod:web/app on node:n2'])
    },
  )
  test.each([
    { kind: 'DeleteOptions', spec },
    { kind: 'Node', spec },
    [{ op: 'add', path: '/spec', value: spec }],
    'x',
  ])('what was sent as %j is no pod either', (other) => {
    expect(saidBy({ resource: 'pods', namespace: 'web', name: 'app', verb: 'patch', sent: other })).toEqual(
      [],
    )
  })
  test('what is sent with a delete says nothing, whatever it looks like', () => {
    expect(
      saidBy({ resource: 'pods', namespace: 'web', name: 'app', verb: 'delete', sent: { spec } }),
    ).toEqual([])
  })
})

describe('hostile objects', () => {
  const RESOURCES: readonly (readonly [resource: string, kind: string])[] = [
    ['pods', 'Pod'],
    ['pods/status', 'Pod'],
    ['pods/binding', 'Binding'],
    ['nodes', 'Node'],
    ['serviceaccounts', 'ServiceAccount'],
    ['deployments.apps', 'Deployment'],
    ['cronjobs.batch', 'CronJob'],
    ['clusterroles.rbac.authorization.k8s.io', 'ClusterRole'],
    ['rolebindings.rbac.authorization.k8s.io', 'RoleBinding'],
  ]
  const KEYS = `
    metadata spec status template jobTemplate containers initContainers volumes env image imageID
    name uid ownerReferences kind apiVersion securityContext add capabilities hostPath path secret
    secretName valueFrom secretKeyRef envFrom rules subjects roleRef verbs resources apiGroups
    annotations providerID addresses address eks.amazonaws.com/role-arn podIP containerStatuses
    target nodeName __proto__ constructor
  `
    .trim()
    .split(/\s+/)
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 7, withCrossShrink: true },
      fc.constantFrom('a', '\0', '\uD800', 'a/b', 'x'.repeat(3_000), '', 'nginx:1', 0, -1, null, true, 1e300),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...KEYS), tie('any'), { maxKeys: 6 }),
    ),
  })).any

  test('nothing makes a parser throw, or a key that cannot be stored or told from another', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RESOURCES),
        fc.dictionary(fc.constantFrom(...KEYS), value),
        (of, object) => {
          const event = write({
            resource: of[0],
            namespace: 'web',
            name: 'x',
            answer: { ...object, kind: of[1] },
          })
          const parsed = parseRecord(event)
          if (parsed.kind === 'rejected') return
          const { entities, traits, links } = readRequest(event)
          const refs = [...traits.map(({ entity }) => entity), ...links.flatMap(({ from, to }) => [from, to])]
          for (const one of refs) expect(entities).toContainEqual(one)
          for (const text of [...entities.map(({ key }) => key), ...traits.map((trait) => trait.value)]) {
            expect(text).not.toBe('')
            expect(text.isWellFormed()).toBe(true)
            expect(text).not.toContain('\0')
            expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000)
          }
          for (const { kind, key } of entities) {
            if (kind === 'secret' || kind === 'pod') expect(key.split('/')).toHaveLength(2)
            if (kind === 'workload') expect(key.split('/')).toHaveLength(3)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('a key with a slash in it names nothing', () => {
    const volumes = [{ secret: { secretName: '../kube-system/token' } }, { secret: { secretName: 'db' } }]
    expect(
      saidBy({ ...create, answer: { kind: 'Pod', metadata: { name: 'app' }, spec: { volumes } } }),
    ).toEqual(['pod:web/app reads secret:web/db'])
  })

  test('an inherited name is no field', () => {
    const event = write({
      ...create,
      answer: JSON.parse('{"kind":"Pod","__proto__":{"spec":{"nodeName":"n1"}}}'),
    })
    expect(sentences(readRequest(event))).toEqual([])
  })

  test('of a flood at most 100 traits and links are kept, and what matters most is among them', () => {
    const containers = Array.from({ length: 200 }, (_, i) => ({
      name: `c${i}`,
      image: `registry.example/i${i}`,
      env: Array.from({ length: 200 }, (_any, j) => ({
        valueFrom: { secretKeyRef: { name: `s${i}-${j}` } },
      })),
    }))
    const flooded = { containers, nodeName: 'n1', serviceAccountName: 'ci', hostPID: true }
    const { traits, links } = readRequest(changed(write(create), 'responseObject.spec', flooded))
    expect([traits.length, links.length]).toEqual([100, 100])
    expect(sentences({ traits, links })).toEqual(
      expect.arrayContaining([
        'pod:web/app host-pid true',
        'pod:web/app on node:n1',
        'pod:web/app uses subject:system:serviceaccount:web:ci',
      ]),
    )
  })
})
