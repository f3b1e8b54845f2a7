import { describe, expect, test } from 'vitest'
import { ago, formatDate } from '../../src/workspace/page/dates.ts'
import { isLinkable, type Piece, parseMrkdwn } from '../../src/workspace/page/mrkdwn.ts'

const text = (said: string): Piece => ({ kind: 'text', text: said })
const link = (url: string): Piece => ({ kind: 'link', url, label: url })

describe('mrkdwn is read as Slack reads it', () => {
  const cases: readonly (readonly [name: string, given: string, pieces: readonly Piece[]])[] = [
    ['plain words', 'a < b && c', [text('a < b && c')]],
    ['entities once', '&lt;!here&gt; &amp;lt;', [text('<!here> &lt;')]],
    ['a broadcast', 'hey <!channel>', [text('hey '), { kind: 'broadcast', range: 'channel' }]],
    ['a person', '<@UALEX>', [{ kind: 'user', id: 'UALEX', label: null }]],
    ['a channel', '<#C0AUDIT|x>', [{ kind: 'channel', id: 'C0AUDIT', label: 'x' }]],
    [
      'a link that names itself otherwise',
      '<https://evil.example|x>',
      [{ kind: 'link', url: 'https://evil.example', label: 'x' }],
    ],
    [
      'a link with entities',
      '<https://a.example/?b=1&amp;c=2>',
      [{ kind: 'link', url: 'https://a.example/?b=1&c=2', label: 'https://a.example/?b=1&c=2' }],
    ],
    ['an address that would run', '<javascript:alert(1)|x>', [text('<javascript:alert(1)|x>')]],
    ['a data address', '<data:text/html,x|y>', [text('<data:text/html,x|y>')]],
    ['an unknown command', '<!nonsense>', [text('<!nonsense>')]],
    ['markup of another kind', '<img src=x onerror=alert(1)>', [text('<img src=x onerror=alert(1)>')]],
    ['code before tokens', '`<!channel> *a*`', [{ kind: 'code', text: '<!channel> *a*' }]],
    [
      'a block before all',
      '```\n<https://x.example|y>\n`z`\n```',
      [{ kind: 'pre', text: '<https://x.example|y>\n`z`' }],
    ],
    ['one backtick', 'a ` b', [text('a ` b')]],
    ['empty backticks', '`` ``````', [text('`` ``````')]],
    [
      'backticks inside of a token',
      '<https://a.example/`b`|c>',
      [text('<'), link('https://a.example/'), { kind: 'code', text: 'b' }, text('|c>')],
    ],
    [
      'emphasis in emphasis',
      '*a _b_*',
      [{ kind: 'bold', pieces: [text('a '), { kind: 'italic', pieces: [text('b')] }] }],
    ],
    [
      'emphasis around a person',
      '~<@UALEX>~',
      [{ kind: 'strike', pieces: [{ kind: 'user', id: 'UALEX', label: null }] }],
    ],
    ['a snake_case_name', 'get_the_pod 2*3*4', [text('get_the_pod 2*3*4')]],
    ['emphasis over two lines', '*a\nb*', [text('*a'), text('\n'), text('b*')]],
    [
      'a quote',
      '&gt; *a*\nb',
      [{ kind: 'quote', pieces: [{ kind: 'bold', pieces: [text('a')] }] }, text('b')],
    ],
    ['known and unknown emoji', ':lock: :serviceaccount:', [text('🔒 :serviceaccount:')]],
    ['emoji in code', '`:lock:`', [{ kind: 'code', text: ':lock:' }]],
    [
      'a date',
      '<!date^1700000000^{date_num}|then>',
      [{ kind: 'date', timestamp: 1_700_000_000, format: '{date_num}', fallback: 'then', url: null }],
    ],
    [
      'a date that leads somewhere',
      '<!date^1700000000^{time}^https://a.example/?b&amp;c|then>',
      [
        {
          kind: 'date',
          timestamp: 1_700_000_000,
          format: '{time}',
          fallback: 'then',
          url: 'https://a.example/?b&c',
        },
      ],
    ],
    [
      'a date that would run',
      '<!date^1700000000^{time}^javascript:x|then>',
      [{ kind: 'date', timestamp: 1_700_000_000, format: '{time}', fallback: 'then', url: null }],
    ],
    [
      'three signs that quote the rest',
      'before\n&gt;&gt;&gt; a\nb\n&gt; c',
      [
        text('before'),
        { kind: 'quote', pieces: [text('a'), text('\n'), text('b'), text('\n'), text('> c')] },
      ],
    ],
    [
      'a bare address',
      'see http://evil.example/login, now',
      [text('see '), link('http://evil.example/login'), text(', now')],
    ],
    [
      'a bare address in emphasis',
      '*HTTPS://a.example/?b&amp;c*',
      [{ kind: 'bold', pieces: [link('HTTPS://a.example/?b&c')] }],
    ],
    [
      'a bare address in brackets',
      '&lt;https://a.example&gt; (https://b.example/).',
      [text('<'), link('https://a.example'), text('> ('), link('https://b.example/'), text(').')],
    ],
    [
      'what only looks like an address',
      'xhttp://a.example https://. http://',
      [text('xhttp://a.example https://. http://')],
    ],
    ['a bare address in code', '`http://a.example`', [{ kind: 'code', text: 'http://a.example' }]],
    ['our own place-holders', '\ue0000\ue001 `x`', [text('\ufffd0\ufffd '), { kind: 'code', text: 'x' }]],
  ]
  test.each(cases)('%s', (_name, given, pieces) => {
    expect(joined(parseMrkdwn(given))).toEqual(pieces)
  })
})

