/// <reference lib="dom" />
import { asFields, asText, type Fields, parseJson } from '../json.ts'
import { clockOf } from './dates.ts'
import { watchSilence } from './silence.ts'

/** Milliseconds between two tries to reach the server again. */
export const TRY_AGAIN = 2_000

/** Milliseconds; what is not read by then is lost, and does not hold up the next look. */
const LONGEST_READ = 10_000

/** What became of an act; `words` is shown beside what was pressed, `errors` under the fields of a view by block_id. */
export interface Outcome {
  readonly outcome: string
  readonly words: string
  readonly errors: { readonly [blockId: string]: string }
  /** All that was answered. */
  readonly answer: Fields
}

/** Reads JSON from the server; rejects with its sentence when it says no, and with Lost when nobody answers. */
export async function read(path: string): Promise<Fields> {
  const [response, text] = await fetch(path, { signal: AbortSignal.timeout(LONGEST_READ) })
    .then(async (answered) => [answered, await answered.text()] as const)
    .catch((cause: unknown) => {
      throw new Lost('the server does not answer', { cause })
    })
  if (!response.ok) throw new Refused(text.trim(), response.status)
  return asFields(parseJson(text)) ?? {}
}

/** Nobody answered; the stream of changes tells about it. */
export class Lost extends Error {}

/** The server's own sentence. */
export class Refused extends Error {
  readonly status: number

  constructor(words: string, status: number) {
    super(words)
    this.status = status
  }
}

/** Sends what a person did. What goes wrong on the way is an outcome too. */
export async function post(path: string, body: object): Promise<Outcome> {
  try {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    const text = await response.text()
    if (!response.ok) return refused('refused', text.trim())
    const answer = asFields(parseJson(text)) ?? {}
    const errors = Object.entries(asFields(answer['errors']) ?? {}).map(([id, words]) => [id, asText(words)])
    return {
      outcome: asText(answer['outcome']),
      words: asText(answer['words']),
      errors: Object.fromEntries(errors) as Outcome['errors'],
      answer,
    }
  } catch {
    return refused(
      'failed',
      'Firebreak did not answer, and it may have been sent. Look before you press again.',
    )
  }
}

function refused(outcome: string, words: string): Outcome {
  return { outcome, words, errors: {}, answer: {} }
}

/** Follows the stream of changes for ever; `said` gets what to tell about the connection, '' when all is well. */
export function follow(changed: () => void, said: (words: string) => void): void {
  let isLost = false
  open()

  function open(): void {
    const source = new EventSource('events')
    const silence = watchSilence(() => {
      lose()
      source.close()
      open()
    })
    source.addEventListener('open', () => {
      silence.heard()
      isLost = false
      said('')
      changed()
    })
    source.addEventListener('alive', silence.heard)
    source.addEventListener('changed', () => {
      silence.heard()
      changed()
    })
    source.addEventListener('error', () => {
      lose()
      if (source.readyState !== EventSource.CLOSED) return
      // A server that answers with a refusal ends the stream for good: ask it why.
      silence.stop()
      source.close()
      setTimeout(askWhy, TRY_AGAIN)
    })
  }

  function lose(): void {
    const at = clockOf(String(Date.now() / 1_000))
    if (!isLost) said(`Connection to Firebreak lost at ${at}. Trying again; what you typed is kept.`)
    isLost = true
  }

  function askWhy(): void {
    read('state').then(open, (error: unknown) => {
      if (error instanceof Refused) said(error.message)
      else open()
    })
  }
}
