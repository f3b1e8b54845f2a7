import type { Outcome } from '../model/observation.ts'
import { get, type JsonObject, obj, said } from './json.ts'

/** Codes that say that the credentials themselves were no good, without `Client.` before and `Exception` behind. */
const BAD_CREDENTIALS: ReadonlySet<string> = new Set([
  'AuthFailure',
  'CloudTrailInvalidClientTokenId',
  'ExpiredToken',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidIdentityToken',
  'InvalidToken',
  'MissingAuthenticationToken',
  'NotAuthenticated',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnrecognizedClient',
])

/** How a call to AWS ended. Most error codes are no denial: half of what reads configuration finds none. */
export function callOutcome(event: JsonObject): Outcome {
  const code = said(get(event, 'errorCode'))
  const failed = failedAtSignIn(event)
  if (failed !== null) return failed === 'ConsoleLogin' ? 'unauthorized' : 'failure'
  if (code === null) return 'success'
  if (/^(?:Client\.)?(?:Vpce)?AccessDenied|UnauthorizedOperation$/.test(code)) return 'forbidden'
  const bare = code.replace(/^Client\./, '').replace(/Exception$/, '')
  return BAD_CREDENTIALS.has(bare) ? 'unauthorized' : 'failure'
}

/** What did not succeed at the door of the console, which has no error codes: `{"ConsoleLogin": "Failure"}`. */
function failedAtSignIn(event: JsonObject): string | null {
  if (get(event, 'eventSource') !== 'signin.amazonaws.com') return null
  const answer = obj(get(event, 'responseElements')) ?? {}
  return Object.keys(answer).find((key) => answer[key] === 'Failure') ?? null
}
