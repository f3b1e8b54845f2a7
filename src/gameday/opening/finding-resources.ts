import { DAY, type Micros } from '../../model/time.ts'
import { Random } from '../random.ts'
import type { Caller } from '../records/call.ts'
import { millis } from '../records/finding-event.ts'
import { userDetails, type Whereabouts } from '../records/finding-parts.ts'
import { type Cast, NODE_ROLE, SCOPE } from './cast.ts'
import type { RoguePod } from './takeover.ts'

/** Resources of findings, the same in every version of one. */
export class FindingResources {
  readonly #cast: Cast
  readonly #pod: RoguePod
  readonly #cluster: object
  readonly #vpc: string
  readonly #begin: Micros
  readonly #profile: string
  readonly #containerId: string

  constructor(cast: Cast, pod: RoguePod, begin: Micros, key: string) {
    this.#cast = cast
    this.#pod = pod
    const random = new Random(`${key}/resources`)
    this.#begin = begin
    this.#profile = `AIPA${random.capitals(10)}EXAMPLE`
    this.#containerId = random.hex(64)
    this.#vpc = vpcOf(key)
    this.#cluster = {
      name: SCOPE.cluster,
      arn: `arn:aws:eks:${SCOPE.region}:${SCOPE.account}:cluster/${SCOPE.cluster}`,
      createdAt: millis(begin - 412 * DAY),
      vpcId: this.#vpc,
      status: 'ACTIVE',
      tags: [{ key: 'team', value: 'payments' }],
    }
  }

  /** The cluster and who called it. */
  cluster(caller: Caller, workload: object | null = null): object {
    return {
      resourceType: 'EKSCluster',
      eksClusterDetails: this.#cluster,
      kubernetesDetails: {
        kubernetesUserDetails: userDetails(caller),
        kubernetesWorkloadDetails: workload,
      },
    }
  }

  /** The intruder's pod. */
  workload(): object {
    const { image } = this.#cast
    return {
      name: this.#cast.pod,
      type: 'pods',
      uid: this.#pod.uid,
      namespace: 'kube-system',
      hostNetwork: false,
      hostIPC: false,
      hostPID: true,
      serviceAccountName: this.#cast.rogue,
      containers: [
        {
          containerRuntime: '',
          id: '',
          name: 'agent',
          image,
          imagePrefix: image.slice(0, image.lastIndexOf('/')),
          volumeMounts: [{ name: 'host', mountPath: '/host' }],
          securityContext: { privileged: true, allowPrivilegeEscalation: null },
        },
      ],
      volumes: [{ name: 'host', hostPath: { path: '/' } }],
    }
  }

  /** The container of the pod on its node, as the agent on the node sees it. */
  container(): object {
    const { image } = this.#cast
    return {
      resourceType: 'Container',
      eksClusterDetails: this.#cluster,
      kubernetesDetails: { kubernetesUserDetails: null, kubernetesWorkloadDetails: this.workload() },
      containerDetails: {
        id: this.#containerId,
        name: 'agent',
        image,
        containerRuntime: 'containerd',
        securityContext: { privileged: true },
      },
      instanceDetails: this.#instanceDetails(),
    }
  }

  instance(): object {
    return { resourceType: 'Instance', instanceDetails: this.#instanceDetails() }
  }

  #instanceDetails(): object {
    const { node } = this.#pod
    return {
      instanceId: node.instance,
      instanceType: 'm7i.xlarge',
      launchTime: millis(this.#begin - 9 * DAY),
      platform: null,
      productCodes: [],
      iamInstanceProfile: {
        arn: `arn:aws:iam::${SCOPE.account}:instance-profile/${NODE_ROLE}`,
        id: this.#profile,
      },
      networkInterfaces: [
        {
          networkInterfaceId: node.eni,
          privateIpAddress: node.ip,
          privateDnsName: node.name,
          privateIpAddresses: [
            { privateIpAddress: node.ip, privateDnsName: node.name },
            { privateIpAddress: this.#pod.ip, privateDnsName: '' },
          ],
          ipv6Addresses: [],
          subnetId: node.subnet,
          vpcId: this.#vpc,
          securityGroups: [{ groupName: 'eks-cluster-sg-prod-payments', groupId: 'sg-0f1eb0f1eb0f1eb0f' }],
          publicDnsName: '',
          publicIp: null,
        },
      ],
      tags: [
        { key: 'eks:cluster-name', value: SCOPE.cluster },
        { key: 'eks:nodegroup-name', value: 'payments' },
      ],
      instanceState: 'running',
      availabilityZone: node.zone,
      imageId: 'ami-0f1eb0f1eb0f1eb0f',
      imageDescription: 'EKS node, Amazon Linux 2023, Kubernetes 1.32',
    }
  }
}

/** The VPC of the cluster. */
export function vpcOf(key: string): string {
  return `vpc-0${new Random(`${key}/vpc`).hex(16)}`
}

/** Where an address of the cast belongs. */
export function whereabouts(cast: Cast, ip: string): Whereabouts {
  if (cast.outsiders.includes(ip))
    return { ip, country: 'Netherlands', city: 'Amsterdam', asn: '64496', organization: 'Example Hosting' }
  if (ip === cast.pool.ip)
    return { ip, country: 'Germany', city: 'Nuremberg', asn: '64499', organization: 'Example Compute' }
  return { ip, country: 'Ireland', city: 'Dublin', asn: '64502', organization: 'Example Broadband' }
}
