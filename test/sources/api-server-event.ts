/** An event's fields in the order in which an API server writes them. */
const ORDER = [
  'kind',
  'apiVersion',
  'level',
  'auditID',
  'stage',
  'requestURI',
  'verb',
  'user',
  'impersonatedUser',
  'sourceIPs',
  'userAgent',
  'objectRef',
  'responseStatus',
  'requestObject',
  'responseObject',
  'requestReceivedTimestamp',
  'stageTimestamp',
  'annotations',
] as const

export type EventFields = { readonly [key in (typeof ORDER)[number]]?: unknown }

const REFERENCE_ORDER = [
  'resource',
  'namespace',
  'name',
  'uid',
  'apiGroup',
  'apiVersion',
  'resourceVersion',
  'subresource',
] as const

/** The fields of a reference to an object, in the order in which an API server writes them. */
export function reference(fields: { readonly [key in (typeof REFERENCE_ORDER)[number]]?: string }): object {
  return inOrder(REFERENCE_ORDER, fields)
}

function inOrder(order: readonly string[], fields: { readonly [key: string]: unknown }): object {
  return Object.fromEntries(order.filter((key) => fields[key] !== undefined).map((key) => [key, fields[key]]))
}

const pod = 'authentication.kubernetes.io'

/** The user of a service account token, as clusters of today write it. */
export const accountUser = {
  username: 'system:serviceaccount:shop:builder',
  uid: '7b1c',
  groups: ['system:serviceaccounts', 'system:authenticated'],
  extra: {
    [`${pod}/credential-id`]: ['JTI=0c5'],
    [`${pod}/node-name`]: ['ip-10-0-1-7.ec2.internal'],
    [`${pod}/node-uid`]: ['55d0'],
    [`${pod}/pod-name`]: ['builder-7f'],
    [`${pod}/pod-uid`]: ['9ad8'],
  },
}

/** A user of EKS who came through IAM. */
export const iamUser = {
  username: 'arn:aws:sts::111122223333:assumed-role/ops/mallory',
  uid: 'aws-iam-authenticator:111122223333:AROAEXAMPLE',
  groups: ['ops', 'system:authenticated'],
  extra: {
    accessKeyId: ['ASIAEXAMPLE'],
    arn: ['arn:aws:sts::111122223333:assumed-role/ops/mallory'],
    canonicalArn: ['arn:aws:iam::111122223333:role/ops'],
    principalId: ['AROAEXAMPLE'],
    sessionName: ['mallory'],
  },
}

const ordinary: EventFields = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: '6e615d97-d4ca-44d6-a0fd-d1538242b711',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/shop/secrets/db?timeout=32s&x=1',
  verb: 'get',
  user: accountUser,
  sourceIPs: ['198.51.100.7', '10.0.1.7'],
  userAgent: 'builder/v0.0.0 (linux/amd64) kubernetes/$Format',
  objectRef: { resource: 'secrets', namespace: 'shop', name: 'db', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 200 },
  requestReceivedTimestamp: '2026-11-22T04:21:18.641799Z',
  stageTimestamp: '2026-11-22T04:21:18.642401Z',
  annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
}

/** The line of an ordinary event with some fields changed; undefined takes one out. Escaped as Go escapes it. */
export function eventLine(changes: EventFields = {}): string {
  return JSON.stringify(inOrder(ORDER, { ...ordinary, ...changes }))
    .replaceAll('&', '\\u0026')
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
}
