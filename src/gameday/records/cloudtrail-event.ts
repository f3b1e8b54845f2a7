import type { Scope } from '../../model/scope.ts'
import { formatTime, type Micros } from '../../model/time.ts'
import type { Random } from '../random.ts'

/** One call to an AWS API. */
export interface AwsCall {
  readonly at: Micros
  readonly scope: Scope
  /** `eks`, `ec2`: the service, without its domain. */
  readonly service: string
  readonly name: string
  readonly identity: object
  /** An address, or the name of the AWS service that called. */
  readonly from: string
  readonly agent: string
  readonly request?: object
  readonly response?: object
  readonly error?: string
  readonly readOnly: boolean
}

/** The record as CloudTrail writes it; its times have whole seconds. */
export function cloudTrailEvent(call: AwsCall, random: Random): object {
  const { account, region } = call.scope
  return {
    eventVersion: '1.10',
    userIdentity: call.identity,
    eventTime: `${formatTime(call.at).slice(0, 19)}Z`,
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: call.from,
    userAgent: call.agent,
    ...(call.error !== undefined && { errorCode: call.error, errorMessage: `${call.name} was refused` }),
    requestParameters: call.request ?? null,
    responseElements: call.response ?? null,
    requestID: random.uuid(),
    eventID: random.uuid(),
    readOnly: call.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  }
}

/** `userIdentity` of a session of a role. */
export function assumedRole(
  scope: Scope,
  role: string,
  roleId: string,
  session: string,
  key: string,
): object {
  return {
    type: 'AssumedRole',
    principalId: `${roleId}:${session}`,
    arn: `arn:aws:sts::${scope.account}:assumed-role/${role}/${session}`,
    accountId: scope.account,
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: roleId,
        arn: `arn:aws:iam::${scope.account}:role/${role}`,
        accountId: scope.account,
        userName: role,
      },
      attributes: { mfaAuthenticated: 'false' },
    },
  }
}
