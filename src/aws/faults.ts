import { FeedFault, type FeedFaultCode } from '../model/feed.ts'

/** What was asked of AWS: the action as a policy names it, and on what. */
export interface Asked {
  readonly action: string
  /** An ARN, a URL, a name: what a person would look for. */
  readonly resource: string
}

/** Error names of AWS by what they mean here. */
const NAMES: { readonly [name: string]: FeedFaultCode } = {
  ExpiredToken: 'credentials-expired',
  ExpiredTokenException: 'credentials-expired',
  RequestExpired: 'credentials-expired',
  InvalidClientTokenId: 'credentials-expired',
  UnrecognizedClientException: 'credentials-expired',
  InvalidAccessKeyId: 'credentials-expired',
  CredentialsProviderError: 'credentials-expired',
  SignatureDoesNotMatch: 'credentials-expired',
  InvalidSignatureException: 'credentials-expired',
  RequestTimeTooSkewed: 'credentials-expired',
  AccessDenied: 'access-denied',
  AccessDeniedException: 'access-denied',
  KmsAccessDenied: 'access-denied',
  UnauthorizedOperation: 'access-denied',
  Forbidden: 'access-denied',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  RequestThrottled: 'throttled',
  KmsThrottled: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequestsException: 'throttled',
  ProvisionedThroughputExceededException: 'throttled',
  SlowDown: 'throttled',
  OverLimit: 'throttled',
  QueueDoesNotExist: 'queue-missing',
  'AWS.SimpleQueueService.NonExistentQueue': 'queue-missing',
  NoSuchBucket: 'bucket-missing',
  NoSuchKey: 'object-missing',
  NotFound: 'object-missing',
  NoSuchVersion: 'object-missing',
  TimeoutError: 'unreachable',
  NetworkingError: 'unreachable',
}

/** What an error of the SDK means for a feed; one that is a FeedFault already stays as it is. */
export function faultFrom(error: unknown, { action, resource }: Asked): FeedFault {
  if (error instanceof FeedFault) return error
  const { name, code, message, status } = describe(error)
  const kind = kindOf(name, code, status, action)
  const said = name === '' || message.includes(name) ? message : `${name}: ${message}`
  const words = `${action} on ${resource} failed: ${said.trim().replace(/\.$/, '')}.`
  const cure =
    kind === 'access-denied' ? cureOf(name.startsWith('Kms') ? 'kms:Decrypt' : action, resource) : null
  return new FeedFault(kind, words, { ...(cure !== null && { cure }), cause: error })
}

function describe(error: unknown): { name: string; code: string; message: string; status: number } {
  if (!(error instanceof Error)) return { name: '', code: '', message: String(error), status: 0 }
  const { code, Code, $metadata } = error as Error & {
    code?: unknown
    Code?: unknown
    $metadata?: { httpStatusCode?: number }
  }
  const text = [code, Code].find((one) => typeof one === 'string')
  const message = firstWords(error.message)
  return {
    name: error.name === 'Error' ? '' : error.name,
    code: typeof text === 'string' ? text : '',
    message,
    status: $metadata?.httpStatusCode ?? 0,
  }
}

/**
 * The first line of a message, without what it repeats of the request: of a wrong signature AWS answers with all that was signed,
 * headers with the session's token among it.
 */
function firstWords(message: string): string {
  const [before = ''] = message.split('The Canonical String')
  const line =
    before
      .trim()
      .split(/[\r\n]/)[0]
      ?.trim() ?? ''
  return line === '' || line === 'UnknownError' ? 'no reason given' : line
}

function kindOf(name: string, code: string, status: number, action: string): FeedFaultCode {
  const known = NAMES[name] ?? NAMES[code] ?? NAMES[code.split('.').at(-1) ?? '']
  if (known !== undefined) return known
  if (name === 'ResourceNotFoundException' && action.startsWith('logs:')) return 'log-group-missing'
  if (/^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_|EPIPE|EHOST|ENET|UND_)/.test(code)) return 'unreachable'
  if (status === 403 || status === 401) return 'access-denied'
  if (status === 429 || status === 503) return 'throttled'
  if (status === 404 && action === 's3:GetObject') return 'object-missing'
  return status >= 500 ? 'unreachable' : 'failed'
}

/** The line that a policy lacks. A queue does not say which key it is encrypted with. */
function cureOf(action: string, resource: string): string {
  if (action === 'sts:AssumeRole')
    return `Let the trust policy of ${resource} name the role of this process with sts:AssumeRole, with the external id of the configuration file.`
  if (action === 'kms:Decrypt')
    return `Allow kms:Decrypt on the key that ${resource} is encrypted with to the role that this feed works as, in its policy and in the key's.`
  const line = JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource })
  return `Add to the policy of the role that this feed works as: ${line} (and kms:Decrypt for its key where it is encrypted).`
}
