import type { FindingType } from './finding-words.ts'

/** Findings about IAM, S3 and RDS beyond those that come up beside a cluster every day. */
export const ACCOUNT_WORDS: Readonly<Record<string, FindingType>> = {
  'DefenseEvasion:IAMUser/AnomalousBehavior': {
    title: 'Unusual calls that cover traces',
    meaning: 'An IAM credential makes calls that switch off or delete records, and that is new for it.',
  },
  'Impact:IAMUser/AnomalousBehavior': {
    title: 'Unusual calls that do damage',
    meaning: 'An IAM credential makes calls that change or delete data and settings, and that is new for it.',
  },
  'InitialAccess:IAMUser/AnomalousBehavior': {
    title: 'Unusual calls that open the account',
    meaning: 'An IAM credential makes calls with which somebody gets in, and that is new for it.',
  },
  'DefenseEvasion:IAMUser/BedrockLoggingDisabled': {
    title: 'Logging of Bedrock disabled',
    meaning: 'Calls to models of Bedrock leave no record any more.',
  },
  'Stealth:IAMUser/PasswordPolicyChange': {
    title: 'Password policy weakened',
    meaning: 'The rules for passwords of the account were made weaker or deleted.',
  },
  'Stealth:IAMUser/LoggingConfigurationModified': {
    title: 'Logging of AWS calls changed',
    meaning: 'Somebody who does not usually do so changed how calls are recorded.',
  },
  'Policy:IAMUser/ShortTermRootCredentialUsage': {
    title: 'Short-term root credentials used',
    meaning: 'Somebody works with root rights that were given for a short time.',
  },
  'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom': {
    title: 'AWS called from a listed address',
    meaning: 'An IAM credential is used from an address on your own threat list.',
  },
  'UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.OutsideAWS': {
    title: 'Credentials of a resource used outside AWS',
    meaning: 'Credentials that were given to one resource are used from an address outside AWS.',
  },
  'UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.InsideAWS': {
    title: 'Credentials of a resource used from another account',
    meaning: 'Credentials that were given to one resource are used from another AWS account.',
  },
  'UnauthorizedAccess:IAMUser/ConsoleLogin': {
    title: 'Unusual sign-in to the console',
    meaning: 'A user signed in to the console in a way that is new for that user.',
  },
  'ResourceConsumption:IAMUser/ComputeResources': {
    title: 'Unusual start of instances',
    meaning: 'A user who does not usually do so started instances.',
  },
  ...callers('Recon', 'IAMUser', 'Account explored', 'looks around in the account'),
  ...permissions('Recon', 'looked up', 'looked at'),
  ...permissions('Persistence', 'changed', 'changed'),
  ...penTests('IAMUser', 'AWS called', 'calls AWS'),
  ...penTests('S3', 'S3 called', 'calls S3'),

  ...callers('Discovery', 'S3', 'Buckets explored', 'lists buckets or objects'),
  'Discovery:S3/AnomalousBehavior': {
    title: 'Unusual exploration of buckets',
    meaning: 'An IAM credential lists buckets or objects, and that is new for it.',
  },
  'Discovery:S3/BucketEnumeration.Unusual': {
    title: 'Unusual listing of buckets',
    meaning: 'Somebody who does not usually do so listed the buckets of the account.',
  },
  'Exfiltration:S3/AnomalousBehavior': {
    title: 'Unusual reads from a bucket',
    meaning: 'An IAM credential reads objects, and that is new for it.',
  },
  'Exfiltration:S3/MaliciousIPCaller': {
    title: 'Bucket read from a malicious address',
    meaning: 'Objects are read from an address that is known for attacks.',
  },
  'Exfiltration:S3/ObjectRead.Unusual': {
    title: 'Unusual read of objects',
    meaning: 'Somebody who does not usually do so read objects of a bucket.',
  },
  'Impact:S3/AnomalousBehavior.Delete': {
    title: 'Unusual deletion in a bucket',
    meaning: 'An IAM credential deletes objects or buckets, and that is new for it.',
  },
  'Impact:S3/AnomalousBehavior.Permission': {
    title: 'Unusual change of rights on a bucket',
    meaning: 'An IAM credential changes who may use a bucket, and that is new for it.',
  },
  'Impact:S3/AnomalousBehavior.Write': {
    title: 'Unusual writes to a bucket',
    meaning: 'An IAM credential writes objects, and that is new for it.',
  },
  'Impact:S3/MaliciousIPCaller': {
    title: 'Bucket changed from a malicious address',
    meaning: 'Objects or settings are changed from an address that is known for attacks.',
  },
  'Impact:S3/ObjectDelete.Unusual': {
    title: 'Unusual deletion of objects',
    meaning: 'Somebody who does not usually do so deleted objects of a bucket.',
  },
  'Impact:S3/PermissionsModification.Unusual': {
    title: 'Unusual change of a bucket policy',
    meaning: 'Somebody who does not usually do so changed who may use a bucket.',
  },
  'Policy:S3/AccountBlockPublicAccessDisabled': {
    title: 'Guard against public buckets off for the account',
    meaning: 'Buckets of the account can be opened to everybody again.',
  },
  'Policy:S3/BucketBlockPublicAccessDisabled': {
    title: 'Guard against public access off for a bucket',
    meaning: 'The bucket can be opened to everybody again.',
  },
  'Policy:S3/BucketAnonymousAccessGranted': {
    title: 'Bucket open to the internet',
    meaning: 'Everybody on the internet may use the bucket.',
  },
  'Policy:S3/BucketPublicAccessGranted': {
    title: 'Bucket open to all AWS users',
    meaning: 'Everybody with an AWS account may use the bucket.',
  },
  'Stealth:S3/ServerAccessLoggingDisabled': {
    title: 'Access logging of a bucket disabled',
    meaning: 'Who reads and writes the bucket leaves no record any more.',
  },
  'UnauthorizedAccess:S3/MaliciousIPCaller.Custom': {
    title: 'S3 called from a listed address',
    meaning: 'An address on your own threat list calls S3 with a credential of the account.',
  },
  'UnauthorizedAccess:S3/TorIPCaller': {
    title: 'S3 called through Tor',
    meaning: 'Somebody hidden behind a Tor exit node calls S3 with a credential of the account.',
  },

  ...signIns('AnomalousBehavior', 'Unusual', 'in a way that is new for the database'),
  ...signIns('MaliciousIPCaller', 'Malicious address:', 'from an address that is known for attacks'),
  ...signIns('TorIPCaller', 'Tor:', 'through a Tor exit node'),
  'CredentialAccess:RDS/AnomalousBehavior.SuccessfulBruteForce': {
    title: 'Database password guessed',
    meaning: 'Somebody signed in to a database after many failed tries.',
  },
  'Discovery:RDS/MaliciousIPCaller': {
    title: 'Database tried from a malicious address',
    meaning: 'An address that is known for attacks connects to a database without signing in.',
  },
  'Discovery:RDS/TorIPCaller': {
    title: 'Database tried through Tor',
    meaning: 'Somebody hidden behind a Tor exit node connects to a database without signing in.',
  },
}

