import { describe, expect, test } from 'vitest'
import { opening } from '../../src/gameday/opening/opening.ts'
import type { TimedRecord } from '../../src/gameday/scenario.ts'
import { micros } from '../helpers/seed.ts'

const ENDS = micros('2026-11-22T03:02:00.250001Z')

interface Meta {
  readonly name?: string
  readonly namespace?: string
  readonly uid?: string
}
interface User {
  readonly username?: string
  readonly uid?: string
  readonly extra?: { readonly [key: string]: readonly string[] }
}
interface AuditEvent {
  readonly user: User
  readonly objectRef?: Meta & { readonly resource: string }
  readonly requestObject?: { readonly metadata?: Meta }
  readonly responseObject?: { readonly metadata?: Meta }
}
interface Finding {
  readonly detail: {
    readonly resource: {
      readonly kubernetesDetails?: {
        readonly kubernetesUserDetails: User | null
        readonly kubernetesWorkloadDetails: (Meta & { readonly type: string }) | null
      }
    }
  }
}
interface List {
  readonly kind?: string
  readonly items?: readonly { readonly kind: string; readonly metadata: Meta }[]
}
/** That a record calls an object by a uid. */
interface Naming {
  readonly by: string
  readonly object: string
  readonly uid: string
}

function naming(by: string, resource: string, { namespace = '', name, uid }: Meta): readonly Naming[] {
  return name === undefined || uid === undefined
    ? []
    : [{ by, object: `${resource}/${namespace}/${name}`, uid }]
}

function ofUser(by: string, { username = '', uid, extra = {} }: User): readonly Naming[] {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):(.+)$/.exec(username) ?? []
  if (namespace === undefined || name === undefined || uid === undefined) return []
  const [pod, podUid] = ['name', 'uid'].map((key) => extra[`authentication.kubernetes.io/pod-${key}`]?.[0])
  return [
    ...naming(by, 'serviceaccounts', { namespace, name, uid }),
    ...(pod === undefined || podUid === undefined
      ? []
      : naming(by, 'pods', { namespace, name: pod, uid: podUid })),
  ]
}

function namings({ kind, raw }: TimedRecord): readonly Naming[] {
  if (kind === 'audit') {
    const { user, objectRef, requestObject, responseObject } = raw as AuditEvent
    const bodies = [requestObject, responseObject].flatMap((body) =>
      objectRef === undefined
        ? []
        : naming('audit body', objectRef.resource, {
            ...objectRef,
            ...(body?.metadata?.uid && { uid: body.metadata.uid }),
          }),
    )
    return [...ofUser('audit user', user), ...bodies]
  }
  if (kind === 'finding') {
    const details = (raw as Finding).detail.resource.kubernetesDetails
    const workload = details?.kubernetesWorkloadDetails
    return [
      ...ofUser('finding', details?.kubernetesUserDetails ?? {}),
      ...(workload ? naming('finding', workload.type, workload) : []),
    ]
  }
  const { items = [] } = kind === 'inventory' ? (raw as List) : {}
  return items.flatMap((item) => naming('inventory', `${item.kind.toLowerCase()}s`, item.metadata))
}

describe.each([1, 2, 3, 77, 4_711, 1_000_000])('seed %i', (seed) => {
  const { records, cast } = opening({ seed, endsAt: ENDS })
  const all = records.flatMap(namings)
  const namers = (object: string) => new Set(all.filter((one) => one.object === object).map(({ by }) => by))

  test('an object has one uid in every record that names it, and no uid is used by two objects', () => {
    const pairs = [...new Set(all.map(({ object, uid }) => `${object} ${uid}`))].map((pair) =>
      pair.split(' '),
    )
    expect(new Set(pairs.map(([object]) => object)).size).toBe(pairs.length)
    expect(new Set(pairs.map(([, uid]) => uid)).size).toBe(pairs.length)
  })

  test('objects of the story are named by every kind of record that tells of them', () => {
    const { rogue, rogueBinding, grant, deployer, pod, service } = cast
    expect(namers(`serviceaccounts/kube-system/${rogue}`)).toEqual(
      new Set(['audit user', 'audit body', 'finding', 'inventory']),
    )
    expect(namers(`serviceaccounts/payments/${deployer}`)).toEqual(
      new Set(['audit user', 'finding', 'inventory']),
    )
    expect(namers(`serviceaccounts/payments/${service}`)).toEqual(new Set(['audit user', 'inventory']))
    expect(namers(`pods/kube-system/${pod}`)).toEqual(new Set(['audit body', 'finding', 'inventory']))
    for (const binding of [`clusterrolebindings//${rogueBinding}`, `clusterrolebindings//${grant}`])
      expect(namers(binding)).toEqual(new Set(['audit body', 'inventory']))
    expect(namers(`rolebindings/payments/${grant}`)).toEqual(new Set(['audit body', 'inventory']))
  })

  test('what stood in the cluster before the incident stands there after it, under the same uid', () => {
    const lists = records.filter(({ kind }) => kind === 'inventory')
    const [early, late] = [true, false].map((isBefore) =>
      lists.filter(({ arrives }) => (arrives === 0) === isBefore).flatMap(namings),
    )
    expect(early?.length).toBeGreaterThan(8)
    expect(late).toEqual(expect.arrayContaining([...(early ?? [])]))
    expect((late?.length ?? 0) - (early?.length ?? 0)).toBe(5)
  })

  test('pods of payments that call are the ones that the inventory lists', () => {
    const pods = (by: string) =>
      new Set(
        all
          .filter((one) => one.by === by && one.object.startsWith('pods/payments/'))
          .map(({ object }) => object),
      )
    expect(pods('audit user').size).toBe(3)
    expect(pods('inventory')).toEqual(pods('audit user'))
  })

  test('the role of the nodes has one id, whether the API server or CloudTrail speaks of it', () => {
    const ids = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, id]) => id))
    const text = (kind: TimedRecord['kind']) =>
      records
        .filter((record) => record.kind === kind)
        .map(({ raw }) => JSON.stringify(raw))
        .join('\n')
    const known = ids(
      text('audit'),
      /"username":"system:node:[^"]+","uid":"aws-iam-authenticator:\d+:(AROA\w+)"/g,
    )
    expect(known.size).toBe(1)
    expect(ids(text('cloudtrail'), /"principalId":"(AROA\w+):i-/g)).toEqual(known)
  })

  test('endpoint slices are those of the service', () => {
    const slices = records.flatMap(({ kind, raw }) => {
      const ref = kind === 'audit' ? (raw as AuditEvent).objectRef : undefined
      return ref?.resource === 'endpointslices' && ref.name !== undefined ? [ref.name] : []
    })
    expect(new Set(slices)).toEqual(new Set([`${cast.service}-x7k2p`]))
  })
})
