import type { Call, CallWritten } from './cloudtrail-call.ts'
import { instancesFacts } from './cloudtrail-ec2.ts'
import { accessEntryFacts, accessPolicyFacts, clusterFacts, newClusterFacts } from './cloudtrail-eks.ts'
import { accessKeyFacts, principalFacts } from './cloudtrail-iam.ts'
import { federatedFacts, roleSessionFacts, sessionTokenFacts } from './cloudtrail-sessions.ts'
import type { Facts } from './facts.ts'
import { flag, get, list, name, obj, said } from './json.ts'

type Reader = (facts: Facts, call: CallWritten) => void

/** What successful calls say of entities, by service and name. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['sts AssumeRole', roleSessionFacts],
  ['sts AssumeRoleWithSAML', roleSessionFacts],
  ['sts AssumeRoleWithWebIdentity', roleSessionFacts],
  ['eks-auth AssumeRoleForPodIdentity', roleSessionFacts],
  ['sts GetFederationToken', federatedFacts],
  ['sts GetSessionToken', sessionTokenFacts],
  ['eks CreateCluster', newClusterFacts],
  ['eks DeleteCluster', clusterFacts],
  ['eks UpdateClusterConfig', clusterFacts],
  ['eks CreateAccessEntry', accessEntryFacts],
  ['eks UpdateAccessEntry', accessEntryFacts],
  ['eks DeleteAccessEntry', accessEntryFacts],
  ['eks AssociateAccessPolicy', accessPolicyFacts],
  ['eks DisassociateAccessPolicy', accessEntryFacts],
  ['iam CreateAccessKey', accessKeyFacts],
  ['ec2 RunInstances', instancesFacts],
  ['ec2 TerminateInstances', instancesFacts],
])

/** Adds what a call that succeeded says. */
export function callFacts(facts: Facts, call: CallWritten): void {
  const read = READERS.get(`${call.service} ${call.verb}`)
  if (read !== undefined) read(facts, call)
  else if (call.service === 'iam' && !flag(get(call.event, 'readOnly'))) principalFacts(facts, call)
  else if (call.service === 'ec2' && !flag(get(call.event, 'readOnly'))) instancesFacts(facts, call)
}

/** Parameters that name the object of a call, by service, the most telling first. Nothing else of them is kept. */
const NAMED_BY: { readonly [service: string]: readonly string[] } = {
  eks: ['name', 'clusterName'],
  'eks-auth': ['clusterName'],
  iam: [
    'roleName',
    'userName',
    'groupName',
    'instanceProfileName',
    'policyArn',
    'policyName',
    'openIDConnectProviderArn',
    'sAMLProviderArn',
  ],
  sts: ['roleArn'],
  ec2: ['groupId', 'networkAclId', 'networkInterfaceId', 'instanceId'],
  secretsmanager: ['secretId', 'name'],
  kms: ['keyId'],
}

/** The name of what was called for, of services whose objects matter later; null for the others. */
export function calledObject({ event, service, request, response }: Call): string | null {
  const keys = Object.hasOwn(NAMED_BY, service) ? NAMED_BY[service] : undefined
  if (keys === undefined) return null
  const called = keys.map((key) => said(get(request, key))).find((value) => value !== null) ?? null
  if (service !== 'secretsmanager' && service !== 'kms') return name(called)
  // One secret is asked for by several names, and answers by one.
  const whole = [
    called,
    said(get(response, 'aRN')),
    said(get(response, 'arn')),
    ...list(get(event, 'resources')).map((one) => said(get(obj(one), 'ARN'))),
  ]
  return name(whole.find((one) => one?.startsWith('arn:') === true) ?? called)
}