function callers(purpose: string, service: string, what: string, deed: string): Record<string, FindingType> {
  return {
    [`${purpose}:${service}/MaliciousIPCaller`]: {
      title: `${what} from a malicious address`,
      meaning: `An address that is known for attacks ${deed}.`,
    },
    [`${purpose}:${service}/MaliciousIPCaller.Custom`]: {
      title: `${what} from a listed address`,
      meaning: `An address on your own threat list ${deed}.`,
    },
    [`${purpose}:${service}/TorIPCaller`]: {
      title: `${what} through Tor`,
      meaning: `A caller hidden behind a Tor exit node ${deed}.`,
    },
  }
}

function permissions(purpose: string, title: string, deed: string): Record<string, FindingType> {
  const kinds = { Network: 'network access', Resource: 'resources', User: 'users' }
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, what]) => [
      `${purpose}:IAMUser/${kind}Permissions`,
      {
        title: `Rights on ${what} ${title}`,
        meaning: `Somebody who does not usually do so ${deed} the rights on ${what}.`,
      },
    ]),
  )
}

function penTests(service: string, title: string, deed: string): Record<string, FindingType> {
  return Object.fromEntries(
    ['Kali', 'Parrot', 'Pentoo'].map((name) => [
      `PenTest:${service}/${name}Linux`,
      {
        title: `${title} from ${name} Linux`,
        meaning: `A machine with ${name} Linux, which testers and attackers use, ${deed} with a credential of the account.`,
      },
    ]),
  )
}

function signIns(kind: string, title: string, how: string): Record<string, FindingType> {
  return {
    [`CredentialAccess:RDS/${kind}.SuccessfulLogin`]: {
      title: `${title} sign-in to a database`,
      meaning: `Somebody signed in to a database ${how}.`,
    },
    [`CredentialAccess:RDS/${kind}.FailedLogin`]: {
      title: `${title} failed sign-ins to a database`,
      meaning: `Somebody failed to sign in to a database ${how}.`,
    },
  }
}
