import type { ClusterNode, Workload } from './cast.ts'
import { stampOf, timeOf } from './event.ts'
import type { Pod } from './pods.ts'

const LEASE_FIELDS =
  '"fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app.kubernetes.io/managed-by":{}}},"f:spec":{"f:acquireTime":{},"f:holderIdentity":{},"f:leaseDurationSeconds":{},"f:leaseTransitions":{},"f:renewTime":{}}}'

/** A lease that is renewed: as it is sent, or as it is answered. */
export function leaseBody(
  lease: { readonly namespace: string; readonly name: string; readonly uid: string; readonly holder: string },
  micros: number,
  version: number,
): string {
  const at = stampOf(Math.floor(micros / 1e6))
  return `{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"${lease.name}","namespace":"${lease.namespace}","uid":"${lease.uid}","resourceVersion":"${version}","creationTimestamp":"2026-08-03T09:14:51Z","managedFields":[{"manager":"${lease.name}","operation":"Update","apiVersion":"coordination.k8s.io/v1","time":"${at}",${LEASE_FIELDS}}]},"spec":{"holderIdentity":"${lease.holder}","leaseDurationSeconds":15,"acquireTime":"2026-11-02T05:12:00.000000Z","renewTime":"${timeOf(micros)}","leaseTransitions":4}}`
}

const CONDITIONS = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const

/** What a kubelet sends of its node's health. */
export function nodeStatus(second: number): string {
  const at = stampOf(second)
  const conditions = CONDITIONS.map(
    ([type, status, reason, message]) =>
      `{"type":"${type}","status":"${status}","lastHeartbeatTime":"${at}","lastTransitionTime":"2026-11-02T05:12:10Z","reason":"${reason}","message":"${message}"}`,
  )
  return `{"status":{"conditions":[${conditions.join(',')}]}}`
}

/** The node as it is answered to that. */
export function nodeBody(node: ClusterNode, second: number, version: number): string {
  const status = nodeStatus(second)
  return `{"kind":"Node","apiVersion":"v1","metadata":{"name":"${node.name}","uid":"${node.uid}","resourceVersion":"${version}","creationTimestamp":"2026-11-02T05:11:59Z","labels":{"beta.kubernetes.io/arch":"amd64","beta.kubernetes.io/os":"linux","eks.amazonaws.com/capacityType":"ON_DEMAND","eks.amazonaws.com/nodegroup":"default","kubernetes.io/arch":"amd64","kubernetes.io/hostname":"${node.name}","kubernetes.io/os":"linux","node.kubernetes.io/instance-type":"m6i.2xlarge","topology.kubernetes.io/region":"eu-west-1","topology.kubernetes.io/zone":"eu-west-1a"},"annotations":{"csi.volume.kubernetes.io/nodeid":"{\\"ebs.csi.aws.com\\":\\"${node.uid}\\"}","node.alpha.kubernetes.io/ttl":"0","volumes.kubernetes.io/controller-managed-attach-detach":"true"}},"spec":{"providerID":"aws:///eu-west-1a/i-0abc1234def567890"},"status":{"capacity":{"cpu":"8","ephemeral-storage":"83873772Ki","memory":"32386628Ki","pods":"58"},"allocatable":{"cpu":"7910m","ephemeral-storage":"76224326324","memory":"31369796Ki","pods":"58"},${status.slice(11, -2)},"addresses":[{"type":"InternalIP","address":"${node.ip}"},{"type":"InternalDNS","address":"${node.name}"},{"type":"Hostname","address":"${node.name}"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":10250}},"nodeInfo":{"machineID":"ec2d7c1fa0b9","systemUUID":"${node.uid}","bootID":"${node.uid}","kernelVersion":"6.1.112-122.189.amzn2023.x86_64","osImage":"Amazon Linux 2023","containerRuntimeVersion":"containerd://1.7.22","kubeletVersion":"v1.32.9-eks-113cf36","kubeProxyVersion":"v1.32.9-eks-113cf36","operatingSystem":"linux","architecture":"amd64"}}}`
}

