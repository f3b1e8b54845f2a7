import { type Draft, draft, readLands, readOf, refused } from './poison-records.ts'
import { whatever, wrongIn } from './poison-wrong.ts'

const wrong = wrongIn('an event', readOf, readLands)

const NOBODY = { subject: null }
const BY_PATH = { resource: '/api/v1/namespaces/shop', object: null }
const BY_PATH_ALONE = { ...BY_PATH, namespace: null }
const NO_TIME = refused('no-time', '/requestReceivedTimestamp')

const wrongTypes: readonly Draft[] = [
  ...wrong('user', { nothing: NOBODY, null: NOBODY, object: NOBODY }),
  ...wrong('user.username', {
    nothing: NOBODY,
    null: NOBODY,
    'empty text': NOBODY,
    text: { subject: 'text' },
  }),
  ...wrong('user.extra', whatever()),
  ...wrong('impersonatedUser', { nothing: {}, null: {}, object: {} }),
  ...wrong('impersonatedUser.username', { nothing: {}, null: {}, 'empty text': {}, text: { as: 'text' } }),
  ...wrong('objectRef', { nothing: BY_PATH_ALONE, null: BY_PATH_ALONE, object: BY_PATH_ALONE }),
  ...wrong('objectRef.resource', {
    nothing: BY_PATH,
    null: BY_PATH,
    'empty text': BY_PATH,
    text: { resource: 'text', object: null },
  }),
  ...wrong('objectRef.namespace', {
    nothing: { namespace: null },
    null: { namespace: null },
    'empty text': { namespace: null },
    text: { namespace: 'text' },
  }),
  ...wrong('objectRef.name', {
    nothing: { object: null },
    null: { object: null },
    'empty text': { object: null },
    text: { object: 'text' },
  }),
  ...wrong('objectRef.apiGroup', { ...whatever(), text: { resource: 'secrets.text' } }),
  ...wrong('verb', { text: { verb: 'text' } }),
  ...wrong('stage', { nothing: {}, null: {}, 'empty text': {} }),
  ...wrong('sourceIPs', whatever({ ip: null })),
  ...['requestURI', 'responseStatus', 'userAgent', 'level', 'apiVersion', 'auditID', 'annotations'].flatMap(
    (field) => wrong(field, whatever()),
  ),
  ...wrong('kind', { nothing: {} }, refused('unrecognised')),
  ...wrong('requestReceivedTimestamp', {}, NO_TIME),
]

const missing: readonly Draft[] = [
  draft(
    'neither objectRef nor path',
    (n) => JSON.stringify({ ...readOf(n), objectRef: undefined, requestURI: undefined }),
    refused('malformed', '/requestURI'),
  ),
  draft(
    'an objectRef without a resource and no path',
    (n) => JSON.stringify({ ...readOf(n), objectRef: {}, requestURI: '' }),
    refused('malformed', '/objectRef/resource'),
  ),
]

/** Audit events in which a field has the wrong type, or is missing. */
export const fieldPoison: readonly Draft[] = [wrongTypes, missing].flat()
