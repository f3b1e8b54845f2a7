import { type Cast, SCOPE } from './cast.ts'

/** Title and description as GuardDuty's service would put them: a record's words, shown as evidence only. */
export interface FindingText {
  readonly title: string
  readonly description: string
}

/** What a finding of a type says about this cast. */
export function findingText(type: string, cast: Cast, instance: string): FindingText {
  const on = `on EKS cluster ${SCOPE.cluster}`
  const texts: { readonly [type: string]: FindingText } = {
    'Discovery:Kubernetes/SuccessfulAnonymousAccess': {
      title: 'A Kubernetes API for discovery was called by the anonymous user.',
      description: `system:anonymous called an API that is commonly used in the Discovery tactic ${on}.`,
    },
    'CredentialAccess:Kubernetes/SuccessfulAnonymousAccess': {
      title: 'A Kubernetes API for credential access was called by the anonymous user.',
      description: `system:anonymous called an API that is commonly used in the Credential Access tactic ${on}.`,
    },
    'Policy:Kubernetes/AnonymousAccessGranted': {
      title: 'The anonymous user was granted API permissions.',
      description: `${cast.operator.username} created a binding for system:anonymous ${on}.`,
    },
    'PrivilegeEscalation:Kubernetes/AnomalousBehavior.RoleBindingCreated': {
      title: 'A ClusterRoleBinding was created in an anomalous way.',
      description: `${cast.rogueBinding} grants cluster-admin to ${cast.rogue} ${on}. The creator has not done this before.`,
    },
    'Discovery:Kubernetes/AnomalousBehavior.PermissionChecked': {
      title: 'Permissions were checked in an anomalous way.',
      description: `${cast.developer.username} asked what it may do ${on}, more often than before.`,
    },
    'PrivilegeEscalation:Kubernetes/PrivilegedContainer': {
      title: 'A privileged container with root level access was launched.',
      description: `Pod ${cast.pod} runs a privileged container of the image ${cast.image} ${on}.`,
    },
    'Persistence:Kubernetes/ContainerWithSensitiveMount': {
      title: 'A container with a sensitive host path was launched.',
      description: `Pod ${cast.pod} mounts / of its node ${on}.`,
    },
    'Execution:Kubernetes/ExecInKubeSystemPod': {
      title: 'A command was executed in a pod of kube-system.',
      description: `${cast.rogue} executed a command in pod ${cast.pod} ${on}.`,
    },
    'CryptoCurrency:Runtime/BitcoinTool.B': {
      title: 'A container is querying an address associated with cryptocurrency.',
      description: `Process /tmp/.kw/kw in pod ${cast.pod} connects to ${cast.pool.ip} on port ${cast.pool.port}.`,
    },
    'CryptoCurrency:EC2/BitcoinTool.B': {
      title: 'An EC2 instance is querying an address associated with cryptocurrency.',
      description: `Instance ${instance} connects to ${cast.pool.ip} on port ${cast.pool.port}.`,
    },
  }
  const text = texts[type]
  if (text === undefined) throw new Error(`no words for a finding of type ${type}`)
  return text
}
