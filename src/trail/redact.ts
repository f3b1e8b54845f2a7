import type { Canonical } from '../model/plan.ts'
import type { TrailNote } from '../model/trail.ts'

/** What secrets look like, whoever wrote them down. */
const SECRETS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\bxox[a-z]-[\w-]{8,}/g,
  /\bxapp-[\w-]{8,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bk8s-aws-v1\.[\w-]+/g,
  /X-Amz-(?:Signature|Security-Token|Credential)=[^&\s"]+/gi,
]

/** Fields whose value is a secret whatever it looks like. */
const SECRET_FIELD =
  /(?:^|[_.-])(?:password|passwd|secret|token|credentials?|authorization|(?:api|private|access|secret)[_-]?key|secret[_-]?access[_-]?key|(?:session|client|access|refresh|id)[_-]?(?:token|secret))$/i

const HIDDEN = '[left out: it looks like a secret]'

/** The note with what looks like a secret left out visibly, and text that PostgreSQL and canonical JSON can hold. */
export function withoutSecrets(note: TrailNote): { readonly [key: string]: Canonical } {
  return cleanObject(note as unknown as { readonly [key: string]: Canonical })
}

function clean(value: Canonical): Canonical {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return (value as readonly Canonical[]).map(clean)
  if (typeof value === 'object' && value !== null)
    return cleanObject(value as { readonly [key: string]: Canonical })
  return value
}

function cleanObject(value: { readonly [key: string]: Canonical }): { readonly [key: string]: Canonical } {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      cleanText(key),
      SECRET_FIELD.test(key) && item !== null ? HIDDEN : clean(item),
    ]),
  )
}

function cleanText(text: string): string {
  const whole = text.toWellFormed().replaceAll('\0', '\u2400')
  return SECRETS.reduce((left, secret) => left.replace(secret, HIDDEN), whole)
}
