import { canonicalIp } from '../model/ip.ts'
import type { Rejected } from '../model/observation.ts'
import { isScopePart, type ScopeParts, UNKNOWN_PART } from '../model/scope.ts'
import { formatTime, SECOND } from '../model/time.ts'
import { accessEntryFacts, accessPolicyFacts, principalOf } from './cloudtrail-eks.ts'
import { entityRef, Facts } from './facts.ts'
import type { Thing } from './inventory-thing.ts'
import { get, isObject, type JsonObject, list, name, obj, reject, said, time } from './json.ts'

/** What `aws eks` and `aws ec2` say of one thing, by the field that holds it; null for everything else. */
export function awsThing(value: JsonObject, account: string | null): Thing | Rejected | null {
  const cluster = obj(get(value, 'cluster'))
  if (cluster !== null && CLUSTER_ARN.test(said(get(cluster, 'arn')) ?? '')) return clusterThing(cluster)
  const entry = obj(get(value, 'accessEntry'))
  if (entry !== null && Object.hasOwn(entry, 'principalArn')) return entryThing(entry)
  if (Array.isArray(get(value, 'associatedAccessPolicies'))) return policiesThing(value)
  if (Array.isArray(get(value, 'accessEntries'))) return entriesThing(value)
  const id = said(get(value, 'InstanceId'))
  if (id !== null && Object.hasOwn(value, 'InstanceType')) return instanceThing(value, id, account)
  if (said(get(value, 'NetworkInterfaceId')) !== null) return interfaceThing(value)
  return null
}

const CLUSTER_ARN = /^arn:aws[a-z-]{0,20}:eks:([a-z0-9-]{1,40}):(\d{12}):cluster\/([A-Za-z0-9_-]{1,100})$/
const ENTRY_ARN = /^arn:aws[a-z-]{0,20}:eks:([a-z0-9-]{1,40}):(\d{12}):access-entry\/([A-Za-z0-9_-]{1,100})\//

function scopeOfArn(pattern: RegExp, arn: unknown): ScopeParts {
  const [, region, account, cluster] = pattern.exec(typeof arn === 'string' ? arn : '') ?? []
  if (region === undefined || account === undefined || cluster === undefined) return {}
  return { account, region, cluster }
}

function clusterThing(cluster: JsonObject): Thing | Rejected {
  const facts = new Facts()
  const entity = facts.add('cluster', name(get(cluster, 'name')))
  if (entity === null)
    return reject(
      'malformed',
      '/cluster/name',
      'The cluster has no name; give what aws eks describe-cluster prints.',
    )
  facts.link(entity, 'uses', entityRef('role', name(get(cluster, 'roleArn'))))
  const network = obj(get(cluster, 'resourcesVpcConfig'))
  const access = obj(get(cluster, 'accessConfig'))
  return {
    source: 'eks',
    of: 'Cluster',
    scope: scopeOfArn(CLUSTER_ARN, get(cluster, 'arn')),
    entity,
    facts,
    fields: {
      arn: get(cluster, 'arn'),
      created: when(get(cluster, 'createdAt')),
      status: get(cluster, 'status'),
      version: get(cluster, 'version'),
      platform: get(cluster, 'platformVersion'),
      role: get(cluster, 'roleArn'),
      logging: loggedTypes(cluster),
      endpoint: get(cluster, 'endpoint'),
      publicAccess: get(network, 'endpointPublicAccess'),
      privateAccess: get(network, 'endpointPrivateAccess'),
      publicCidrs: get(network, 'publicAccessCidrs'),
      vpc: get(network, 'vpcId'),
      subnets: get(network, 'subnetIds'),
      securityGroups: [
        get(network, 'clusterSecurityGroupId'),
        ...list(get(network, 'securityGroupIds')),
      ].filter((group) => group !== undefined),
      oidc: get(obj(get(obj(get(cluster, 'identity')), 'oidc')), 'issuer'),
      authentication: get(access, 'authenticationMode'),
      creatorIsAdmin: get(access, 'bootstrapClusterCreatorAdminPermissions'),
      secretsKey: list(get(cluster, 'encryptionConfig')).map((one) =>
        get(obj(get(obj(one), 'provider')), 'keyArn'),
      ),
      tags: get(cluster, 'tags'),
    },
  }
}

