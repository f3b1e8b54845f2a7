import type { IncomingMessage, ServerResponse } from 'node:http'
import { bearerOf } from '../bearer.ts'
import { readBody, sendJson, sendSentence } from '../http.ts'
import { asFields, asText, type Fields, own, parseJson } from '../json.ts'
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
  /** A fresh trigger of a person, good for three seconds; null when there is no such person. */
  issueTrigger(user: string): Promise<string | null>
  expireTriggers(): void
  /** Sets who is in a user group and tells the app. Throws Slack's refusal. */
  setMembers(group: string, users: readonly string[]): Promise<object>
  /** How long Slack takes to read an uploaded file from now on, in seconds. */
  readFilesAfter(seconds: number): void
  /** Delivers over signed HTTP to this address, null: over Socket Mode. Rejects with a sentence. */
  useAddress(requestUrl: string | null): Promise<void>
  /** Does what a person does on the page, by its name there (`command`, `act`, `submit`, …). Null: there is no such name. */
  act(what: string, given: Fields): Promise<object | null>
  /** All messages, what each person alone sees, and the wire. */
  transcript(): Promise<object>
  /** Empties channels, files, bookmarks, modals, App Homes and the wire, and disarms all faults. */
  reset(): Promise<void>
}

type Reply = readonly [status: number, body: object]
type Route = (given: Fields, rest: string) => Promise<Reply> | Reply

/** Answers `/_sim/`: for tests and game days, by a token of its own. */
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
    'POST triggers': async (given) => {
      const trigger_id = await controls.issueTrigger(asText(given['user']))
      return trigger_id === null ? no('user', 'the id of a person, like UALEX') : [200, { trigger_id }]
    },
    'DELETE triggers': () => {
      controls.expireTriggers()
      return [200, {}]
    },
    'POST usergroups': async ({ usergroup, users }) => {
      if (!isTexts(users)) return no('users', 'a list of ids, like ["UMORGAN"]')
      return refusable(() => controls.setMembers(asText(usergroup), users))
    },
    'POST files': ({ ready_after: seconds }) => {
      if (typeof seconds !== 'number' || seconds < 0 || seconds > 3_600)
        return no('ready_after', 'seconds from 0 to 3600')
      controls.readFilesAfter(seconds)
      return [200, {}]
    },
    'POST app': async (given) => {
      const url = given['request_url']
      if (url !== null && typeof url !== 'string')
        return no('request_url', 'an address, or null for Socket Mode')
      return refusable(async () => {
        await controls.useAddress(url)
        return { signing_secret: signingSecret }
      })
    },
    'POST act': async (given) => {
      const done = await controls.act(asText(given['do']), given)
      const names = 'command, act, options, submit, dismiss, home or shortcut'
      return done === null ? no('do', names) : [200, done]
    },
    'GET transcript': async () => [200, await controls.transcript()],
    'DELETE transcript': async () => {
      await controls.reset()
      return [200, {}]
    },
  }

  return async (request, response, url) => {
    if (!sameSecret(bearerOf(request) ?? '', controlToken)) {
      return sendSentence(response, 401, 'Control takes the controlToken of run.json as its bearer token.')
    }
    const [, name = '', rest = ''] = /^\/_sim\/([^/]*)\/?(.*)$/.exec(url.pathname) ?? []
    const route = own(routes, `${request.method} ${name}`)
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
  // A timer holds 24 days; nobody waits for a day.
  const [most, words] = kind === 'hang' || kind === 'late-ack' ? [86_400, 'a day'] : [31_536_000, 'a year']
  if (typeof seconds !== 'number' || Math.abs(seconds) > most)
    return no('seconds', `a number of seconds, at most ${words}`)
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

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

/** What is done, or the sentence that says why it is not. */
async function refusable(work: () => Promise<object>): Promise<Reply> {
  try {
    return [200, await work()]
  } catch (error) {
    return [400, { message: error instanceof Error ? error.message : String(error) }]
  }
}
