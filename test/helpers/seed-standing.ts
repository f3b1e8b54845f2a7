/** A pod as the API server has it. */
export function podObject(spec: {
  readonly name: string
  readonly namespace?: string
  readonly labels?: object
  readonly image?: string
  readonly privileged?: boolean
  readonly hostPath?: string
  readonly node?: string
  readonly account?: string
  readonly owner?: string
}): object {
  const {
    name,
    namespace = 'payments',
    image = 'registry.example.com/api:1',
    node = 'n1',
    account = 'api',
  } = spec
  return {
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      creationTimestamp: '2026-11-22T04:00:00Z',
      labels: spec.labels ?? { app: 'api' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'hunter2' },
      managedFields: [{ manager: 'kubectl' }],
      ...(spec.owner !== undefined && {
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: spec.owner, uid: 'u', controller: true },
        ],
      }),
    },
    spec: {
      nodeName: node,
      serviceAccountName: account,
      containers: [
        {
          name: 'main',
          image,
          env: [
            { name: 'PASSWORD', value: 'hunter2' },
            { name: 'KEY', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          ],
          ...(spec.privileged === true && { securityContext: { privileged: true } }),
        },
      ],
      ...(spec.hostPath !== undefined && { volumes: [{ name: 'host', hostPath: { path: spec.hostPath } }] }),
    },
    status: {
      phase: 'Running',
      podIPs: [{ ip: '10.0.1.7' }],
      containerStatuses: [
        { name: 'main', image, imageID: `${image.replace(/:\d+$/, '')}@sha256:${'a'.repeat(64)}` },
      ],
    },
  }
}

export function policyObject(name: string, selector: object, namespace = 'payments'): object {
  return {
    metadata: { name, namespace, uid: `uid-${name}`, creationTimestamp: '2026-11-22T04:00:00Z' },
    spec: { podSelector: selector, policyTypes: ['Ingress'] },
  }
}

/** An object by itself, as `kubectl get -o json` prints it. */
export function alone(kind: string, object: object, apiVersion = 'v1'): object {
  return { kind, apiVersion, ...object }
}

/** A list as the API server answers it: its objects do not say their kind. */
export function typedList(kind: string, items: readonly unknown[], apiVersion = 'v1'): object {
  return { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: '1' }, items }
}

/** A whole list as Firebreak's own readers hand it on. */
export function reading(
  of: string,
  takenAt: string,
  items: readonly unknown[],
  more: { readonly complete?: boolean; readonly before?: number; readonly source?: string } = {},
): object {
  const { complete = true, before = 0, source = 'kubernetes' } = more
  return { apiVersion: 'firebreak.dev/v1', kind: 'Reading', source, of, takenAt, before, complete, items }
}

/** What `aws eks describe-cluster` prints. */
export function describedCluster(name = 'prod', more: object = {}): object {
  return {
    cluster: {
      name,
      arn: `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`,
      createdAt: '2026-01-02T03:04:05.678000+01:00',
      version: '1.32',
      platformVersion: 'eks.5',
      endpoint: 'https://ABC.gr7.eu-west-1.eks.amazonaws.com',
      roleArn: 'arn:aws:iam::111122223333:role/eks-prod',
      resourcesVpcConfig: {
        vpcId: 'vpc-1',
        subnetIds: ['subnet-1'],
        endpointPublicAccess: true,
        endpointPrivateAccess: false,
        publicAccessCidrs: ['0.0.0.0/0'],
      },
      logging: {
        clusterLogging: [
          { types: ['audit'], enabled: true },
          { types: ['scheduler'], enabled: false },
        ],
      },
      identity: { oidc: { issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC' } },
      status: 'ACTIVE',
      accessConfig: { authenticationMode: 'API' },
      tags: { owner: 'payments-team' },
      ...more,
    },
  }
}

/** What `aws eks describe-access-entry` prints. */
export function describedEntry(principal: string, groups: readonly string[] = [], cluster = 'prod'): object {
  return {
    accessEntry: {
      clusterName: cluster,
      principalArn: principal,
      kubernetesGroups: groups,
      accessEntryArn: `arn:aws:eks:eu-west-1:111122223333:access-entry/${cluster}/role/111122223333/x/1`,
      createdAt: 1_700_000_000.5,
      username: principal,
      type: 'STANDARD',
    },
  }
}

/** What `aws ec2 describe-instances` prints. */
export function describedInstances(...ids: readonly string[]): object {
  return {
    Reservations: ids.map((id, at) => ({
      ReservationId: `r-${at}`,
      OwnerId: '111122223333',
      Groups: [],
      Instances: [
        {
          InstanceId: id,
          InstanceType: 'm5.large',
          State: { Code: 16, Name: 'running' },
          Placement: { AvailabilityZone: 'eu-west-1a' },
          PrivateIpAddress: `10.0.2.${at + 1}`,
          NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1' }],
          Tags: [
            { Key: 'Name', Value: 'worker' },
            { Key: 'password', Value: 'hunter2' },
          ],
        },
      ],
    })),
  }
}