/** The kinds of control plane logs that are on. */
function loggedTypes(cluster: JsonObject): readonly unknown[] {
  return list(get(obj(get(cluster, 'logging')), 'clusterLogging'))
    .map(obj)
    .filter((one) => get(one, 'enabled') === true)
    .flatMap((one) => list(get(one, 'types')))
}

function entryThing(entry: JsonObject): Thing | Rejected {
  const request = { clusterName: get(entry, 'clusterName'), principalArn: get(entry, 'principalArn') }
  const principal = principalOf(request)
  if (principal === null) return noPrincipal('/accessEntry/principalArn')
  const facts = new Facts()
  facts.name(principal)
  accessEntryFacts(facts, { ...CALL, verb: 'CreateAccessEntry', request, response: { accessEntry: entry } })
  return {
    source: 'eks',
    of: 'AccessEntry',
    scope: scopeOfArn(ENTRY_ARN, get(entry, 'accessEntryArn')),
    entity: principal,
    facts,
    fields: {
      cluster: get(entry, 'clusterName'),
      created: when(get(entry, 'createdAt')),
      modified: when(get(entry, 'modifiedAt')),
      type: get(entry, 'type'),
      username: get(entry, 'username'),
      groups: get(entry, 'kubernetesGroups'),
      tags: get(entry, 'tags'),
    },
  }
}

function policiesThing(value: JsonObject): Thing | Rejected {
  const principal = principalOf(value)
  if (principal === null) return noPrincipal('/principalArn')
  const facts = new Facts()
  facts.name(principal)
  const policies = list(get(value, 'associatedAccessPolicies')).map(obj)
  const cluster = get(value, 'clusterName')
  for (const policy of policies) {
    const request = {
      clusterName: cluster,
      principalArn: get(value, 'principalArn'),
      policyArn: get(policy, 'policyArn'),
    }
    accessPolicyFacts(facts, { ...CALL, verb: 'AssociateAccessPolicy', request, response: null })
  }
  return {
    source: 'eks',
    of: 'AccessPolicies',
    scope: isScopePart(cluster) ? { cluster } : {},
    entity: principal,
    facts,
    fields: {
      cluster,
      policies: policies.map((policy) => ({
        arn: get(policy, 'policyArn'),
        scope: get(policy, 'accessScope'),
        associated: when(get(policy, 'associatedAt')),
      })),
    },
  }
}

/** A list of names alone: who is let in, not as whom. */
function entriesThing(value: JsonObject): Thing {
  const facts = new Facts()
  for (const arn of list(get(value, 'accessEntries'))) facts.name(principalOf({ principalArn: arn }))
  return { source: 'eks', of: 'AccessEntry', scope: {}, entity: null, facts, fields: {} }
}

/** What facts about a call are read with where there was no call. */
const CALL = { event: {}, service: 'eks', account: null, region: null, caller: null } as const

function noPrincipal(pointer: string): Rejected {
  const reason = 'The access entry names no principal; give what aws eks describe-access-entry prints.'
  return reject('malformed', pointer, reason)
}

function instanceThing(instance: JsonObject, id: string, account: string | null): Thing | Rejected {
  const facts = new Facts()
  const entity = /^i-[0-9a-z]{1,32}$/.test(id) ? facts.add('instance', name(id)) : null
  if (entity === null)
    return reject(
      'malformed',
      '/InstanceId',
      'The instance has no id of EC2, such as i-0abc; give what aws ec2 prints.',
    )
  for (const key of ['PrivateIpAddress', 'PublicIpAddress'])
    facts.link(entity, 'at', entityRef('ip', addressOf(get(instance, key))))
  const zone = get(obj(get(instance, 'Placement')), 'AvailabilityZone')
  return {
    source: 'ec2',
    of: 'Instance',
    scope: accountScope(account, zone),
    entity,
    facts,
    fields: {
      state: get(obj(get(instance, 'State')), 'Name'),
      launched: when(get(instance, 'LaunchTime')),
      type: get(instance, 'InstanceType'),
      zone,
      image: get(instance, 'ImageId'),
      profile: get(obj(get(instance, 'IamInstanceProfile')), 'Arn'),
      privateIp: get(instance, 'PrivateIpAddress'),
      publicIp: get(instance, 'PublicIpAddress'),
      vpc: get(instance, 'VpcId'),
      subnet: get(instance, 'SubnetId'),
      securityGroups: groupsOf(instance, 'SecurityGroups'),
      interfaces: list(get(instance, 'NetworkInterfaces')).map((one) => get(obj(one), 'NetworkInterfaceId')),
      volumes: list(get(instance, 'BlockDeviceMappings')).map((one) =>
        get(obj(get(obj(one), 'Ebs')), 'VolumeId'),
      ),
      metadata: obj(get(instance, 'MetadataOptions')) === null ? undefined : metadataOf(instance),
      managedBy: get(obj(get(instance, 'Operator')), 'Principal'),
      tags: tagsOf(get(instance, 'Tags')),
    },
  }
}

