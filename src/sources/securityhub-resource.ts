import { clusterOfArn } from './guardduty-cluster.ts'
import { get, isObject, type JsonObject, list, obj, said } from './json.ts'

type Fields = { [key: string]: unknown }

/** `resource` as GuardDuty would write it, of the resources that Security Hub lists; what it does not say stays out. */
export function resourceOf(finding: JsonObject): JsonObject {
  const resource: Fields = {}
  for (const one of list(get(finding, 'Resources')).filter(isObject)) {
    const type = said(get(one, 'Type'))
    const details = obj(get(one, 'Details'))
    const read = type !== null && Object.hasOwn(READERS, type) ? READERS[type] : undefined
    read?.(resource, said(get(one, 'Id')) ?? '', obj(get(details, type ?? '')), one)
  }
  return resource
}

type Reader = (resource: Fields, id: string, details: JsonObject | null, whole: JsonObject) => void

const READERS: Readonly<Record<string, Reader>> = {
  AwsIamAccessKey(resource, id, details) {
    resource['accessKeyDetails'] = {
      accessKeyId: /([A-Z0-9]{12,})$/.exec(id)?.[1] ?? get(details, 'AccessKeyId'),
      principalId: get(details, 'PrincipalId'),
      userName: get(details, 'PrincipalName') ?? get(details, 'UserName'),
      userType: get(details, 'PrincipalType'),
    }
  },
  AwsEc2Instance(resource, id, details, whole) {
    resource['instanceDetails'] = {
      instanceId: /i-[0-9a-f]+$/.exec(id)?.[0],
      instanceType: get(details, 'Type'),
      iamInstanceProfile: { arn: get(details, 'IamInstanceProfileArn') },
      tags: tagsOf(whole),
    }
  },
  AwsEksCluster(resource, id, details) {
    const arn = get(details, 'Arn') ?? id
    resource['eksClusterDetails'] = { name: get(details, 'Name') ?? clusterOfArn(arn), arn }
  },
  AwsS3Bucket(resource, id) {
    const buckets = resource['s3BucketDetails']
    resource['s3BucketDetails'] = [
      ...(Array.isArray(buckets) ? (buckets as readonly unknown[]) : []),
      { arn: id },
    ]
  },
  AwsRdsDbInstance(resource, id, details) {
    const name = get(details, 'DBInstanceIdentifier') ?? id.slice(id.lastIndexOf(':') + 1)
    resource['rdsDbInstanceDetails'] = {
      dbInstanceIdentifier: name,
      dbInstanceArn: id,
      engine: get(details, 'Engine'),
    }
  },
  AwsLambdaFunction(resource, id, details) {
    const name = get(details, 'FunctionName') ?? /:function:([^:]+)/.exec(id)?.[1]
    resource['lambdaDetails'] = { functionName: name, functionArn: id, role: get(details, 'Role') }
  },
  Container(resource, id, details) {
    const image = get(details, 'ImageName')
    resource['containerDetails'] = { id, name: get(details, 'Name'), image }
  },
}

function tagsOf(whole: JsonObject): readonly object[] {
  const tags = Object.entries(obj(get(whole, 'Tags')) ?? {}).slice(0, 100)
  return tags.map(([key, value]) => ({ key, value }))
}
