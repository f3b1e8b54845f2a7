import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerCall, type CallAnswer } from './answer-call.ts'
import { readArguments } from './arguments.ts'
import { bearerOf } from './bearer.ts'
import { faultLine } from './fault-line.ts'
import { readBody, sendJson, sendSentence } from './http.ts'
import { asText, type Fields, own } from './json.ts'
import { BOT_METHODS, OPEN_METHODS } from './methods.ts'
import { SlackRefusal } from './refusal.ts'
import type { Room } from './room.ts'
import { assertScope, scopesOf } from './scopes.ts'
import { sameSecret, type Tokens } from './secrets.ts'

/** Answers `/api/<method>` as Slack does: 200 and JSON, whether ok or not. `openSocket` gives the address of a new socket. */
export function createWebApi(
  room: Room,
  tokens: Tokens,
  openSocket: () => string,
): (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  return async (request, response, url) => {
    if (request.method !== 'POST' && request.method !== 'GET')
      return sendSentence(response, 405, 'The Web API takes POST and GET.')
    const body = await readBody(request)
    if (body === null) return sendSentence(response, 413, 'A request may have 1 MiB.')
    const method = url.pathname.slice('/api/'.length)
    const args = await readArguments(url.searchParams, request.headers['content-type'] ?? '', body).catch(
      (error: unknown) => {
        if (error instanceof SlackRefusal) return error
        throw error
      },
    )
    const token = tokenOf(request, args)
    const call = {
      via: 'web-api',
      what: method,
      isTrusted: isApp(token) || isBot(token),
      sent: args instanceof SlackRefusal ? null : args,
    } as const
    return answerCall(
      room,
      response,
      call,
      () => perform(method, token, args),
      (answer) =>
        sendJson(response, 200, answer, {
          'x-slack-req-id': randomUUID(),
          'x-oauth-scopes': room.scopes.join(','),
          'x-accepted-oauth-scopes': scopesOf(method).join(','),
        }),
    )
  }

  async function perform(method: string, token: string, args: Fields | SlackRefusal): Promise<CallAnswer> {
    try {
      if (args instanceof SlackRefusal) throw args
      const { token: _token, ...rest } = args
      const open = own(OPEN_METHODS, method)
      if (open !== undefined) return { ok: true, ...(await open(rest, room)) }
      const isOpen = method === 'apps.connections.open'
      const known = own(BOT_METHODS, method)
      if (known === undefined && !isOpen) throw new SlackRefusal('unknown_method')
      assertToken(token, isOpen)
      if (known === undefined) return { ok: true, url: openSocket() }
      assertScope(method, room.scopes)
      return { ok: true, ...(await known(rest, room)) }
    } catch (error) {
      if (error instanceof SlackRefusal) return error.toAnswer()
      // A text that PostgreSQL cannot keep (a NUL, say) and a broken connection alike: Slack's word for its own faults.
      room.log({ exchange: 'web-api', method, ...faultLine(error) })
      return { ok: false, error: 'internal_error' }
    }
  }

  function assertToken(token: string, isOpen: boolean): void {
    if (token === '') throw new SlackRefusal('not_authed')
    if (!isApp(token) && !isBot(token)) throw new SlackRefusal('invalid_auth')
    if (isOpen !== isApp(token)) throw new SlackRefusal('not_allowed_token_type')
  }

  function isApp(token: string): boolean {
    return sameSecret(token, tokens.appToken)
  }

  function isBot(token: string): boolean {
    return sameSecret(token, tokens.botToken)
  }
}

function tokenOf(request: IncomingMessage, args: Fields | SlackRefusal): string {
  return bearerOf(request) ?? (args instanceof SlackRefusal ? '' : asText(args['token']))
}