const POD_FIELDS =
  '"managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-11-22T04:21:26Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{},"k:{\\"uid\\":\\"abb0e8dd-83ef-4bb2-9808-d248423d03c9\\"}":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"main\\"}":{".":{},"f:envFrom":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{".":{},"k:{\\"containerPort\\":8443,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},"f:resources":{".":{},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:serviceAccount":{},"f:serviceAccountName":{},"f:terminationGracePeriodSeconds":{}}}}]'

function podTemplate({ namespace, name, image }: Workload): string {
  return `"containers":[{"name":"main","image":"${image}","ports":[{"containerPort":8443,"protocol":"TCP"}],"envFrom":[{"secretRef":{"name":"${name}-credentials"}},{"configMapRef":{"name":"${name}-config"}}],"resources":{"requests":{"cpu":"50m","memory":"64Mi"}},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"${name}","serviceAccount":"${name}","securityContext":{"fsGroup":${1000 + namespace.length}},"schedulerName":"default-scheduler"`
}

function owner({ name, hash, setUid }: Workload): string {
  return `"labels":{"app":"${name}","pod-template-hash":"${hash}"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"${name}-${hash}","uid":"${setUid}","controller":true,"blockOwnerDeletion":true}]`
}

/** A pod as it is answered; `status` as it stands at that moment. */
export function podBody(pod: Pod, version: number, status: string): string {
  const { workload } = pod
  return `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"${pod.name}","generateName":"${workload.name}-${workload.hash}-","namespace":"${workload.namespace}","uid":"${pod.uid}","resourceVersion":"${version}","creationTimestamp":"${stampOf(pod.born)}",${owner(workload)},${POD_FIELDS}},"spec":{"volumes":[{"name":"kube-api-access-${pod.name.slice(-5)}","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],${podTemplate(workload)},"nodeName":"${pod.node.name}","tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"},"status":${status}}`
}

/** A pod's status while it runs. */
export function podStatus(pod: Pod): string {
  const at = stampOf(pod.born)
  const conditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']
  return `{"phase":"Running","conditions":[${conditions
    .map((type) => `{"type":"${type}","status":"True","lastProbeTime":null,"lastTransitionTime":"${at}"}`)
    .join(
      ',',
    )}],"hostIP":"${pod.node.ip}","hostIPs":[{"ip":"${pod.node.ip}"}],"podIP":"${pod.ip}","podIPs":[{"ip":"${pod.ip}"}],"startTime":"${at}","containerStatuses":[{"name":"main","state":{"running":{"startedAt":"${at}"}},"lastState":{},"ready":true,"restartCount":0,"image":"${pod.workload.image}","imageID":"${pod.workload.image.replace(/:[^:]*$/, '')}@sha256:${pod.workload.digest}","containerID":"containerd://${pod.workload.digest}","started":true}],"qosClass":"Burstable"}`
}

/** A deployment or replica set whose status a controller writes. */
export function workloadBody(kind: 'Deployment' | 'ReplicaSet', workload: Workload, version: number): string {
  const { name, namespace, hash, uid, setUid, replicas } = workload
  const own =
    kind === 'Deployment'
      ? `"name":"${name}","namespace":"${namespace}","uid":"${uid}","resourceVersion":"${version}","generation":7,"creationTimestamp":"2026-08-03T09:14:51Z","labels":{"app":"${name}"},"annotations":{"deployment.kubernetes.io/revision":"7","description":"${name}: Dienst für ${namespace}"}`
      : `"name":"${name}-${hash}","namespace":"${namespace}","uid":"${setUid}","resourceVersion":"${version}","generation":2,"creationTimestamp":"2026-11-02T06:30:00Z","labels":{"app":"${name}","pod-template-hash":"${hash}"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"${name}","uid":"${uid}","controller":true,"blockOwnerDeletion":true}]`
  return `{"kind":"${kind}","apiVersion":"apps/v1","metadata":{${own},${POD_FIELDS}},"spec":{"replicas":${replicas},"selector":{"matchLabels":{"app":"${name}"}},"template":{"metadata":{"creationTimestamp":null,"labels":{"app":"${name}"}},"spec":{${podTemplate(workload)}}}},"status":{"replicas":${replicas},"fullyLabeledReplicas":${replicas},"readyReplicas":${replicas},"availableReplicas":${replicas},"observedGeneration":7}}`
}
