import { workloadBody } from './bodies.ts'
import { resource } from './cast.ts'
import type { Draw } from './draw.ts'
import type { Call } from './event.ts'
import { ACCOUNT, rotating, type User } from './users.ts'
import { type Caller, forbidden, request, secondOf, type Traffic, type World } from './world.ts'

const NAMES = (
  'anna ben carla david elena felix greta henry ines jakob klara leo mara nico olga paul quinn rosa simon ' +
  'tessa uwe vera willi xenia yann'
).split(' ')
const ROLES = ['AWSReservedSSO_Developer', 'AWSReservedSSO_Platform', 'AWSReservedSSO_Admin'] as const
const LOOKED_AT = ['pods', 'deployments/apps', 'services', 'configmaps', 'nodes', 'events'].map(resource)
const PODS = resource('pods')
const SECRETS = resource('secrets')
const DEPLOYMENTS = resource('deployments/apps')
const BINDINGS = resource('rolebindings/rbac.authorization.k8s.io')

/** What people do with kubectl: look, read logs, open shells, read secrets, change rights; and now and then as somebody else. */
export function peopleTraffic(world: World): readonly Traffic[] {
  const people = NAMES.map((name, at) => person(world.draw, name, at))
  const someone = (): Caller => world.draw.often(people)
  return [
    { rate: 1, requests: () => [look(world, someone())] },
    { rate: 0.12, requests: () => [shell(world, someone())] },
    { rate: 0.07, requests: () => [readSecret(world, someone())] },
    { rate: 0.04, requests: () => [grant(world, someone())] },
    { rate: 0.02, requests: () => [pretend(world, someone())] },
  ]
}

function person(draw: Draw, name: string, at: number): Caller {
  const role = ROLES[at < 16 ? 0 : at < 22 ? 1 : 2]
  const roleName = `${role}_${'0123456789abcdef'.charAt(at % 3).repeat(16)}`
  return {
    user: rotating(draw, 8 * 3600, {
      username: `arn:aws:sts::${ACCOUNT}:assumed-role/${roleName}/${name}@example.com`,
      groups: at < 22 ? ['developers', 'system:authenticated'] : ['system:masters', 'system:authenticated'],
      role: `aws-reserved/sso.amazonaws.com/eu-west-1/${roleName}`,
      roleId: `AROA${draw.capitals(10)}EXAMPLE`,
      session: `${name}@example.com`,
    }),
    ip: `203.0.113.${10 + at}`,
    agent: `kubectl/v1.3${draw.whole(0, 3)}.${draw.whole(0, 8)} (${draw.of(['darwin/arm64', 'linux/amd64'])}) kubernetes/${draw.hex(7)}`,
    allowed: `RBAC: allowed by ClusterRoleBinding "${role}" of ClusterRole "admin" to Group "developers"`,
  }
}

function look(world: World, who: Caller): Call {
  const { namespace, name } = world.draw.often(world.workloads)
  const what = world.draw.any(LOOKED_AT)
  const isNamed = world.draw.once(3)
  const verb = isNamed ? 'get' : 'list'
  const on = { resource: what, namespace, name: isNamed ? name : null }
  return request(world, who, verb, on, {
    ...(world.draw.once(20) && forbidden('developer', verb, on)),
    ...(what.name === 'configmaps' && { level: 'Metadata' }),
  })
}

/** A shell in a pod, or its logs followed: opened, and closed minutes later. */
function shell(world: World, who: Caller): Call {
  const { workload, name } = world.pods.any()
  const isLog = world.draw.once(2)
  const on = {
    resource: PODS,
    namespace: workload.namespace,
    name,
    subresource: isLog ? 'log' : 'exec',
  }
  const path = `/api/v1/namespaces/${workload.namespace}/pods/${name}`
  const uri = isLog
    ? `${path}/log?container=main&follow=true`
    : `${path}/exec?command=sh&container=main&stdin=true&stdout=true&tty=true`
  return request(world, who, isLog ? 'get' : 'create', on, {
    uri,
    code: isLog ? 200 : 101,
    lasts: world.draw.whole(2, 900),
  })
}

function readSecret(world: World, who: Caller): Call {
  const { namespace, name } = world.draw.often(world.workloads)
  const on = { resource: SECRETS, namespace, name: `${name}-credentials` }
  const isRefused = world.draw.once(3)
  return request(world, who, 'get', on, {
    level: 'Metadata',
    ...(isRefused && forbidden('developer', 'get', on)),
  })
}

function grant(world: World, who: Caller): Call {
  const { namespace, name } = world.draw.often(world.workloads)
  const binding = (version: string): string =>
    `{"kind":"RoleBinding","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"${name}-viewers","namespace":"${namespace}"${version},"creationTimestamp":null},"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"developers"}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"}}`
  const on = { resource: BINDINGS, namespace, name: `${name}-viewers` }
  return request(world, who, 'create', on, {
    uri: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings?fieldManager=kubectl-create&fieldValidation=Strict`,
    code: 201,
    level: 'RequestResponse',
    requestJson: binding(''),
    responseJson: binding(`,"resourceVersion":"${world.version++}"`),
  })
}

function pretend(world: World, who: Caller): Call {
  const { namespace, name } = world.draw.often(world.workloads)
  return request(
    world,
    who,
    'list',
    { resource: PODS, namespace, name: null },
    {
      actingAsJson: `{"username":"system:serviceaccount:${namespace}:${name}","groups":["system:serviceaccounts","system:authenticated"]}`,
    },
  )
}

/** What pipelines do: each run has a session of its own, looks at what is there and rolls out what is new. */
export function pipelineTraffic(world: World): readonly Traffic[] {
  const roleId = `AROA${world.draw.capitals(10)}EXAMPLE`
  let run = 48_000
  let until = 0
  let user: User = () => ''
  const runner = (): Caller => {
    const second = secondOf(world)
    if (second >= until) {
      run += 1
      until = second + world.draw.whole(40, 240)
      user = rotating(world.draw, 3600, {
        username: `arn:aws:sts::${ACCOUNT}:assumed-role/ci-deployer/run-${run}`,
        groups: ['deployers', 'system:authenticated'],
        role: 'ci-deployer',
        roleId,
        session: `run-${run}`,
      })
    }
    return {
      user,
      ip: `10.0.33.${10 + (run % 24)}`,
      agent: 'kubectl/v1.32.4 (linux/amd64) kubernetes/4cb5f07',
      allowed:
        'RBAC: allowed by ClusterRoleBinding "deployers" of ClusterRole "deployer" to Group "deployers"',
    }
  }
  return [
    {
      rate: 1.4,
      requests: () => {
        const { namespace, name } = world.draw.any(world.workloads)
        return [request(world, runner(), 'get', { resource: DEPLOYMENTS, namespace, name })]
      },
    },
    {
      rate: 0.12,
      requests: () => {
        const workload = world.draw.any(world.workloads)
        const on = { resource: DEPLOYMENTS, namespace: workload.namespace, name: workload.name }
        return [
          request(world, runner(), 'patch', on, {
            level: 'RequestResponse',
            requestJson: `{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"${workload.image}"}]}}}}`,
            responseJson: workloadBody('Deployment', workload, world.version++),
          }),
        ]
      },
    },
  ]
}
