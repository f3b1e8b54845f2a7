import { leaseBody, nodeBody, nodeStatus, podBody, podStatus } from './bodies.ts'
import { type ClusterNode, type Resource, resource } from './cast.ts'
import type { Call } from './event.ts'
import { account } from './users.ts'
import { type Caller, request, secondOf, type Traffic, type World, watch } from './world.ts'

const LEASES = resource('leases/coordination.k8s.io')
const NODES = resource('nodes')
const PODS = resource('pods')
const ACCOUNTS = resource('serviceaccounts')
const SECRETS = resource('secrets')
const CONFIG = resource('configmaps')
const WATCHED = ['pods', 'services', 'nodes', 'runtimeclasses/node.k8s.io', 'csidrivers/storage.k8s.io'].map(
  resource,
)

const NODE_GROUP =
  'RBAC: allowed by ClusterRoleBinding "eks:node-bootstrapper" of ClusterRole "eks:node-bootstrapper" to Group "system:nodes"'

function kubelet(node: ClusterNode, allowed = ''): Caller {
  return { user: node.user, ip: node.ip, agent: 'kubelet/v1.32.9 (linux/amd64) kubernetes/fa9e8a2', allowed }
}

/** A node renews its lease every ten seconds and says how it is every five minutes; a token is renewed after 48. */
const LEASE = 10
const HEALTH = 300
const TOKEN = 48 * 60

/** Pods that give way to others in a second. */
const CHURN = 0.15

/** What the kubelets do: leases and health of nodes, pods' statuses and tokens, watches of what pods mount. */
export function nodeTraffic({ nodes, pods }: World): readonly Traffic[] {
  const any = (world: World): ClusterNode => world.draw.any(world.nodes)
  return [
    { rate: nodes.length / LEASE, requests: (world) => [renewLease(world, any(world))] },
    { rate: nodes.length / HEALTH, requests: (world) => [reportNode(world, any(world))] },
    { rate: pods.size / TOKEN + CHURN, requests: (world) => [requestToken(world)] },
    { rate: 0.75, requests: (world) => [reportPod(world)] },
    { rate: 1, requests: (world) => [readPod(world)] },
    { rate: 0.8, requests: (world) => [watch(world, kubelet(any(world)), world.draw.any(WATCHED), null)] },
    { rate: 1.1, requests: (world) => [watchMounted(world, SECRETS, 'credentials')] },
    { rate: 1.1, requests: (world) => [watchMounted(world, CONFIG, 'config')] },
  ]
}

function renewLease(world: World, node: ClusterNode): Call {
  const lease = { namespace: 'kube-node-lease', name: node.name, uid: node.uid, holder: node.name }
  const version = world.version++
  const on = {
    resource: LEASES,
    namespace: lease.namespace,
    name: lease.name,
    uid: lease.uid,
    resourceVersion: String(version - 400),
  }
  return request(world, kubelet(node), 'update', on, {
    uri: `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node.name}?timeout=10s`,
    level: 'RequestResponse',
    requestJson: leaseBody(lease, world.micros, version - 400),
    responseJson: leaseBody(lease, world.micros, version),
  })
}

function reportNode(world: World, node: ClusterNode): Call {
  const on = { resource: NODES, namespace: null, name: node.name, subresource: 'status' }
  const second = secondOf(world)
  return request(world, kubelet(node), 'patch', on, {
    uri: `/api/v1/nodes/${node.name}/status?timeout=10s`,
    level: 'RequestResponse',
    requestJson: nodeStatus(second),
    responseJson: nodeBody(node, second, world.version++),
  })
}

function reportPod(world: World): Call {
  const pod = world.pods.any()
  const on = { resource: PODS, namespace: pod.workload.namespace, name: pod.name, subresource: 'status' }
  const status = podStatus(pod)
  return request(world, kubelet(pod.node), 'patch', on, {
    level: 'RequestResponse',
    requestJson: `{"metadata":{"uid":"${pod.uid}"},"status":${status}}`,
    responseJson: podBody(pod, world.version++, status),
  })
}

