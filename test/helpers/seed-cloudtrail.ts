import { clock } from './seed-records.ts'

export const ACCOUNT = '111122223333'

/** A role's session as CloudTrail names it. */
export interface SessionSpec {
  readonly role: string
  readonly session: string
  readonly key?: string
  /** Null: an event that does not say it. */
  readonly roleId?: string | null
  readonly account?: string
  /** Its credentials are those of an instance. */
  readonly isInstances?: boolean
}

export function roleArn(role: string, account = ACCOUNT): string {
  return `arn:aws:iam::${account}:role/${role}`
}

export function sessionArn({ role, session, account = ACCOUNT }: SessionSpec): string {
  return `arn:aws:sts::${account}:assumed-role/${role}/${session}`
}

export function userArn(user: string, account = ACCOUNT): string {
  return `arn:aws:iam::${account}:user/${user}`
}

/** `userIdentity` of a session. */
export function asSession(spec: SessionSpec): object {
  const {
    role,
    session,
    key = 'ASIASESSIONEXAMPLE',
    roleId = `AROA${role.toUpperCase()}`,
    account = ACCOUNT,
    isInstances = false,
  } = spec
  return {
    type: 'AssumedRole',
    ...(roleId !== null && { principalId: `${roleId}:${session}` }),
    arn: sessionArn(spec),
    accountId: account,
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        ...(roleId !== null && { principalId: roleId }),
        arn: roleArn(role, account),
        accountId: account,
        userName: role,
      },
      attributes: { creationDate: clock('03:00'), mfaAuthenticated: 'false' },
      ...(isInstances && { ec2RoleDelivery: '2.0' }),
    },
  }
}

/** `userIdentity` of an IAM user. */
export function asUser(user: string, key = 'AKIAUSEREXAMPLE'): object {
  return {
    type: 'IAMUser',
    principalId: `AIDA${user.toUpperCase()}`,
    arn: userArn(user),
    accountId: ACCOUNT,
    accessKeyId: key,
    userName: user,
  }
}

/** What a test wants an event of CloudTrail to say; everything else is alice, who lists buckets. */
export interface TrailSpec {
  readonly id?: string
  readonly at?: string
  readonly by?: object | null
  /** `sts`, without its domain. */
  readonly service?: string
  readonly name?: string
  readonly from?: string
  readonly request?: object | null
  readonly response?: object | null
  readonly error?: string
  readonly readOnly?: boolean
  readonly account?: string
}

let made = 0

/** An event as CloudTrail delivers it. */
export function trailEvent(spec: TrailSpec = {}): { readonly [key: string]: unknown } {
  const { id = `trail-${++made}`, at = clock('04:20:00'), by = asUser('alice'), from = '203.0.113.9' } = spec
  const { service = 's3', name = 'ListBuckets', readOnly = true, account = ACCOUNT } = spec
  return {
    eventVersion: '1.10',
    ...(by !== null && { userIdentity: by }),
    eventTime: at,
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    awsRegion: 'eu-west-1',
    sourceIPAddress: from,
    userAgent: 'aws-cli/2.22.7',
    ...(spec.error !== undefined && { errorCode: spec.error, errorMessage: 'no' }),
    requestParameters: spec.request ?? null,
    responseElements: spec.response ?? null,
    requestID: 'r',
    eventID: id,
    readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  }
}

/** Somebody opens a session of a role. */
export function assumeRole(by: object, spec: SessionSpec, more: Partial<TrailSpec> = {}): object {
  const { role, session, key = 'ASIASESSIONEXAMPLE', account = ACCOUNT } = spec
  return trailEvent({
    by,
    service: 'sts',
    name: 'AssumeRole',
    request: { roleArn: roleArn(role, account), roleSessionName: session },
    response: {
      credentials: { accessKeyId: key, sessionToken: 'SECRET-TOKEN', expiration: 'Nov 22, 2026, 5:00:00 AM' },
      assumedRoleUser: { assumedRoleId: `AROA${role.toUpperCase()}:${session}`, arn: sessionArn(spec) },
    },
    ...more,
  })
}
