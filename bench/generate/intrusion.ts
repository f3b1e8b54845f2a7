import { resource } from './cast.ts'
import type { Call, Target } from './event.ts'
import { ANONYMOUS } from './strangers.ts'
import { account } from './users.ts'
import { type Caller, request, type Traffic, type World } from './world.ts'

const SECRETS = resource('secrets')
const PODS = resource('pods')
const ACCOUNTS = resource('serviceaccounts')
const BINDINGS = resource('clusterrolebindings/rbac.authorization.k8s.io')

/** An intruder's acts in their order; when the last is done, the next one comes from another address. */
export function intrusionTraffic(world: World): readonly Traffic[] {
  let done = 0
  let address = 9
  let thief: Caller | null = null
  return [
    {
      rate: 0.03,
      requests() {
        const step = STEPS[done % STEPS.length] ?? STEPS[0]
        if (done % STEPS.length === 0) {
          address += 1
          thief = {
            user: account(world.draw, 'kube-system', 'kube-controller', world.draw.uuid(), null),
            ip: `198.51.100.${address % 250}`,
            agent: 'curl/8.5.0',
            allowed: `RBAC: allowed by ClusterRoleBinding "kube-controller" of ClusterRole "cluster-admin" to ServiceAccount "kube-controller/kube-system"`,
          }
        }
        done += 1
        const stranger: Caller = {
          user: ANONYMOUS,
          ip: `198.51.100.${address % 250}`,
          agent: 'curl/8.5.0',
          allowed: `RBAC: allowed by ClusterRoleBinding "anonymous-cluster-admin" of ClusterRole "cluster-admin" to User "system:anonymous"`,
        }
        return [step(world, stranger, thief ?? stranger)]
      },
    },
  ]
}

type Step = (world: World, stranger: Caller, thief: Caller) => Call

function steps(...list: readonly [Step, ...Step[]]): readonly [Step, ...Step[]] {
  return list
}

const read =
  (verb: string, on: Target): Step =>
  (world, stranger) =>
    request(world, stranger, verb, on, { ...(on.resource === SECRETS && { level: 'Metadata' }) })

const STEPS = steps(
  read('list', { resource: PODS, namespace: null, name: null }),
  read('list', { resource: SECRETS, namespace: null, name: null }),
  read('get', { resource: SECRETS, namespace: 'payments', name: 'payments-api-credentials' }),
  read('get', { resource: SECRETS, namespace: 'kube-system', name: 'bootstrap-token' }),
  (world, stranger) =>
    make(
      world,
      stranger,
      ACCOUNTS,
      'kube-system',
      'kube-controller',
      '"kind":"ServiceAccount","apiVersion":"v1"',
    ),
  (world, stranger) =>
    make(
      world,
      stranger,
      BINDINGS,
      null,
      'kube-controller',
      '"kind":"ClusterRoleBinding","apiVersion":"rbac.authorization.k8s.io/v1","subjects":[{"kind":"ServiceAccount","name":"kube-controller","namespace":"kube-system"}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"}',
    ),
  (world, _, thief) =>
    make(
      world,
      thief,
      PODS,
      'kube-system',
      'kube-controller',
      '"kind":"Pod","apiVersion":"v1","spec":{"hostPID":true,"containers":[{"name":"c","image":"docker.io/library/alpine:latest","command":["sleep","infinity"],"securityContext":{"privileged":true}}],"volumes":[{"name":"h","hostPath":{"path":"/"}}]}',
    ),
  (world, _, thief) =>
    request(
      world,
      thief,
      'create',
      { resource: PODS, namespace: 'kube-system', name: 'kube-controller', subresource: 'exec' },
      {
        uri: '/api/v1/namespaces/kube-system/pods/kube-controller/exec?command=sh&stdin=true&stdout=true',
        code: 101,
        lasts: world.draw.whole(60, 900),
      },
    ),
)

function make(
  world: World,
  who: Caller,
  what: Target['resource'],
  namespace: string | null,
  name: string,
  inner: string,
): Call {
  const on = { resource: what, namespace, name }
  const body = `{${inner},"metadata":{"name":"${name}","uid":"${world.draw.uuid()}"}}`
  return request(world, who, 'create', on, {
    code: 201,
    level: 'RequestResponse',
    requestJson: body,
    responseJson: body,
  })
}