function readPod(world: World): Call {
  const pod = world.pods.any()
  return request(world, kubelet(pod.node), 'get', {
    resource: PODS,
    namespace: pod.workload.namespace,
    name: pod.name,
  })
}

/** The kubelet asks for a pod's token; which one was issued is noted beside it. */
function requestToken(world: World): Call {
  const { workload, name, uid, node } = world.pods.any()
  const on = {
    resource: ACCOUNTS,
    namespace: workload.namespace,
    name: workload.name,
    uid: workload.accountUid,
    subresource: 'token',
  }
  return request(world, kubelet(node, NODE_GROUP), 'create', on, {
    code: 201,
    requestJson: `{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","metadata":{"creationTimestamp":null},"spec":{"audiences":["https://kubernetes.default.svc"],"expirationSeconds":3607,"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"${name}","uid":"${uid}"}},"status":{"token":"","expirationTimestamp":null}}`,
    notesJson: `"authentication.kubernetes.io/issued-credential-id":"JTI=${world.draw.uuid()}",`,
  })
}

/** A kubelet watches each secret and each configuration that its pods mount. */
function watchMounted(world: World, what: Resource, part: string): Call {
  const { workload, node } = world.pods.any()
  return watch(world, kubelet(node), what, workload.namespace, `${workload.name}-${part}`)
}

/** One pod gives way to another: made, bound to a node, started, and the old one deleted. */
export function churn(manager: Caller, scheduler: Caller): Traffic {
  return {
    rate: CHURN,
    requests(world) {
      const { gone, fresh } = world.pods.replace(secondOf(world))
      const { namespace } = fresh.workload
      const on = (pod: string, subresource?: string) => ({
        resource: PODS,
        namespace,
        name: pod,
        ...(subresource !== undefined && { subresource }),
      })
      const status = podStatus(fresh)
      const bodyOf = (state: string): string => podBody(fresh, world.version++, state)
      const made = bodyOf('{"phase":"Pending","qosClass":"Burstable"}')
      const running = bodyOf(status)
      return [
        request(
          world,
          manager,
          'create',
          { resource: PODS, namespace, name: null },
          {
            code: 201,
            level: 'RequestResponse',
            requestJson: made.replace(/"name":"[^"]*","generateName"/, '"generateName"'),
            responseJson: made,
            notesJson: '"pod-security.kubernetes.io/enforce-policy":"privileged:latest",',
          },
        ),
        request(world, scheduler, 'create', on(fresh.name, 'binding'), {
          code: 201,
          level: 'RequestResponse',
          requestJson: `{"kind":"Binding","apiVersion":"v1","metadata":{"name":"${fresh.name}","namespace":"${namespace}","uid":"${fresh.uid}","creationTimestamp":null},"target":{"kind":"Node","name":"${fresh.node.name}"}}`,
          responseJson: '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201}',
        }),
        request(world, kubelet(fresh.node), 'patch', on(fresh.name, 'status'), {
          level: 'RequestResponse',
          requestJson: `{"metadata":{"uid":"${fresh.uid}"},"status":${status}}`,
          responseJson: running,
        }),
        request(world, kubelet(gone.node), 'delete', on(gone.name), {
          level: 'RequestResponse',
          requestJson:
            '{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"preconditions":{"uid":"' +
            `${gone.uid}"}}`,
          responseJson: podBody(gone, world.version++, podStatus(gone)),
        }),
      ]
    },
  }
}

/** The manager's own service accounts live in no pod. */
export function managerAccount(world: World, name: string): Caller {
  return {
    user: account(world.draw, 'kube-system', name, world.draw.uuid(), null),
    ip: '10.0.0.7',
    agent: `kube-controller-manager/v1.32.9 (linux/amd64) kubernetes/1c6d1a0/system:serviceaccount:kube-system:${name}`,
    allowed: `RBAC: allowed by ClusterRoleBinding "system:controller:${name}" of ClusterRole "system:controller:${name}" to ServiceAccount "${name}/kube-system"`,
  }
}
