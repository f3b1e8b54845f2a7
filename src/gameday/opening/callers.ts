import { Random } from '../random.ts'
import type { Caller } from '../records/call.ts'
import { type Cast, NODE_ROLE, type Node, SCOPE, type Staff } from './cast.ts'
import { podOf, roleIdOf, uidOf } from './ids.ts'

const KUBECTL = 'kubectl/v1.32.3 (darwin/arm64) kubernetes/32cc146'
const AUTHENTICATED = 'system:authenticated'

/** `RBAC: allowed by …`, as the API server says it. */
export function rbac(binding: string, role: string, to: string, namespace?: string): string {
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding'
  const name = namespace === undefined ? binding : `${binding}/${namespace}`
  return `RBAC: allowed by ${kind} "${name}" of ClusterRole "${role}" to ${to}`
}

/** Everybody who calls, as the API server knows them: the same for a seed whenever it is played. */
export class Callers {
  readonly #cast: Cast

  constructor(cast: Cast) {
    this.#cast = cast
  }

  /** The caller that has not said who it is. */
  anonymous(ip: string, agent = 'curl/8.5.0', allowedBy = this.#granted()): Caller {
    return { username: 'system:anonymous', groups: ['system:unauthenticated'], ip, agent, allowedBy }
  }

  /** The same where the operator's second binding lets it in. */
  anonymousInPayments(ip: string, agent = 'curl/8.5.0'): Caller {
    return this.anonymous(ip, agent, rbac(this.#cast.grant, 'edit', 'User "system:anonymous"', 'payments'))
  }

  #granted(): string {
    return rbac(this.#cast.grant, 'view', 'User "system:anonymous"')
  }

  /** A call with a token that the cluster does not know. */
  nobody(ip: string, agent = 'curl/8.5.0'): Caller {
    return { username: null, groups: [], ip, agent, allowedBy: '' }
  }

  operator(): Caller {
    return this.#staff(this.#cast.operator, ['platform-operators'], 'platform-operators', 'cluster-admin')
  }

  developer(): Caller {
    return this.#staff(this.#cast.developer, ['payments-developers'], 'payments-developers', 'view')
  }

  #staff(
    { username, role, session, roleId, accessKey, ip }: Staff,
    groups: string[],
    group: string,
    rule: string,
  ): Caller {
    return {
      username,
      uid: `aws-iam-authenticator:${SCOPE.account}:${roleId}`,
      groups: [...groups, AUTHENTICATED],
      extra: {
        accessKeyId: [accessKey],
        arn: [`arn:aws:sts::${SCOPE.account}:assumed-role/${role}/${session}`],
        canonicalArn: [`arn:aws:iam::${SCOPE.account}:role/${role}`],
        sessionName: [session],
      },
      ip,
      agent: KUBECTL,
      allowedBy: rbac(group, rule, `Group "${group}"`),
    }
  }

  /** The deploy pipeline, from its runner in the VPC. */
  deployer(): Caller {
    return this.stolen('10.0.20.31', 'helm/v3.16.2')
  }

  /** The pipeline's token in other hands: it says neither pod nor node. */
  stolen(ip: string, agent: string): Caller {
    const { deployer } = this.#cast
    return {
      ...this.#account('payments', deployer),
      ip,
      agent,
      allowedBy: rbac('deploy-pipeline', 'cluster-admin', `ServiceAccount "${deployer}/payments"`),
    }
  }

  /** The intruder's own service account. */
  rogue(ip: string): Caller {
    const { rogue, rogueBinding } = this.#cast
    return {
      ...this.#account('kube-system', rogue),
      ip,
      agent: 'kubectl/v1.30.0 (linux/amd64) kubernetes/7c48c2b',
      allowedBy: rbac(rogueBinding, 'cluster-admin', `ServiceAccount "${rogue}/kube-system"`),
    }
  }

  /** A workload that talks to the API from its pod; `pod` tells its replicas apart. */
  workload(namespace: string, name: string, agent = 'Go-http-client/2.0', pod = 0): Caller {
    const { name: podName, uid, ip, node } = podOf(this.#cast, namespace, name, pod)
    const random = new Random(`${this.#cast.seed}/tokens/${uid}`)
    return {
      ...this.#account(namespace, name),
      extra: {
        'authentication.kubernetes.io/credential-id': [`JTI=${random.uuid()}`],
        'authentication.kubernetes.io/node-name': [node.name],
        'authentication.kubernetes.io/pod-name': [podName],
        'authentication.kubernetes.io/pod-uid': [uid],
      },
      ip,
      agent,
      allowedBy: rbac(name, name, `ServiceAccount "${name}/${namespace}"`),
    }
  }

  /** A controller of the control plane, with the token of its service account. */
  controller(name: string): Caller {
    return {
      ...this.#account('kube-system', name),
      ip: '10.0.0.12',
      agent: `kube-controller-manager/v1.32.5 (linux/amd64) kubernetes/9bd1ac4/system:serviceaccount:kube-system:${name}`,
      allowedBy: rbac(
        `system:controller:${name}`,
        `system:controller:${name}`,
        `ServiceAccount "${name}/kube-system"`,
      ),
    }
  }

  /** A part of the control plane that is a user: kube-scheduler, kube-controller-manager. */
  component(name: string): Caller {
    return {
      username: `system:${name}`,
      groups: [AUTHENTICATED],
      ip: '10.0.0.12',
      agent: `${name}/v1.32.5 (linux/amd64) kubernetes/9bd1ac4/leader-election`,
      allowedBy: rbac(`system:${name}`, `system:${name}`, `User "system:${name}"`),
    }
  }

  /** EKS itself: `eks:addon-manager` and its like. */
  eks(name: string): Caller {
    return {
      username: `eks:${name}`,
      uid: `aws-iam-authenticator:${SCOPE.account}:${roleIdOf(this.#cast, name)}`,
      groups: [AUTHENTICATED],
      ip: '10.0.0.44',
      agent: `${name}/v1.32 (linux/amd64)`,
      allowedBy: rbac(`eks:${name}`, `eks:${name}`, `User "eks:${name}"`),
    }
  }

  kubelet(node: Node): Caller {
    return {
      username: `system:node:${node.name}`,
      uid: `aws-iam-authenticator:${SCOPE.account}:${roleIdOf(this.#cast, NODE_ROLE)}`,
      groups: ['system:nodes', 'system:bootstrappers', AUTHENTICATED],
      extra: { sessionName: [node.instance] },
      ip: node.ip,
      agent: 'kubelet/v1.32.3-eks-473151a (linux/amd64) kubernetes/16b4ddb',
      allowedBy: '',
    }
  }

  #account(namespace: string, name: string): Pick<Caller, 'username' | 'uid' | 'groups'> {
    return {
      username: `system:serviceaccount:${namespace}:${name}`,
      uid: uidOf(this.#cast, { resource: 'serviceaccounts', namespace, name }),
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED],
    }
  }
}
