import { type Draft, draft, readLands, readOf, refused, withRaw } from './poison-records.ts'

const text = (n: number): string => JSON.stringify(readOf(n))

/** What is no JSON in the place of one field's value. */
const NO_VALUES = [
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  'None',
  'True',
  '01',
  '+1',
  '.5',
  '1.',
  '0x10',
  '1_000',
  '- 1',
  "'text'",
  '`text`',
  'text',
  '"\t"',
  '"\u0000"',
  '"\u0001"',
  '"\\x41"',
  '"\\u12"',
  '"\\"',
  '[1,]',
  '[,1]',
  '[1 2]',
  '[1}',
  '{"a":1,}',
  '{,}',
  '{"a"}',
  '{"a":}',
  '{"a":1 "b":2}',
  '{a:1}',
  '{1:1}',
  '',
  '1,,"y":2',
  '1 // why',
  '1 # why',
  '1;',
]

const values: readonly Draft[] = NO_VALUES.map((value) =>
  draft(`the value ${JSON.stringify(value)}`, (n) => withRaw(readOf(n), `"x":${value}`), refused()),
)

/** The text of a record, spoiled as a whole. */
const WHOLE: readonly (readonly [what: string, spoil: (text: string) => string])[] = [
  ['a comment before it', (one) => `// why ${one.slice(1)}`],
  ['a comment in it', (one) => one.replace('"verb"', '/* why */ "verb"')],
  ['a trailing comma', (one) => `${one.slice(0, -1)},}`],
  ['single quotes', (one) => one.replaceAll('"', "'")],
  ['typographic quotes', (one) => one.replaceAll('"', '”')],
  ['a byte order mark in the middle', (one) => one.replace(',"verb"', ',\uFEFF"verb"')],
  ['a blank that JSON does not know', (one) => one.replace(',"verb"', ',\u00A0"verb"')],
  ['no colon', (one) => one.replace('"verb":', '"verb"')],
  ['no first brace', (one) => one.slice(1)],
  ['a semicolon for a comma', (one) => one.replace(',"verb"', ';"verb"')],
  ['an equals sign for a colon', (one) => one.replace('"verb":', '"verb"=')],
  ['a quote too many', (one) => one.replace('"verb"', '"verb""')],
  ['a quote too few', (one) => one.replace('"verb"', '"verb')],
  ['backslashes doubled away', (one) => JSON.stringify(one).slice(1)],
]

const whole: readonly Draft[] = WHOLE.map(([what, spoil]) => draft(what, (n) => spoil(text(n)), refused()))

/** Cut off after a part of it, which is no JSON wherever it happens. */
const cut: readonly Draft[] = [2, 10, 25, 40, 60, 90, 120, 200, 300, 400].map((length) =>
  draft(`only its first ${length} characters`, (n) => text(n).slice(0, length), refused()),
)

/** Bytes that are no UTF-8 are U+FFFD inside of a text, and no JSON outside of it. */
const NO_UTF8 = [
  [0xff],
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
  [0xc0, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xe2, 0x82],
] as const

const bytes: readonly Draft[] = NO_UTF8.flatMap((wrong) => {
  const name = Buffer.from(wrong).toString('hex')
  const put = (n: number, before: string): Buffer => {
    const [head = '', tail = ''] = text(n).split(before, 2)
    return Buffer.concat([Buffer.from(head), Buffer.from(wrong), Buffer.from(before + tail)])
  }
  return [
    draft(
      `the bytes ${name} in a name`,
      (n) => put(n, `poison-${n}"},"sourceIPs"`),
      (n) => readLands({ subject: new RegExp(`^\\uFFFD.*poison-${n}$`) })(n),
    ),
    draft(`the bytes ${name} between fields`, (n) => put(n, '"verb"'), refused()),
  ]
})

const encodings: readonly Draft[] = [
  draft('UTF-16, little end first', (n) => Buffer.from(text(n), 'utf16le'), refused()),
  draft('UTF-16, big end first', (n) => Buffer.from(text(n), 'utf16le').swap16(), refused()),
  draft('UTF-7', (n) => text(n).replaceAll('{', '+AHs-'), refused()),
  draft('base64', (n) => Buffer.from(text(n)).toString('base64'), refused()),
  draft('URL encoding', (n) => encodeURIComponent(text(n)), refused()),
  draft('a byte order mark before it', (n) => `\uFEFF${text(n)}`, readLands()),
  draft('blanks around it', (n) => ` \t${text(n)} \r`, readLands()),
  draft('a separator before it', (n) => `\u001E${text(n)}`, readLands()),
  draft(
    'escapes for every letter of a key',
    (n) => text(n).replace('"verb"', '"\\u0076\\u0065\\u0072\\u0062"'),
    readLands(),
  ),
]

/** Texts that are no JSON, or are although they look as if they were none. */
export const syntaxPoison: readonly Draft[] = [...values, ...whole, ...cut, ...bytes, ...encodings]
