import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readArguments, textArgument } from './arguments.ts'
import { bearerOf } from './bearer.ts'
import { doesItsWork, METHOD_FAULTS, sendFault } from './control/send-fault.ts'
import { readBody, sendJson, sendSentence } from './http.ts'
import { asText, type Fields } from './json.ts'
import { BOT_METHODS, OPEN_METHODS } from './methods.ts'
import type { Method } from './methods-chat.ts'
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
    const end = room.wire.begin({ from: 'bot', to: 'Slack', via: 'web-api' })
    const args = await readArguments(url.searchParams, request.headers['content-type'] ?? '', body).catch(
      (error: unknown) => {
        if (error instanceof SlackRefusal) return error
        throw error
      },
    )
    const fault = room.faults.strike(method, ...METHOD_FAULTS)
    const works = fault === null || doesItsWork(fault)
    const answer = works ? await call(method, request, args) : {}
    end({
      what: method,
      ok: fault === null && answer['ok'] === true,
      error: fault === null ? asText(answer['error']) || null : `${fault.kind} by control`,
      sent: args instanceof SlackRefusal ? null : args,
      answered: works ? answer : null,
    })
    if (fault !== null) return sendFault(response, fault, answer)
    sendJson(response, 200, answer, {
      'x-slack-req-id': randomUUID(),
      'x-oauth-scopes': room.scopes.join(','),
      'x-accepted-oauth-scopes': scopesOf(method).join(','),
    })
  }

  async function call(
    method: string,
    request: IncomingMessage,
    args: Fields | SlackRefusal,
  ): Promise<Fields> {
    try {
      if (args instanceof SlackRefusal) throw args
      const { token: _token, ...rest } = args
      const open = methodNamed(OPEN_METHODS, method)
      if (open !== undefined) return { ok: true, ...(await open(rest, room)) }
      const isOpen = method === 'apps.connections.open'
      const known = methodNamed(BOT_METHODS, method)
      if (known === undefined && !isOpen) throw new SlackRefusal('unknown_method')
      assertToken(tokenOf(request, args), isOpen)
      if (known === undefined) return { ok: true, url: openSocket() }
      assertScope(method, room.scopes)
      return { ok: true, ...(await known(rest, room)) }
    } catch (error) {
      if (error instanceof SlackRefusal) return error.toAnswer()
      // A text that PostgreSQL cannot keep (a NUL, say) and a broken connection alike: Slack's word for its own faults.
      room.log({ exchange: 'web-api', method, fault: error instanceof Error ? error.message : String(error) })
      return { ok: false, error: 'internal_error' }
    }
  }

  function assertToken(token: string, isOpen: boolean): void {
    if (token === '') throw new SlackRefusal('not_authed')
    const isApp = sameSecret(token, tokens.appToken)
    const isBot = sameSecret(token, tokens.botToken)
    if (!isApp && !isBot) throw new SlackRefusal('invalid_auth')
    if (isOpen !== isApp) throw new SlackRefusal('not_allowed_token_type')
  }
}

function methodNamed(methods: { readonly [name: string]: Method }, name: string): Method | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}

function tokenOf(request: IncomingMessage, args: Fields): string {
  return bearerOf(request) ?? textArgument(args, 'token') ?? ''
}
