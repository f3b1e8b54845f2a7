import { ACCOUNT_WORDS } from './finding-words-account.ts'
import { MALWARE_WORDS } from './finding-words-malware.ts'
import { NETWORK_WORDS } from './finding-words-network.ts'

/** What a finding type is called on a card, and what it means: our own words, never the record's. */
export interface FindingType {
  /** At most 60 characters. */
  readonly title: string
  readonly meaning: string
}

/** Our words by GuardDuty's type. */
export const FINDING_WORDS: Readonly<Record<string, FindingType>> = {
  ...ACCOUNT_WORDS,
  ...MALWARE_WORDS,
  ...NETWORK_WORDS,
  ...callers('CredentialAccess', 'Secrets or tokens requested', 'asked for secrets or other credentials'),
  ...callers('DefenseEvasion', 'Traces covered', 'made calls that hide what it does'),
  ...callers('Discovery', 'Cluster explored', 'looked around in the cluster'),
  ...callers('Impact', 'Cluster tampered with', 'changed or deleted things in the cluster'),
  ...callers('Persistence', 'Foothold attempted', 'made calls that secure access for later'),

  'Execution:Kubernetes/ExecInKubeSystemPod': {
    title: 'Command run in a kube-system pod',
    meaning: 'Somebody opened a shell or ran a command in a pod that the cluster itself depends on.',
  },
  'Persistence:Kubernetes/ContainerWithSensitiveMount': {
    title: 'Sensitive host path mounted',
    meaning:
      'A container started with a folder of its node mounted, and can read or change the node through it.',
  },
  'PrivilegeEscalation:Kubernetes/PrivilegedContainer': {
    title: 'Privileged container started',
    meaning: 'A container started with nearly every right on its node, and can take the node over.',
  },
  'Policy:Kubernetes/AdminAccessToDefaultServiceAccount': {
    title: 'Admin rights for a default service account',
    meaning: 'Every pod of the namespace that names no service account of its own is now an administrator.',
  },
  'Policy:Kubernetes/AnonymousAccessGranted': {
    title: 'Anonymous access granted',
    meaning: 'A binding gives rights to callers that have not said who they are.',
  },
  'Policy:Kubernetes/ExposedDashboard': {
    title: 'Dashboard open to the internet',
    meaning: 'A load balancer makes the Kubernetes dashboard reachable from outside.',
  },
  'Policy:Kubernetes/KubeflowDashboardExposed': {
    title: 'Kubeflow dashboard open to the internet',
    meaning: 'A load balancer makes the Kubeflow dashboard reachable from outside.',
  },
  'CredentialAccess:Kubernetes/AnomalousBehavior.SecretsAccessed': {
    title: 'Unusual access to secrets',
    meaning: 'A subject read secrets in a way that it has not done before.',
  },
  'Discovery:Kubernetes/AnomalousBehavior.PermissionChecked': {
    title: 'Unusual check of permissions',
    meaning: 'A subject asked what it is allowed to do, as an intruder does with a new credential.',
  },
  'Execution:Kubernetes/AnomalousBehavior.ExecInPod': {
    title: 'Unusual command run in a pod',
    meaning: 'A subject ran a command in a pod, and that is new for it or for the pod.',
  },
  'Execution:Kubernetes/AnomalousBehavior.WorkloadDeployed': {
    title: 'Unusual workload deployed',
    meaning: 'A workload appeared whose image, creator or settings do not fit what the cluster usually runs.',
  },
  'PrivilegeEscalation:Kubernetes/AnomalousBehavior.RoleBindingCreated': {
    title: 'Unusual role binding created',
    meaning: 'A subject tied a role to somebody, and that is new for it or for the namespace.',
  },
  'PrivilegeEscalation:Kubernetes/AnomalousBehavior.RoleCreated': {
    title: 'Unusual role created',
    meaning: 'A subject made a role with rights that are new for the cluster.',
  },
  'PrivilegeEscalation:Kubernetes/AnomalousBehavior.WorkloadDeployed!PrivilegedContainer': {
    title: 'Unusual privileged container',
    meaning: 'A workload that does not fit the cluster runs a container with nearly every right on its node.',
  },
  'Persistence:Kubernetes/AnomalousBehavior.WorkloadDeployed!ContainerWithSensitiveMount': {
    title: 'Unusual mount of a sensitive host path',
    meaning: 'A workload that does not fit the cluster mounts a folder of its node.',
  },
  'Execution:Kubernetes/MaliciousFile': {
    title: 'Malicious file in a workload',
    meaning: 'A scan found a file known to be harmful in a workload of the cluster.',
  },
  'Execution:Kubernetes/SuspiciousFile': {
    title: 'Suspicious file in a workload',
    meaning: 'A scan found a file in a workload of the cluster that may be harmful.',
  },
  'Execution:Container/MaliciousFile': {
    title: 'Malicious file in a container',
    meaning: 'A scan found a file known to be harmful in a container.',
  },
  'Execution:Container/SuspiciousFile': {
    title: 'Suspicious file in a container',
    meaning: 'A scan found a file in a container that may be harmful.',
  },

  'AttackSequence:EKS/CompromisedCluster': {
    title: 'Attack sequence',
    meaning: 'Signals from several logs together look like one attack on this cluster.',
  },
  'AttackSequence:EC2/CompromisedInstanceGroup': {
    title: 'Attack sequence on instances',
    meaning: 'Signals from several logs together look like one attack on a group of instances.',
  },
  'AttackSequence:ECS/CompromisedCluster': {
    title: 'Attack sequence on an ECS cluster',
    meaning: 'Signals from several logs together look like one attack on an ECS cluster.',
  },
  'AttackSequence:IAM/CompromisedCredentials': {
    title: 'Attack sequence with stolen credentials',
    meaning: 'Calls with one credential together look like an attack by somebody who stole it.',
  },
  'AttackSequence:S3/CompromisedData': {
    title: 'Attack sequence on data in S3',
    meaning: 'Calls together look like an attack on the data in a bucket.',
  },

  'Execution:Runtime/NewBinaryExecuted': {
    title: 'New program run in a container',
    meaning: 'A container ran a program that was not in its image and was written after it started.',
  },
  'Execution:Runtime/NewLibraryLoaded': {
    title: 'New library loaded in a container',
    meaning: 'A process loaded a library that was written while the container ran.',
  },
  'Execution:Runtime/ReverseShell': {
    title: 'Reverse shell opened',
    meaning: 'A shell takes its commands from a connection to somebody outside.',
  },
  'Execution:Runtime/MaliciousFileExecuted': {
    title: 'Malicious program run',
    meaning: 'A program known to be harmful was run.',
  },
  'Execution:Runtime/SuspiciousCommand': {
    title: 'Suspicious command run',
    meaning: 'A command was run that attackers commonly use.',
  },
  'Execution:Runtime/SuspiciousTool': {
    title: 'Suspicious tool run',
    meaning: 'A tool was run that attackers commonly bring along.',
  },
  'Execution:Runtime/SuspiciousShellCreated': {
    title: 'Suspicious shell opened',
    meaning: 'A service that takes calls from the network started a shell.',
  },
  'PrivilegeEscalation:Runtime/DockerSocketAccessed': {
    title: 'Container reached the Docker socket',
    meaning: 'A process in a container talked to the socket that controls all containers of the node.',
  },
  'PrivilegeEscalation:Runtime/RuncContainerEscape': {
    title: 'Container escape through runc',
    meaning: 'A process in a container tried to overwrite the program that starts containers.',
  },
  'PrivilegeEscalation:Runtime/CGroupsReleaseAgentModified': {
    title: 'Container escape through cgroups',
    meaning: 'A process in a container changed a file through which the node would run a command for it.',
  },
  'PrivilegeEscalation:Runtime/ContainerMountsHostDirectory': {
    title: 'Container mounted a host directory',
    meaning: 'A running container mounted a folder of its node.',
  },
  'PrivilegeEscalation:Runtime/ElevationToRoot': {
    title: 'Process became root',
    meaning: 'A process without rights raised itself to root.',
  },
  'DefenseEvasion:Runtime/FilelessExecution': {
    title: 'Program run from memory',
    meaning: 'A process runs a program that was never on disk.',
  },
  'DefenseEvasion:Runtime/ProcessInjection': {
    title: 'Code injected into another process',
    meaning: 'One process wrote its code into another one.',
  },
  'DefenseEvasion:Runtime/KernelModuleLoaded': {
    title: 'Kernel module loaded',
    meaning: 'A module was loaded into the kernel of the node.',
  },
  'CryptoCurrency:Runtime/BitcoinTool.B': {
    title: 'Connection to a mining pool',
    meaning: 'A process talks to an address that belongs to cryptocurrency mining.',
  },
  'Impact:Runtime/CryptoMinerExecuted': {
    title: 'Cryptocurrency miner run',
    meaning: 'A process looks like a cryptocurrency miner.',
  },
  'Backdoor:Runtime/C&CActivity.B': {
    title: 'Contact with a command server',
    meaning: 'A process talks to a server that is known to give commands to malware.',
  },
  'UnauthorizedAccess:Runtime/TorClient': {
    title: 'Tor client running',
    meaning: 'A process connects to the Tor network.',
  },
  'UnauthorizedAccess:Runtime/TorRelay': {
    title: 'Tor relay running',
    meaning: 'A process passes on traffic of the Tor network.',
  },
  'UnauthorizedAccess:Runtime/MetadataDNSRebind': {
    title: 'Metadata service reached by a DNS trick',
    meaning: 'A process asks for a name that leads to the metadata service with the credentials of the node.',
  },

  'CryptoCurrency:EC2/BitcoinTool.B': {
    title: 'Instance talks to a mining pool',
    meaning: 'An instance talks to an address that belongs to cryptocurrency mining.',
  },
  'Backdoor:EC2/C&CActivity.B': {
    title: 'Instance contacts a command server',
    meaning: 'An instance talks to a server that is known to give commands to malware.',
  },
  'UnauthorizedAccess:EC2/TorClient': {
    title: 'Instance connects to Tor',
    meaning: 'An instance connects to the Tor network.',
  },
  'UnauthorizedAccess:EC2/TorRelay': {
    title: 'Instance relays Tor traffic',
    meaning: 'An instance passes on traffic of the Tor network.',
  },
  'UnauthorizedAccess:EC2/SSHBruteForce': {
    title: 'SSH passwords guessed',
    meaning: 'Somebody tries many passwords against SSH, or the instance does so elsewhere.',
  },
  'UnauthorizedAccess:EC2/RDPBruteForce': {
    title: 'RDP passwords guessed',
    meaning: 'Somebody tries many passwords against RDP, or the instance does so elsewhere.',
  },
  'Recon:EC2/Portscan': {
    title: 'Instance scans ports',
    meaning: 'An instance tries many ports of another host.',
  },
  'Recon:EC2/PortProbeUnprotectedPort': {
    title: 'Open port probed',
    meaning: 'A host known for scanning tried a port of an instance that is open to everybody.',
  },
  'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS': {
    title: 'Instance credentials used outside AWS',
    meaning: 'Credentials that were given to one instance are used from an address outside AWS.',
  },
  'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS': {
    title: 'Instance credentials used from another account',
    meaning: 'Credentials that were given to one instance are used from another AWS account.',
  },
  'UnauthorizedAccess:IAMUser/MaliciousIPCaller': {
    title: 'AWS called from a malicious address',
    meaning: 'An IAM credential is used from an address that is known for attacks.',
  },
  'UnauthorizedAccess:IAMUser/TorIPCaller': {
    title: 'AWS called through Tor',
    meaning: 'An IAM credential is used from a Tor exit node.',
  },
  'UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B': {
    title: 'Console used from several places at once',
    meaning: 'One user signed in to the console from places too far apart for one person.',
  },
  'Stealth:IAMUser/CloudTrailLoggingDisabled': {
    title: 'CloudTrail logging disabled',
    meaning: 'A trail was stopped or deleted, so that further calls may leave no record.',
  },
  'PrivilegeEscalation:IAMUser/AdministrativePermissions': {
    title: 'Administrator rights attached',
    meaning: 'An IAM credential gave somebody far-reaching rights.',
  },
  'PrivilegeEscalation:IAMUser/AnomalousBehavior': {
    title: 'Unusual calls that raise rights',
    meaning: 'An IAM credential makes calls that give more rights, and that is new for it.',
  },
  'CredentialAccess:IAMUser/AnomalousBehavior': {
    title: 'Unusual calls that fetch credentials',
    meaning: 'An IAM credential makes calls that return passwords or keys, and that is new for it.',
  },
  'Exfiltration:IAMUser/AnomalousBehavior': {
    title: 'Unusual calls that carry data away',
    meaning: 'An IAM credential makes calls with which data leaves the account, and that is new for it.',
  },
  'Persistence:IAMUser/AnomalousBehavior': {
    title: 'Unusual calls that keep access',
    meaning: 'An IAM credential makes calls that secure access for later, and that is new for it.',
  },
  'Discovery:IAMUser/AnomalousBehavior': {
    title: 'Unusual exploration of the account',
    meaning: 'An IAM credential looks around in the account, and that is new for it.',
  },
  'Policy:IAMUser/RootCredentialUsage': {
    title: 'Root user of the account used',
    meaning: 'Somebody works with the root user, which no daily task needs.',
  },
}

/** The four kinds of suspicious caller, for one tactic. */
function callers(tactic: string, what: string, deed: string): Record<string, FindingType> {
  return {
    [`${tactic}:Kubernetes/MaliciousIPCaller`]: {
      title: `${what} from a malicious address`,
      meaning: `An address that is known for attacks ${deed}.`,
    },
    [`${tactic}:Kubernetes/MaliciousIPCaller.Custom`]: {
      title: `${what} from a listed address`,
      meaning: `An address on your own threat list ${deed}.`,
    },
    [`${tactic}:Kubernetes/SuccessfulAnonymousAccess`]: {
      title: `${what} anonymously`,
      meaning: `A caller that has not said who it is ${deed}, and was let in.`,
    },
    [`${tactic}:Kubernetes/TorIPCaller`]: {
      title: `${what} through Tor`,
      meaning: `A caller hidden behind a Tor exit node ${deed}.`,
    },
  }
}
