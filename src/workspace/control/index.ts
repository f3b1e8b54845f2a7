import type { IncomingMessage, ServerResponse } from 'node:http'
import { FOREIGN, isOwnOrigin } from '../guard.ts'
import { readBody, sendJson, sendSentence } from '../http.ts'
import { asFields, asText, type Fields, parseJson } from '../json.ts'
import { sameSecret } from '../secrets.ts'
import { FAULTS, type Fault, isFaultKind } from './faults.ts'

/** What the control API can do with a running simulator. */
export interface Controls {
  arm(fault: Omit<Fault, 'id'>): Fault
  /** Disarms one fault or, with null, all; returns how many. */
  disarm(id: number | null): number
  armed(): readonly Fault[]
  /** Ends every socket, with Slack's reason or without one. Returns how many there were. */
  cut(reason: string | null): number
  /** Delivers over signed HTTP to this address, null: over Socket Mode. Rejects with a sentence. */
  useAddress(requestUrl: string | null): Promise<void>
  /** Acts as a person does on the page; `do` is the name of what is done. Null when it has no such name. */
  act(what: string, given: Fields): Promise<object | null>
  /** All messages, what each person alone sees, and the wire. */
  transcript(): Promise<object>
  /** Empties channels, modals and the wire. */
  reset(): Promise<void>
}

type Reply = readonly [status: number, body: object]
type Route = (given: Fields, rest: string) => Promise<Reply> | Reply

/** Answers `/_sim/`: for tests and game days, by a token of its own, never for a page of another site. */
export function createControl(
  controlToken: string,
  signingSecret: string,
  controls: Controls,
): (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  const routes: { readonly [name: string]: Route } = {
    'GET ': () => [200, { faults: FAULTS, armed: controls.armed(), routes: Object.keys(routes) }],
    'GET faults': () => [200, { armed: controls.armed() }],
    'POST faults': (given) => arm(controls, given),
    'DELETE faults': (_given, rest) => disarm(controls, rest),
    'POST cut': (given) => {
      const reason = given['reason']
      return [200, { cut: controls.cut(typeof reason === 'string' ? reason : null) }]
    },
    'POST app': async (given) => {
      const url = given['request_url']
      if (url !== null && typeof url !== 'string')
        return no('request_url', 'an address, or null for Socket Mode')
      try {
        await controls.useAddress(url)
      } catch (error) {
        return [400, { message: error instanceof Error ? error.message : String(error) }]
      }
      return [200, { signing_secret: signingSecret }]
    },
    'POST act': async (given) => {
      const done = await controls.act(asText(given['do']), given)
      const names = 'press or command'
      return done === null ? no('do', names) : [200, done]
    },
    'GET transcript': async () => [200, await controls.transcript()],
    'DELETE transcript': async () => {
      await controls.reset()
      return [200, {}]
    },
  }

  return async (request, response, url) => {
    if (!isOwnOrigin(request)) return sendSentence(response, 403, FOREIGN)
    const [, token = ''] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (!sameSecret(token, controlToken)) {
      return sendSentence(response, 401, 'Control takes the controlToken of run.json as its bearer token.')
    }
    const [, name = '', rest = ''] = /^\/_sim\/([^/]*)\/?(.*)$/.exec(url.pathname) ?? []
    const route = Object.hasOwn(routes, `${request.method} ${name}`)
      ? routes[`${request.method} ${name}`]
      : undefined
    if (route === undefined)
      return sendSentence(response, 404, 'Control has no such door. GET /_sim/ lists them.')
    const body = await readBody(request)
    if (body === null) return sendSentence(response, 413, 'A request may have 1 MiB.')
    const given = body.length === 0 ? {} : asFields(parseJson(body.toString('utf8')))
    if (given === null) return sendSentence(response, 400, 'Control takes a JSON object.')
    const [status, told] = await route(given, rest)
    sendJson(response, status, told)
  }
}

function arm(controls: Controls, { kind, method, times = 1, seconds = 1 }: Fields): Reply {
  if (typeof kind !== 'string' || !isFaultKind(kind))
    return no('kind', `one of ${Object.keys(FAULTS).join(', ')}`)
  if (method !== undefined && method !== null && typeof method !== 'string')
    return no('method', 'a name like chat.postMessage or block_actions, or nothing for any')
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1 || times > 1_000)
    return no('times', 'a whole number from 1 to 1000')
  if (typeof seconds !== 'number' || Math.abs(seconds) > 31_536_000)
    return no('seconds', 'a number of seconds, at most a year')
  return [200, controls.arm({ kind, method: method ?? null, times, seconds })]
}

function disarm(controls: Controls, rest: string): Reply {
  if (rest === '') return [200, { disarmed: controls.disarm(null) }]
  const disarmed = controls.disarm(Number(rest))
  return disarmed === 0 ? [404, { message: `There is no fault ${rest.slice(0, 20)}.` }] : [200, { disarmed }]
}

function no(field: string, wanted: string): Reply {
  return [400, { field, message: `"${field}" has to be ${wanted}.` }]
}
