import { describe, expect, test } from 'vitest'
import type { FindingObservation } from '../../src/model/observation.ts'
import { parseRecord } from '../../src/sources/index.ts'
import { changed, fixture } from './fixture.ts'
import { sentences } from './written.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const runtime = fixture('guardduty/runtime.json')
const key = fixture('guardduty/access-key.json')

function finding(value: unknown): FindingObservation {
  const parsed = parseRecord(value)
  if (parsed.kind !== 'finding') throw new Error(JSON.stringify(parsed))
  return parsed
}

const workload = {
  name: 'web-1',
  type: 'pods',
  uid: 'u1',
  namespace: 'shop',
  hostNetwork: true,
  hostPID: true,
  serviceAccountName: 'web',
  containers: [{ name: 'a', image: `registry.example/web@${DIGEST}`, securityContext: { privileged: true } }],
  volumes: [{ name: 'h', hostPath: { path: '/etc' } }],
}
const ofWorkload = (details: unknown) =>
  changed(
    changed(runtime, 'resource.containerDetails', undefined),
    'resource.kubernetesDetails.kubernetesWorkloadDetails',
    details,
  )

describe('a workload', () => {
  test('a pod runs its images on the instance of the same finding', () => {
    const parsed = finding(ofWorkload(workload))
    const image = `image:registry.example/web@${DIGEST}`
    expect(sentences(parsed)).toEqual([
      'pod:shop/web-1 uid u1',
      'pod:shop/web-1 privileged true',
      'pod:shop/web-1 host-network true',
      'pod:shop/web-1 host-pid true',
      'pod:shop/web-1 host-path /etc',
      `${image} digest ${DIGEST}`,
      `${image} repository web`,
      `${image} registry registry.example`,
      'pod:shop/web-1 uses subject:system:serviceaccount:shop:web',
      `pod:shop/web-1 runs ${image}`,
      'pod:shop/web-1 on instance:i-0abc',
    ])
    for (const { from, to } of parsed.links) {
      expect(parsed.entities).toContainEqual(from)
      expect(parsed.entities).toContainEqual(to)
    }
  })
  test.each(['deployments', 'Deployment'])(
    '%s is spelled as in audit events, and is on no instance',
    (type) => {
      const said = sentences(finding(ofWorkload({ ...workload, type })))
      expect(said).toContain('workload:shop/deployments/web-1 uid u1')
      expect(said.join()).not.toContain(' on ')
    },
  )
  test.each([
    { ...workload, namespace: null },
    { ...workload, name: '' },
    { ...workload, name: 'a/b' },
    { ...workload, type: null },
  ])('without a whole name nothing is said of it', (details) => {
    expect(sentences(finding(ofWorkload(details))).join()).not.toMatch(/(pod|workload):/)
  })
})

test('an instance has the addresses of its interfaces, not those that it lends to pods', () => {
  const networkInterfaces = [
    {
      privateIpAddress: '10.0.0.1',
      privateIpAddresses: [{ privateIpAddress: '10.0.0.99' }],
      publicIp: '203.0.113.9',
    },
    { privateIpAddress: 'x', publicIp: null },
    'eni',
  ]
  expect(
    sentences(finding(changed(runtime, 'resource.instanceDetails.networkInterfaces', networkInterfaces))),
  ).toEqual([
    'image:registry.example/web:3 repository web',
    'image:registry.example/web:3 registry registry.example',
    'instance:i-0abc at ip:10.0.0.1',
    'instance:i-0abc at ip:203.0.113.9',
  ])
})

describe('an access key', () => {
  const said = (value: unknown) => sentences(finding(value))
  test('of a session', () => {
    expect(said(key)).toEqual([
      'session:AROAEXAMPLE:i-0abc access-key ASIAEXAMPLE',
      'role:payments-node principal-id AROAEXAMPLE',
      'session:AROAEXAMPLE:i-0abc principal-id AROAEXAMPLE:i-0abc',
      'session:AROAEXAMPLE:i-0abc session-name i-0abc',
    ])
  })
  test('beside a Kubernetes user it is who stands behind that user', () => {
    const path = 'resource.kubernetesDetails.kubernetesUserDetails.username'
    expect(said(changed(key, path, 'ops'))).toEqual(
      expect.arrayContaining([
        'subject:ops is role:payments-node',
        'subject:ops is session:AROAEXAMPLE:i-0abc',
      ]),
    )
  })
  test('of a user it is the user, and no role or session', () => {
    const lines = said(changed(key, 'resource.accessKeyDetails.userType', 'IAMUser'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^user:\S+ access-key /)
  })
})

test('the body covers what is said', () => {
  const other = finding(ofWorkload({ ...workload, serviceAccountName: 'other' }))
  expect(other.body).not.toBe(finding(ofWorkload(workload)).body)
})