function metadataOf(instance: JsonObject): object {
  const options = obj(get(instance, 'MetadataOptions'))
  return { tokens: get(options, 'HttpTokens'), hops: get(options, 'HttpPutResponseHopLimit') }
}

function interfaceThing(value: JsonObject): Thing | Rejected {
  const id = said(get(value, 'NetworkInterfaceId'))
  const facts = new Facts()
  const entity = id !== null && /^eni-[0-9a-z]{1,32}$/.test(id) ? facts.add('interface', name(id)) : null
  if (entity === null) {
    const reason = 'The interface has no id of EC2, such as eni-0abc; give what aws ec2 prints.'
    return reject('malformed', '/NetworkInterfaceId', reason)
  }
  const addresses = list(get(value, 'PrivateIpAddresses')).map((one) =>
    addressOf(get(obj(one), 'PrivateIpAddress')),
  )
  const publicIp = addressOf(get(obj(get(value, 'Association')), 'PublicIp'))
  for (const ip of [addressOf(get(value, 'PrivateIpAddress')), publicIp, ...addresses])
    facts.link(entity, 'at', entityRef('ip', ip))
  const instance = said(get(obj(get(value, 'Attachment')), 'InstanceId'))
  if (instance !== null && /^i-[0-9a-z]{1,32}$/.test(instance))
    facts.link(entity, 'on', entityRef('instance', name(instance)))
  const owner = get(value, 'OwnerId')
  return {
    source: 'ec2',
    of: 'NetworkInterface',
    scope: accountScope(typeof owner === 'string' ? owner : null, get(value, 'AvailabilityZone')),
    entity,
    facts,
    fields: {
      status: get(value, 'Status'),
      type: get(value, 'InterfaceType'),
      description: get(value, 'Description'),
      instance,
      addresses,
      publicIp,
      vpc: get(value, 'VpcId'),
      subnet: get(value, 'SubnetId'),
      securityGroups: groupsOf(value, 'Groups'),
      requester: get(value, 'RequesterId'),
      tags: tagsOf(get(value, 'TagSet')),
    },
  }
}

/** What EC2 says is the account's, also of a cluster's nodes. */
function accountScope(account: string | null, zone: unknown): ScopeParts {
  // A zone of a city is called after its region too: us-west-2-lax-1a.
  const region = /^[a-z]{2}(?:-[a-z]+)+-\d+/.exec(typeof zone === 'string' ? zone : '')?.[0]
  return {
    ...(isScopePart(account) && { account }),
    ...(isScopePart(region) && { region }),
    cluster: UNKNOWN_PART,
  }
}

function addressOf(value: unknown): string | null {
  return typeof value === 'string' ? canonicalIp(value) : null
}

function groupsOf(value: JsonObject, key: string): readonly unknown[] {
  return list(get(value, key)).map((one) => get(obj(one), 'GroupId'))
}

/** Tags that say what a thing belongs to, and whose it is. */
const TOLD_TAGS =
  /^(?:Name|aws:autoscaling:groupName|eks:.*|kubernetes\.io\/cluster\/.*|karpenter\.sh\/.*|owner|team)$/i

function tagsOf(tags: unknown): object {
  const told = list(tags)
    .filter(isObject)
    .flatMap((tag) => {
      const key = said(get(tag, 'Key'))
      return key !== null && TOLD_TAGS.test(key) ? [[key, get(tag, 'Value')] as const] : []
    })
  return Object.fromEntries(told)
}

/** A time of AWS's command line: text, or seconds since 1970 in its first version. */
function when(value: unknown): string | undefined {
  const at = typeof value === 'number' ? Math.round(value * SECOND) : time(value)
  return at !== null && Number.isSafeInteger(at) && at >= 0 ? formatTime(at) : undefined
}
