import type { Sentence } from '../model/answer.ts'
import type { Facts } from './facts.ts'
import { between, type Evidence, valued } from './guardduty-evidence.ts'
import { field, fieldsOf } from './guardduty-fields.ts'
import { domainFacts } from './guardduty-network.ts'
import { isObject, type JsonObject, list, name, num, obj } from './json.ts'

/** What of the account a finding is about: buckets, databases, functions, and the call to AWS. */
export function accountFacts(
  facts: Facts,
  evidence: Evidence,
  resource: JsonObject | null,
  action: JsonObject | null,
): void {
  awsCall(facts, evidence, obj(field(action, 'awsApiCallAction')))
  bucketFacts(facts, evidence, resource)
  databaseFacts(facts, evidence, resource, action)
  const lambda = obj(field(resource, 'lambdaDetails'))
  const made = facts.add('function', name(field(lambda, 'functionName')))
  facts.link(made, 'is', facts.add('role', name(field(lambda, 'role'))))
  evidence.say('Function', field(lambda, 'functionArn') ?? field(lambda, 'functionName'))
  const instance = obj(field(resource, 'instanceDetails'))
  evidence.say('Instance profile', field(obj(field(instance, 'iamInstanceProfile')), 'arn'))
  evidence.say('Instance type', field(instance, 'instanceType'))
  const container = obj(field(resource, 'containerDetails'))
  evidence.sayAll('Container', [field(container, 'name'), field(container, 'id')], ' ')
  evidence.say('ECS cluster', field(obj(field(resource, 'ecsClusterDetails')), 'arn'))
}

function awsCall(facts: Facts, evidence: Evidence, call: JsonObject | null): void {
  if (call === null) return
  evidence.sayAll('Call', [field(call, 'serviceName'), field(call, 'api')], ' ')
  evidence.say('Error', field(call, 'errorCode'))
  evidence.say('Caller account', field(obj(field(call, 'remoteAccountDetails')), 'accountId'))
  domainFacts(facts, null, field(obj(field(call, 'domainDetails')), 'domain'))
  for (const [kind, one] of fieldsOf(obj(field(call, 'affectedResources')), 10)) {
    if (valued(one).length > 0) evidence.sayAll('Affected', [kind, one], ' ')
    if (kind === 'AWS::S3::Bucket') facts.add('bucket', bucketName(one))
  }
}

function bucketFacts(facts: Facts, evidence: Evidence, resource: JsonObject | null): void {
  for (const one of list(field(resource, 's3BucketDetails')).filter(isObject)) {
    facts.add('bucket', bucketName(field(one, 'name') ?? field(one, 'arn')))
    evidence.say('Bucket', field(one, 'arn') ?? field(one, 'name'))
    evidence.say('Effective permission', field(obj(field(one, 'publicAccess')), 'effectivePermission'))
    for (const object of list(field(one, 's3ObjectDetails')).filter(isObject).slice(0, 5)) {
      evidence.sayAll('Object', [field(object, 'key'), field(object, 'hash')], ' · ')
    }
  }
}

/** `arn:aws:s3:::name` and `name` are one bucket. */
function bucketName(said: unknown): string | null {
  return typeof said === 'string' ? name(said.replace(/^arn:aws[a-z-]{0,20}:s3:::/, '')) : null
}

function databaseFacts(
  facts: Facts,
  evidence: Evidence,
  resource: JsonObject | null,
  action: JsonObject | null,
): void {
  const database = obj(field(resource, 'rdsDbInstanceDetails'))
  facts.add('database', name(field(database, 'dbInstanceIdentifier')))
  evidence.say('Database', field(database, 'dbInstanceArn') ?? field(database, 'dbInstanceIdentifier'))
  evidence.say('Engine', field(database, 'engine'))
  const user = obj(field(resource, 'rdsDbUserDetails'))
  evidence.say('Database user', field(user, 'user'))
  evidence.say('Application', field(user, 'application'))
  evidence.say('Sign-in by', field(user, 'authMethod'))
  const attempts = list(field(obj(field(action, 'rdsLoginAttemptAction')), 'loginAttributes'))
  for (const one of attempts.filter(isObject).slice(0, 10)) {
    const count = (key: string, word: string): Sentence => {
      const said = num(field(one, key))
      return said === null ? [] : [`${said} ${word}`]
    }
    const parts = [
      valued(field(one, 'user')),
      count('failedLoginAttempts', 'failed'),
      count('successfulLoginAttempts', 'let in'),
    ]
    evidence.sayWords('Sign-ins', between(parts, ', '))
  }
}
