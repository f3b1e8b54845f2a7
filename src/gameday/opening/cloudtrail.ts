import { HOUR, type Micros, SECOND } from '../../model/time.ts'
import { Random } from '../random.ts'
import { type AwsCall, assumedRole, cloudTrailEvent } from '../records/cloudtrail-event.ts'
import type { TimedRecord } from '../scenario.ts'
import { type Cast, NODE_ROLE, SCOPE, type Staff } from './cast.ts'
import { roleIdOf } from './ids.ts'
import { MINING, type RoguePod } from './takeover.ts'
import type { Timeline } from './timeline.ts'

/** What CloudTrail tells of the account: machines at work, staff, and the node's credentials in other hands. */
export function cloudTrailRecords(
  cast: Cast,
  pod: RoguePod,
  timeline: Timeline,
  key: string,
): readonly TimedRecord[] {
  const random = new Random(`${key}/cloudtrail`)
  const calls = [
    ...machines(cast, timeline, random),
    ...staffAt(cast.operator, timeline.begin - 300 * SECOND),
    ...staffAt(cast.developer, timeline.begin - 4 * HOUR),
    ...withNodeCredentials(cast, pod, timeline, random),
  ]
  return calls.map((call) => ({
    at: call.at,
    arrives: timeline.arrival(call.at),
    kind: 'cloudtrail',
    raw: cloudTrailEvent(call, random),
  }))
}

function machines(cast: Cast, timeline: Timeline, random: Random): readonly AwsCall[] {
  const calls: AwsCall[] = []
  const sync = assumedRole(
    SCOPE,
    'external-secrets',
    roleIdOf(cast, 'external-secrets'),
    'external-secrets',
    accessKey(random),
  )
  const scaler = assumedRole(
    SCOPE,
    'cluster-autoscaler',
    roleIdOf(cast, 'cluster-autoscaler'),
    'autoscaler',
    accessKey(random),
  )
  for (let at = timeline.dawn; at < timeline.end; at += HOUR) {
    const common = { scope: SCOPE, from: cast.nodes[0].ip, agent: 'aws-sdk-go/1.55.5', readOnly: true }
    calls.push(
      {
        ...common,
        at,
        service: 'sts',
        name: 'AssumeRoleWithWebIdentity',
        identity: {
          type: 'WebIdentityUser',
          principalId: 'system:serviceaccount:external-secrets:external-secrets',
          userName: 'system:serviceaccount:external-secrets:external-secrets',
          identityProvider: `oidc.eks.${SCOPE.region}.amazonaws.com`,
        },
        request: {
          roleArn: `arn:aws:iam::${SCOPE.account}:role/external-secrets`,
          roleSessionName: 'external-secrets',
        },
      },
      ...cast.secrets.slice(2, 5).map((name, nr) => ({
        ...common,
        at: at + (nr + 1) * SECOND,
        service: 'secretsmanager',
        name: 'GetSecretValue',
        identity: sync,
        request: { secretId: `payments/${name}` },
      })),
      {
        ...common,
        at: at + 20 * SECOND,
        service: 'ec2',
        name: 'DescribeInstances',
        identity: scaler,
        request: { instancesSet: {}, filterSet: {} },
      },
    )
  }
  return calls.filter(({ at }) => at < timeline.end - 10 * SECOND)
}

/** Somebody signs in, looks the cluster up and gets a token for it. */
function staffAt({ role, roleId: id, session, accessKey: key, ip }: Staff, at: Micros): readonly AwsCall[] {
  const identity = assumedRole(SCOPE, role, id, session, key)
  const common = { scope: SCOPE, identity, from: ip, agent: 'aws-cli/2.22.7', readOnly: true }
  return [
    { ...common, at, service: 'sts', name: 'GetCallerIdentity' },
    {
      ...common,
      at: at + 4 * SECOND,
      service: 'eks',
      name: 'DescribeCluster',
      request: { name: SCOPE.cluster },
    },
  ]
}

/** Through the node's disk the pod reaches the credentials of the node's role, and they are tried from outside. */
function withNodeCredentials(
  cast: Cast,
  { node }: RoguePod,
  timeline: Timeline,
  random: Random,
): readonly AwsCall[] {
  const identity = assumedRole(SCOPE, NODE_ROLE, roleIdOf(cast, NODE_ROLE), node.instance, accessKey(random))
  const tries: readonly Pick<AwsCall, 'service' | 'name' | 'error'>[] = [
    { service: 'sts', name: 'GetCallerIdentity' },
    { service: 'ec2', name: 'DescribeInstances' },
    { service: 'iam', name: 'ListRoles', error: 'AccessDenied' },
    { service: 'secretsmanager', name: 'ListSecrets', error: 'AccessDeniedException' },
    { service: 'ec2', name: 'RunInstances', error: 'Client.UnauthorizedOperation' },
  ]
  return tries.map((one, nr) => ({
    ...one,
    at: timeline.at(MINING + 10 + nr * 2),
    scope: SCOPE,
    identity,
    from: cast.outsiders[1],
    agent: 'Boto3/1.35.70 Python/3.12.7',
    readOnly: one.name !== 'RunInstances',
  }))
}

function accessKey(random: Random): string {
  return `ASIA${random.capitals(9)}EXAMPLE`
}
