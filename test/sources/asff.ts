import { get, isObject, type JsonObject, obj } from '../../src/sources/json.ts'

/** What Security Hub makes of a finding of GuardDuty's: little of the resource, the service as flat fields of text. */
export function asff(finding: JsonObject): JsonObject {
  const [head = '', ...rest] = String(finding['type']).split('/')
  const resource = obj(get(finding, 'resource'))
  const service = obj(get(finding, 'service'))
  return {
    SchemaVersion: '2018-10-08',
    Id: finding['arn'],
    ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/guardduty',
    GeneratorId: 'arn:aws:guardduty:eu-west-1:111122223333:detector/d1',
    AwsAccountId: finding['accountId'],
    Region: finding['region'],
    Types: [`TTPs/Some Tactic/${head}-${rest.join('/')}`],
    FirstObservedAt: get(service, 'eventFirstSeen'),
    LastObservedAt: get(service, 'eventLastSeen'),
    CreatedAt: finding['createdAt'],
    UpdatedAt: finding['updatedAt'],
    Severity: { Product: finding['severity'], Label: 'HIGH' },
    Title: finding['title'],
    Description: finding['description'],
    ProductFields: Object.fromEntries(flat('aws/guardduty/service', service)),
    Resources: [...accessKey(resource), ...instance(resource), ...cluster(resource)],
  }
}

function flat(path: string, value: unknown): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return value.flatMap((one, nr) => flat(`${path}.${nr}_`, one))
  if (isObject(value)) return Object.entries(value).flatMap(([key, one]) => flat(`${path}/${key}`, one))
  return value === null || value === undefined
    ? []
    : [[path, typeof value === 'string' ? value : JSON.stringify(value)]]
}

function accessKey(resource: JsonObject | null): readonly object[] {
  const key = obj(get(resource, 'accessKeyDetails'))
  if (key === null) return []
  const details = {
    PrincipalId: key['principalId'],
    PrincipalName: key['userName'],
    PrincipalType: key['userType'],
  }
  const Id = `AWS::IAM::AccessKey:${String(key['accessKeyId'])}`
  return [{ Type: 'AwsIamAccessKey', Id, Details: { AwsIamAccessKey: details } }]
}

function instance(resource: JsonObject | null): readonly object[] {
  const details = obj(get(resource, 'instanceDetails'))
  if (details === null) return []
  const tags = (details['tags'] as readonly { key: string; value: string }[]).map(({ key, value }) => [
    key,
    value,
  ])
  const Id = `arn:aws:ec2:eu-west-1:111122223333:instance/${String(details['instanceId'])}`
  return [{ Type: 'AwsEc2Instance', Id, Tags: Object.fromEntries(tags) as object, Details: {} }]
}

function cluster(resource: JsonObject | null): readonly object[] {
  const details = obj(get(resource, 'eksClusterDetails'))
  if (details === null) return []
  const Id = `arn:aws:eks:eu-west-1:111122223333:cluster/${String(details['name'])}`
  return [{ Type: 'AwsEksCluster', Id, Details: { AwsEksCluster: { Name: details['name'] } } }]
}