test('in verbatim text only what is marked as a link is one', () => {
  const given = 'http://evil.example/login <https://a.example|b>'
  expect(parseMrkdwn(given, true)).toEqual([
    text('http://evil.example/login '),
    { kind: 'link', url: 'https://a.example', label: 'b' },
  ])
})

/** Neighbouring texts may come in any number of pieces. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const kept: Piece[] = []
  for (const piece of pieces) {
    const last = kept.at(-1)
    if (last?.kind === 'text' && piece.kind === 'text' && piece.text !== '\n' && last.text !== '\n')
      kept[kept.length - 1] = { kind: 'text', text: last.text + piece.text }
    else kept.push(piece)
  }
  return kept
}

test('a hostile text is read in good time', () => {
  for (const part of ['*a ', '_*~', '`', '<', '<@', '*_a_* ', '> ', ':a', 'http://', 'http://a.', '&gt;']) {
    const started = performance.now()
    parseMrkdwn(`${part.repeat(Math.floor(3_999 / part.length))}\n`.repeat(10))
    expect(performance.now() - started, part).toBeLessThan(2_000)
  }
})

test('only web and mail addresses become links', () => {
  expect(['https://a.example', 'HTTP://a.example/x', 'mailto:a@b.example'].every(isLinkable)).toBe(true)
  expect(
    ['javascript:x', ' https://a', 'file:///etc', '//a.example', 'https://', 'vbscript:x'].some(isLinkable),
  ).toBe(false)
})

test('dates are told in UTC, near ones by their name', () => {
  const at = Date.UTC(2026, 10, 24, 2, 14, 7) / 1_000
  const told = (format: string, later = 0): string => formatDate(format, at, at + later)
  expect(told('{date_num} {time_secs}')).toBe('2026-11-24 02:14:07')
  expect(told('{date_short_pretty} at {time}')).toBe('today at 02:14')
  expect(told('{date_pretty}', 86_400)).toBe('yesterday')
  expect(told('{date_short_pretty}', 3 * 86_400)).toBe('Nov 24, 2026')
  expect(told('{date_long}')).toBe('Tuesday, November 24th, 2026')
  expect(told('{ago} {unknown}', 180)).toBe('3 minutes ago {unknown}')
  expect([0, 59, 3_600, 90_000, -7_200].map((past) => ago(at, at + past))).toEqual([
    'just now',
    '1 minute ago',
    '1 hour ago',
    '1 day ago',
    'in 2 hours',
  ])
})
