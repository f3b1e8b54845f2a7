import { HOUR, type Micros } from '../../model/time.ts'
import { millis } from '../records/finding-event.ts'
import type { TimedRecord } from '../scenario.ts'
import type { Cast } from './cast.ts'
import { vpcOf } from './finding-resources.ts'
import { podOf, uidOf } from './ids.ts'
import { POD_MADE, type RoguePod } from './takeover.ts'
import type { Timeline } from './timeline.ts'

/** What stands in the cluster and the account, read an hour before the incident and again when the pod runs. */
export function inventoryRecords(
  cast: Cast,
  pod: RoguePod,
  timeline: Timeline,
  key: string,
): readonly TimedRecord[] {
  const read = (at: Micros, isLate: boolean): readonly TimedRecord[] =>
    [...clusterLists(cast, pod, isLate), instances(cast, key, timeline)].map((raw) => ({
      at,
      arrives: timeline.arrival(at),
      kind: 'inventory',
      raw,
    }))
  return [...read(timeline.begin - HOUR, false), ...read(timeline.at(POD_MADE + 10), true)]
}

/** A list as `kubectl get -o json` prints it. */
function list(kind: string, apiVersion: string, items: readonly object[]): object {
  return {
    apiVersion: 'v1',
    kind: 'List',
    metadata: { resourceVersion: '' },
    items: items.map((item) => ({ apiVersion, kind, ...item })),
  }
}

/** Lists of the cluster as `kubectl get -o json` prints them; late: once the pod runs. */
export function clusterLists(cast: Cast, pod: RoguePod, isLate: boolean): readonly object[] {
  const rbac = 'rbac.authorization.k8s.io'
  const account = (namespace: string, name: string): object => ({
    metadata: { name, namespace, uid: uidOf(cast, { resource: 'serviceaccounts', namespace, name }) },
  })
  const binding = (name: string, role: string, subjects: readonly object[], namespace?: string): object => ({
    metadata:
      namespace === undefined
        ? { name, uid: uidOf(cast, { resource: 'clusterrolebindings', name }) }
        : { name, namespace, uid: uidOf(cast, { resource: 'rolebindings', namespace, name }) },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects,
  })
  const everybody = [
    { apiGroup: rbac, kind: 'User', name: 'system:anonymous' },
    { apiGroup: rbac, kind: 'Group', name: 'system:unauthenticated' },
  ]
  const bound = (namespace: string, name: string): readonly object[] => [
    { kind: 'ServiceAccount', namespace, name },
  ]
  const grant = binding(cast.grant, 'view', everybody)
  const rogue = binding(cast.rogueBinding, 'cluster-admin', bound('kube-system', cast.rogue))
  return [
    list(
      'Node',
      'v1',
      cast.nodes.map(({ name, ip, instance, zone }) => ({
        metadata: {
          name,
          uid: uidOf(cast, { resource: 'nodes', name }),
          labels: { 'topology.kubernetes.io/zone': zone },
        },
        spec: { providerID: `aws:///${zone}/${instance}` },
        status: { addresses: [{ type: 'InternalIP', address: ip }] },
      })),
    ),
    list('Pod', 'v1', [
      workloadPod(cast, cast.service, 0),
      workloadPod(cast, cast.service, 1),
      workloadPod(cast, cast.sibling, 0),
      ...(isLate
        ? [
            {
              metadata: { ...pod.manifest.metadata, uid: pod.uid },
              spec: pod.manifest.spec,
              status: { phase: 'Running', podIP: pod.ip, hostIP: pod.node.ip },
            },
          ]
        : []),
    ]),
    list('ClusterRoleBinding', `${rbac}/v1`, [
      binding('deploy-pipeline', 'cluster-admin', bound('payments', cast.deployer)),
      ...(isLate ? [grant, rogue] : []),
    ]),
    list('RoleBinding', `${rbac}/v1`, isLate ? [binding(cast.grant, 'edit', everybody, 'payments')] : []),
    list('ServiceAccount', 'v1', [
      account('kube-system', 'coredns'),
      account('payments', cast.deployer),
      account('payments', cast.service),
      ...(isLate ? [account('kube-system', cast.rogue)] : []),
    ]),
    list('NetworkPolicy', 'networking.k8s.io/v1', []),
  ]
}

function workloadPod(cast: Cast, name: string, replica: number): object {
  const { node, ip, ...pod } = podOf(cast, 'payments', name, replica)
  return {
    metadata: { name: pod.name, namespace: 'payments', uid: pod.uid },
    spec: {
      nodeName: node.name,
      serviceAccountName: name,
      containers: [
        {
          name,
          image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/payments/${name}:2026.11`,
          envFrom: [{ secretRef: { name: `${name}-db` } }],
          securityContext: { privileged: false },
        },
      ],
    },
    status: { phase: 'Running', podIP: ip, hostIP: node.ip },
  }
}

/** `aws ec2 describe-instances`. */
function instances(cast: Cast, key: string, { begin }: Timeline): object {
  return {
    Reservations: cast.nodes.map(({ instance, ip, name, subnet, eni, zone }) => ({
      OwnerId: cast.scope.account,
      Instances: [
        {
          InstanceId: instance,
          InstanceType: 'm7i.xlarge',
          LaunchTime: millis(begin - 216 * HOUR),
          State: { Code: 16, Name: 'running' },
          Placement: { AvailabilityZone: zone },
          PrivateIpAddress: ip,
          PrivateDnsName: name,
          SubnetId: subnet,
          VpcId: vpcOf(key),
          NetworkInterfaces: [{ NetworkInterfaceId: eni, PrivateIpAddress: ip }],
          Tags: [{ Key: 'eks:cluster-name', Value: cast.scope.cluster }],
        },
      ],
    })),
  }
}
