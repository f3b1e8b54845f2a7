import { asText, type Fields } from '../json.ts'

/** One exchange between Slack and the app. `at` in milliseconds since 1970; `error` is '' when it went well. */
export interface Exchange {
  readonly seq: number
  readonly at: number
  readonly from: string
  readonly to: string
  /** How it went: `web-api`, `socket`, `http`, `response_url`. */
  readonly via: string
  readonly what: string
  readonly ok: boolean
  readonly error: string
  readonly ms: number
  readonly sent: unknown
  readonly answered: unknown
}

/** Which exchanges are shown; '' is any. */
export interface WireFilter {
  /** As `directionOf` says it. */
  readonly direction: string
  /** Looked for in the method and in what was said. */
  readonly text: string
  readonly failuresOnly: boolean
}

/** Reads an exchange. */
export function readExchange(given: Fields): Exchange {
  const { sent = null, answered = null } = given
  return {
    seq: Number(given['seq']),
    at: Number(given['at']),
    from: asText(given['from']),
    to: asText(given['to']),
    via: asText(given['via']),
    what: asText(given['what']),
    ok: given['ok'] === true,
    error: asText(given['error']),
    ms: Number(given['ms'] ?? 0),
    sent,
    answered,
  }
}

/** `bot → Slack` */
export function directionOf({ from, to }: Exchange): string {
  return `${from} → ${to}`
}

/** True for an exchange that the filter shows. */
export function passes(exchange: Exchange, { direction, text, failuresOnly }: WireFilter): boolean {
  if (direction !== '' && directionOf(exchange) !== direction) return false
  if (failuresOnly && exchange.ok) return false
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return true
  const { what, error, sent, answered } = exchange
  return [what, error, JSON.stringify(sent), JSON.stringify(answered)].some((words) =>
    words?.toLowerCase().includes(wanted),
  )
}

/** `02:14:07.113 bot → Slack chat.postMessage ok 41 ms` */
export function lineOf(exchange: Exchange): string {
  const { at, what, ok, error, ms } = exchange
  const clock = new Date(Number.isFinite(at) ? at : 0).toISOString().slice(11, 23)
  return `${clock} ${directionOf(exchange)} ${what} ${ok ? 'ok' : error || 'failed'} ${Math.round(ms)} ms`
}

/** The command that makes a Web API call again, its token left to the shell. `apiUrl` ends in `/api/`. */
export function asCurl({ what, sent }: Exchange, apiUrl: string): string {
  const body = JSON.stringify(sent, (name, value: unknown) => (name === 'token' ? undefined : value))
  return [
    `curl -X POST ${quoted(`${apiUrl}${what}`)}`,
    '-H "Authorization: Bearer $SLACK_BOT_TOKEN"',
    "-H 'Content-Type: application/json; charset=utf-8'",
    `--data-raw ${quoted(body ?? '{}')}`,
  ].join(' ')
}

// Inside of single quotes a shell reads nothing but the next single quote.
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
