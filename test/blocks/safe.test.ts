import fc from 'fast-check'
import { expect, test } from 'vitest'
import { code, count, inert, mention, mrkdwn, mrkdwnText, plain } from '../../blocks/safe.ts'
import { visible, visibleWithin } from '../../blocks/visible.ts'

const any = fc.string({ unit: 'binary', maxLength: 400 })

test('mrkdwn takes literals and Safe values only', () => {
  const pod = '<!channel>' as string
  expect(mrkdwn`*${count(1_204)}* calls`).toBe('*1,204* calls')
  // @ts-expect-error a plain string is never markup
  const refused = mrkdwn`pod ${pod}`
  // @ts-expect-error not even through the text object
  const alsoRefused = mrkdwnText(pod)
  expect([refused, alsoRefused.text]).toEqual([`pod ${pod}`, pod])
})

test('inert refuses every character that Slack may read', () => {
  expect(inert('21 Nov 02:14–03:40 UTC')).toBe('21 Nov 02:14–03:40 UTC')
  for (const text of [
    '<!here>',
    '*b*',
    '_i_',
    'a:b:',
    ':1234:',
    '@here',
    '`x`',
    'https://x',
    'a\nb',
    '\u202e',
  ]) {
    expect(() => inert(text)).toThrow('not inert text')
  }
})

test('mention takes a Slack id and nothing else', () => {
  expect(mention('U0RESPONDER')).toBe('<@U0RESPONDER>')
  for (const text of ['', '!channel', 'U1|x', 'U1> <!here', 'S0GROUP', 'u1']) expect(mention(text)).toBeNull()
})

test('hidden characters are spelled out and long values are cut with what is left', () => {
  expect(visible('a\nb\u202Ec\u200bd\u007f\u0000')).toBe('a␊b⟦U+202E⟧c⟦U+200B⟧d␡␀')
  expect(visible('')).toBe('–')
  expect(visible('A'.repeat(10_000))).toBe(`${'A'.repeat(120)}…(+9,880)`)
  expect(visible('💥'.repeat(5), 3)).toBe('💥💥💥…(+2)')
  expect(visible('\ud800x\u3164\u00a0')).toBe('⟦U+D800⟧x⟦U+3164⟧⟦U+00A0⟧')
})

test('code keeps what it shows literal', () => {
  expect(code('<!channel> *b* https://evil.example')).toEqual({
    type: 'text',
    text: '<!channel> *b* https://evil.example',
    style: { code: true },
  })
})

test.each([
  ['<!channel> @here', '‹!channel› ＠here'],
  ['see https://evil.example/a.b', 'see hxxps://evil[.]example/a[.]b'],
  ['ftp://evil.example', 'ftp[:]//evil[.]example'],
  ['203.0.113.9 took 1.5 MB', '203[.]0[.]113[.]9 took 1.5 MB'],
  ['*b* _i_ snake_case ~s~ `c`', '∗b∗ ＿i＿ snake_case ∼s∼ ˋcˋ'],
  [':red_circle: at 02:14 UTC :100: 5:10:', '∶red_circle: at 02:14 UTC ∶100: 5∶10:'],
  ['High: Anonymous', 'High: Anonymous'],
  ['a&lt;b', 'a＆lt;b'],
])('plain(%j) is harmless and readable', (value, expected) => {
  expect(plain(value)).toBe(expected)
})

test('whatever comes in, plain and visible give well-formed text without markup or hidden characters', () => {
  fc.assert(
    fc.property(any, fc.integer({ min: 1, max: 200 }), (value, max) => {
      const text = plain(value, max)
      expect(text).not.toMatch(/[<>&@`*~\p{Cc}\p{Cf}]/u)
      expect(text).not.toMatch(/:[a-z0-9_+-]+:/i)
      expect(text.isWellFormed() && text.length > 0).toBe(true)
      expect(Array.from(text).length).toBeLessThanOrEqual(max)
      expect(plain(text, 300)).toBe(text)
      expect(Array.from(visibleWithin(value, max)).length).toBeLessThanOrEqual(max)
      expect(visible(value, max).isWellFormed()).toBe(true)
    }),
  )
})

test('plain reads millions of characters in linear time', () => {
  for (const unit of [':a', 'a', '1.', 'http://', '_'])
    expect(plain(unit.repeat(1_000_000), 50).length).toBeLessThan(80)
})
