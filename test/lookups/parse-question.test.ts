import { describe, expect, test } from 'vitest'
import { lookupNamed } from '../../src/lookups/index.ts'
import { commandFor, parseLookup, parseQuestion, type Surface } from '../../src/lookups/parse-question.ts'
import type { LookupName } from '../../src/model/answer.ts'
import { micros, NOW, plain } from '../helpers/seed.ts'

function read(name: LookupName, typed: string): object {
  const { lookup: _, ...question } = {
    lookup: null,
    ...parseQuestion(lookupNamed(name), typed, NOW, 'slack'),
  }
  return question
}

function refusal(name: LookupName, typed: string, surface: Surface = 'slack'): string {
  const parsed = parseQuestion(lookupNamed(name), typed, NOW, surface)
  return 'refused' in parsed
    ? parsed.refused.map(plain).join(' ')
    : `read as ${parsed.entity.kind}:${parsed.entity.key}`
}

describe('what is read', () => {
  test.each<[LookupName, string, object]>([
    ['ip', '203.0.113.9', { kind: 'ip', key: '203.0.113.9' }],
    ['ip', '  203.0.113.9  ', { kind: 'ip', key: '203.0.113.9' }],
    ['ip', 'ip:203.0.113.9', { kind: 'ip', key: '203.0.113.9' }],
    ['ip', '203.0.113.*', { kind: 'ip', key: '203.0.113.*' }],
    ['ip', '203.0.113.77/24', { kind: 'ip', key: '203.0.113.0/24' }],
    ['ip', '2001:DB8:0::7', { kind: 'ip', key: '2001:db8::7' }],
    ['ip', '2001:db8::7/64', { kind: 'ip', key: '2001:db8::/64' }],
    ['ip', '::ffff:203.0.113.9', { kind: 'ip', key: '203.0.113.9' }],
    ['subject', 'system:anonymous', { kind: 'subject', key: 'system:anonymous' }],
    [
      'subject',
      'system:serviceaccount:payments:*',
      { kind: 'subject', key: 'system:serviceaccount:payments:*' },
    ],
    ['subject', 'subject:ip:203.0.113.9', { kind: 'subject', key: 'ip:203.0.113.9' }],
    ['subject', 'untilted since', { kind: 'subject', key: 'untilted since' }],
    ['secrets', 'ip:203.0.113.9', { kind: 'ip', key: '203.0.113.9' }],
    ['secrets', 'secret:payments/db', { kind: 'secret', key: 'payments/db' }],
    ['seen', 'pod:payments/api-*', { kind: 'pod', key: 'payments/api-*' }],
  ])('%s %s', (name, typed, entity) => {
    expect(read(name, typed)).toEqual({ entity, window: null })
  })

  test.each([
    '203.0.113.9 since 7d until 1d',
    '203.0.113.9 until 1d since 7d',
    '203.0.113.9 SINCE 7d UNTIL 1d',
  ])('times in any order: %s', (typed) => {
    const window = { from: micros('2026-11-15T12:00:00Z'), to: micros('2026-11-21T12:00:00Z') }
    expect(read('ip', typed)).toEqual({ entity: { kind: 'ip', key: '203.0.113.9' }, window })
  })

  test('500 characters, and not one more', () => {
    expect(read('subject', 'a'.repeat(500))).toMatchObject({ entity: { key: 'a'.repeat(500) } })
    expect(refusal('subject', 'a'.repeat(501))).toContain('That is 501 characters')
  })
})

