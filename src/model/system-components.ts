const SERVICE_ACCOUNT = /^system:serviceaccounts?:([^:]*):(.*)$/

/**
 * Service accounts that Kubernetes and the EKS add-ons bring along. A list rather than all of kube-system: an
 * intruder hides among them under a name such as `kube-controller`.
 */
const COMPONENT_ACCOUNTS: Readonly<Record<string, ReadonlySet<string>>> = {
  'kube-system': new Set([
    // kube-controller-manager
    'attachdetach-controller',
    'certificate-controller',
    'clusterrole-aggregation-controller',
    'cronjob-controller',
    'daemon-set-controller',
    'deployment-controller',
    'device-taint-eviction-controller',
    'disruption-controller',
    'endpoint-controller',
    'endpointslice-controller',
    'endpointslicemirroring-controller',
    'ephemeral-volume-controller',
    'expand-controller',
    'generic-garbage-collector',
    'horizontal-pod-autoscaler',
    'job-controller',
    'legacy-service-account-token-cleaner',
    'namespace-controller',
    'node-controller',
    'persistent-volume-binder',
    'pod-garbage-collector',
    'podcertificaterequest-cleaner',
    'pv-protection-controller',
    'pvc-protection-controller',
    'replicaset-controller',
    'replication-controller',
    'resource-claim-controller',
    'resourcequota-controller',
    'root-ca-cert-publisher',
    'route-controller',
    'selinux-warning-controller',
    'service-account-controller',
    'service-cidrs-controller',
    'service-controller',
    'statefulset-controller',
    'storage-version-garbage-collector',
    'storage-version-migrator-controller',
    'tagging-controller',
    'taint-eviction-controller',
    'token-cleaner',
    'bootstrap-signer',
    'ttl-after-finished-controller',
    'ttl-controller',
    'validatingadmissionpolicy-status-controller',
    'volumeattributesclass-protection-controller',
    'vpc-resource-controller',
    // add-ons
    'aws-load-balancer-controller',
    'aws-node',
    'cluster-autoscaler',
    'coredns',
    'ebs-csi-controller-sa',
    'ebs-csi-node-sa',
    'efs-csi-controller-sa',
    'efs-csi-node-sa',
    'eks-node-monitoring-agent',
    'eks-pod-identity-agent',
    'eks-vpc-resource-controller',
    'fsx-csi-controller-sa',
    'fsx-csi-node-sa',
    'karpenter',
    'kube-dns',
    'kube-proxy',
    'metrics-server',
    's3-csi-driver-sa',
    'snapshot-controller',
  ]),
  'amazon-guardduty': new Set(['aws-guardduty-agent']),
  karpenter: new Set(['karpenter']),
  'local-path-storage': new Set(['local-path-provisioner-service-account']),
}

/**
 * True for subjects that are part of every cluster and so join nothing: `system:` users, the controllers' and
 * add-ons' service accounts, AWS's own `eks:` users. `system:anonymous` is a caller, not a component.
 */
export function isSystemComponent(subject: string): boolean {
  if (subject === 'system:anonymous') return false
  const account = SERVICE_ACCOUNT.exec(subject)
  if (account !== null) {
    const [, namespace = '', name = ''] = account
    return Object.hasOwn(COMPONENT_ACCOUNTS, namespace) && COMPONENT_ACCOUNTS[namespace]?.has(name) === true
  }
  return subject.startsWith('system:') || subject.startsWith('eks:')
}
