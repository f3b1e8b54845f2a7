import { leaseBody, workloadBody } from './bodies.ts'
import { resource } from './cast.ts'
import type { Call } from './event.ts'
import type { Pod } from './pods.ts'
import { type Caller, forbidden, isSecret, request, type Traffic, type World, watch } from './world.ts'

const LEASES = resource('leases/coordination.k8s.io')
const SECRETS = resource('secrets')
const DEPLOYMENTS = resource('deployments/apps')

function callerOf({ user, ip, workload }: Pod): Caller {
  const { namespace, name, agent } = workload
  const role = `${namespace}-${name}`
  const allowed = `RBAC: allowed by RoleBinding "${role}/${namespace}" of Role "${role}" to ServiceAccount "${name}/${namespace}"`
  return { user, ip, agent, allowed }
}

/** Workloads of which one pod leads, and renews its lease every two seconds. */
const LEADERS = 20

/** What workloads do under their service accounts: their habits, leader election, and the work of operators. */
export function accountTraffic({ workloads }: World): readonly Traffic[] {
  const led = workloads.slice(-LEADERS)
  const any = (world: World): Pod => world.pods.of(world.draw.often(world.workloads))
  const leader = (world: World): Pod => world.pods.oldest(world.draw.any(led))
  return [
    { rate: 24, requests: (world) => [habit(world, any(world))] },
    { rate: LEADERS / 2, requests: (world) => [lead(world, leader(world))] },
    { rate: 0.25, requests: (world) => [readSecret(world, any(world))] },
    { rate: 0.1, requests: (world) => [reconcile(world, any(world))] },
    { rate: 0.25, requests: (world) => [refused(world, any(world))] },
  ]
}

function habit(world: World, pod: Pod): Call {
  const { verb, resource: what, namespace, name } = world.draw.often(pod.workload.calls)
  const who = callerOf(pod)
  if (verb === 'watch') return watch(world, who, what, namespace)
  const isMissing = name !== null && world.draw.once(25)
  return request(
    world,
    who,
    verb,
    { resource: what, namespace, name },
    {
      ...(isSecret(what) && { level: 'Metadata' }),
      ...(isMissing && {
        code: 404,
        failure: {
          reason: 'NotFound',
          message: `${what.name} "${name}" not found`,
          details: `{"name":"${name}","kind":"${what.name}"}`,
        },
      }),
    },
  )
}

/** Leader election: a lease is renewed with its whole body both ways. */
function lead(world: World, pod: Pod): Call {
  const { namespace, name, uid } = pod.workload
  const lease = { namespace, name: `${name}-leader`, uid, holder: `${pod.name}_${pod.uid}` }
  const version = world.version++
  const on = { resource: LEASES, namespace, name: lease.name, uid, resourceVersion: String(version - 60) }
  return request(world, callerOf(pod), 'update', on, {
    level: 'RequestResponse',
    requestJson: leaseBody(lease, world.micros, version - 60),
    responseJson: leaseBody(lease, world.micros, version),
  })
}

function readSecret(world: World, pod: Pod): Call {
  const { namespace, name } = pod.workload
  const isList = world.draw.once(4)
  const secret = isList ? null : `${name}-${world.draw.of(['credentials', 'tls', 'token'])}`
  return request(
    world,
    callerOf(pod),
    isList ? 'list' : 'get',
    { resource: SECRETS, namespace, name: secret },
    { level: 'Metadata' },
  )
}

function reconcile(world: World, pod: Pod): Call {
  const workload = world.draw.any(world.workloads)
  const on = { resource: DEPLOYMENTS, namespace: workload.namespace, name: workload.name }
  return request(world, callerOf(pod), 'patch', on, {
    level: 'RequestResponse',
    requestJson: `{"spec":{"template":{"metadata":{"annotations":{"reconciled-at":"${world.micros}"}}}}}`,
    responseJson: workloadBody('Deployment', workload, world.version++),
  })
}

function refused(world: World, pod: Pod): Call {
  const { namespace, name } = pod.workload
  const on = { resource: world.draw.of([SECRETS, DEPLOYMENTS]), namespace: 'kube-system', name: null }
  const subject = `system:serviceaccount:${namespace}:${name}`
  return request(world, callerOf(pod), 'list', on, {
    ...forbidden(subject, 'list', on),
    ...(isSecret(on.resource) && { level: 'Metadata' }),
  })
}
