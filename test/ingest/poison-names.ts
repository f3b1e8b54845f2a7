import { type Draft, draft, readLands, readOf, spoiled } from './poison-records.ts'

const MARKED = /…sha256:[0-9a-f]{16}$/

/** What somebody may call a thing, and what is kept of it: the same where nothing else is said. */
const NAMES: readonly (readonly [what: string, name: string, kept?: RegExp])[] = [
  ['NUL', 'a\u0000b', MARKED],
  ['only NUL', '\u0000', MARKED],
  ['a lone high surrogate', 'a\uD800', MARKED],
  ['a lone low surrogate', '\uDC00b', MARKED],
  ['surrogates the wrong way round', '\uDC00\uD800', MARKED],
  ['control characters', '\u0001\u0007\b\u001B[2J\u007F\u0085'],
  ['newlines', 'a\r\nb\nApproved by: root'],
  ['a direction override', 'a\u202Egpj.exe\u2066'],
  ['zero width', '\u200B\u200D\uFEFF\u2060'],
  ['line separators', '\u2028\u2029'],
  ['a character outside of the first plane', '😀\u{10FFFF}'],
  ['a thousand bytes', 'x'.repeat(1_000)],
  ['one byte more', 'x'.repeat(1_001), MARKED],
  ['a hundred thousand characters', 'é'.repeat(100_000), MARKED],
  ['what cutting looks like', `x…sha256:0123456789abcdef`, MARKED],
  ['an inherited key', '__proto__'],
  ['another inherited key', 'constructor'],
  ['SQL', "'); drop table entity; --"],
  ['a COPY escape', '\\N\t\\.\t\\x00'],
  ['a mention', '<!channel> <@U1> <https://evil.example|here>'],
  ['a path', '../../etc/passwd'],
  ['percent signs', '%00%s%n%2e%2e%2f'],
  ['a template', '${jndi:ldap://evil.example/a}{{7*7}}'],
  ['JSON', '{"a":["'],
  ['only a blank', ' '],
]

const PLACES = [
  ['user.username', 'subject'],
  ['impersonatedUser.username', 'as'],
  ['objectRef.name', 'object'],
  ['objectRef.namespace', 'namespace'],
  ['verb', 'verb'],
  ['auditID', null],
  ['userAgent', null],
] as const

/** Names that an intruder may choose, in each place where one stands: all land, and none is taken for another. */
export const namePoison: readonly Draft[] = NAMES.flatMap(([what, name, kept]) => [
  ...PLACES.map(([field, column]) =>
    draft(
      `${field} is ${what}`,
      (n) => spoiled(readOf(n), field, name),
      readLands(column === null ? {} : { [column]: kept ?? name }),
    ),
  ),
  draft(
    `objectRef.resource is ${what}`,
    (n) => spoiled(readOf(n), 'objectRef.resource', name),
    readLands({ resource: kept ?? name, object: null }),
  ),
])