describe('what is refused, each with what to type instead', () => {
  test.each<[LookupName, string, string]>([
    ['ip', '', 'Which address? Try /ip 203.0.113.9, /ip 203.0.113.* or /ip 203.0.113.0/24.'],
    ['ip', 'since 7d', 'Which address? Try /ip 203.0.113.9, /ip 203.0.113.* or /ip 203.0.113.0/24.'],
    [
      'ip',
      '10.0.0.0/33',
      '10.0.0.0/33 is not a network: the number after the slash goes from 0 to 32. Did you mean 10.0.0.0/32?',
    ],
    [
      'ip',
      'hello/24',
      'hello/24 is not a network: the part before the slash is not an IP address. Did you mean 10.0.0.0/8?',
    ],
    ['ip', 'hello', 'hello is not an IP address. For a user or service account type /subject hello.'],
    [
      'ip',
      '203.0.113.999',
      '203.0.113.999 is not an IP address. For a user or service account type /subject 203.0.113.999.',
    ],
    ['ip', 'sys*', 'sys* is not an IP address. For a user or service account type /subject sys*.'],
    ['ip', 'pod:shop/api', 'IP is not asked about a pod. It is asked about: ip.'],
    [
      'subject',
      '',
      'Which subject? Try /subject system:anonymous, /subject system:serviceaccount:payments:* or /subject system:anonymous since 7d.',
    ],
    [
      'subject',
      'alice since tomorrow',
      'tomorrow is in the future. Use since 1h, since 7d, or since 2026-11-22T02:00Z until 2026-11-22T04:00Z.',
    ],
    [
      'subject',
      'alice since 2026-11-22T12:00:01Z',
      '2026-11-22T12:00:01Z is in the future. Use since 1h, since 7d, or since 2026-11-22T02:00Z until 2026-11-22T04:00Z.',
    ],
    ['subject', 'alice since 2y', 'A question covers at most one year. Try since 365d.'],
    [
      'subject',
      'alice since yesterday',
      'yesterday is not a time. Use since 1h, since 7d, or since 2026-11-22T02:00Z until 2026-11-22T04:00Z.',
    ],
    [
      'subject',
      'a'.repeat(10_240),
      'That is 10,240 characters; 500 are read. Paste the name or address alone.',
    ],
    [
      'secrets',
      'pod:shop/api',
      'Secrets accessed is not asked about a pod. It is asked about: subject, ip, secret.',
    ],
  ])('/%s %s', (name, typed, sentence) => {
    expect(refusal(name, typed)).toBe(sentence)
  })

  test('what was typed is echoed as data, at most 60 characters of it', () => {
    const parsed = parseQuestion(lookupNamed('ip'), `<!channel>${'x'.repeat(90)}`, NOW, 'slack')
    const [sentence = []] = 'refused' in parsed ? parsed.refused : []
    expect(sentence[0]).toEqual({ code: `<!channel>${'x'.repeat(50)}` })
    expect(sentence.filter((word) => typeof word === 'string').join('')).not.toContain('channel')
  })

  test('on the command line the examples are commands', () => {
    expect(refusal('ip', '', 'cli')).toBe(
      'Which address? Try ask ip 203.0.113.9, ask ip 203.0.113.* or ask ip 203.0.113.0/24.',
    )
    expect(refusal('ip', 'hello', 'cli')).toContain('type ask subject hello.')
  })
})

describe('the name of a question', () => {
  test('is read in any case', () => {
    expect(parseLookup('Secrets', 'cli')).toBe(lookupNamed('secrets'))
  })

  test.each([
    ['frobnicate', 'slack', 'There is no command frobnicate. Type /firebreak help for the list.'],
    ['secret', 'slack', 'There is no command secret. Nearest: secrets. Type /firebreak help for the list.'],
    [
      'subjct',
      'cli',
      'There is no question subjct. Nearest: subject. The questions are: subject, ip, secrets, seen, newly, volume, activity, principal, network, cluster, containers.',
    ],
  ] as const)('%s is unknown', (word, surface, sentence) => {
    const parsed = parseLookup(word, surface)
    expect('refused' in parsed ? parsed.refused.map(plain).join(' ') : parsed.name).toBe(sentence)
  })
})

test('a question is asked by its own command, or by /firebreak', () => {
  expect(commandFor(lookupNamed('ip'), '203.0.113.9', 'slack')).toBe('/ip 203.0.113.9')
  expect(commandFor(lookupNamed('secrets'), 'alice', 'slack')).toBe('/firebreak secrets alice')
  expect(commandFor(lookupNamed('secrets'), 'alice', 'cli')).toBe('ask secrets alice')
})
