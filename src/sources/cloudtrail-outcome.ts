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
  if (isFailedSignIn(event)) return 'unauthorized'
  if (code === null) return 'success'
  if (/^(?:Client\.)?(?:Vpce)?AccessDenied|UnauthorizedOperation$/.test(code)) return 'forbidden'
  const bare = code.replace(/^Client\./, '').replace(/Exception$/, '')
  return BAD_CREDENTIALS.has(bare) ? 'unauthorized' : 'failure'
}

/** The console says so in the answer; the field has the name of the event. */
function isFailedSignIn(event: JsonObject): boolean {
  if (get(event, 'eventSource') !== 'signin.amazonaws.com') return false
  const answer = obj(get(event, 'responseElements'))
  return get(answer, said(get(event, 'eventName')) ?? '') === 'Failure'
}
