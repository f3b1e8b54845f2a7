import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allCards } from './cards.ts'
import { markup } from './markup.ts'
import { brokenRules } from './slack-limits.ts'

const FOLDER = new URL('../goldens/', import.meta.url)
const UPDATE = process.env['UPDATE_GOLDENS'] === '1'
const cards = allCards()

describe('goldens', () => {
  test.each([...cards])(
    '%s is drawn as its golden says, within the limits and without markup from data',
    (name, message) => {
      const file = new URL(`${name}.json`, FOLDER)
      const text = `${JSON.stringify(message, null, 2)}\n`
      if (UPDATE) writeFileSync(file, text)
      expect(text).toBe(readFileSync(file, 'utf8'))
      expect(brokenRules(message)).toEqual([])
      expect(markup(message)).toEqual([])
    },
  )

  test('no golden is left over from a card that is gone', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'))
    expect(files.toSorted()).toEqual([...cards.keys()].map((name) => `${name}.json`).toSorted())
  })

  test.each([...cards].filter(([name]) => !/^help|degraded|joined-to|proposal-ended/.test(name)))(
    '%s meets a pod called <!channel>, emphasis, a link, bidi and a user agent of 10,000 characters',
    (_, message) => {
      const drawn = JSON.stringify(message.blocks)
      for (const hostile of ['<!channel>', '*bold*', '`tick`', 'https://evil.example', '⟦U+202E⟧', '…(+9,']) {
        expect(drawn).toContain(hostile)
      }
    },
  )

  test('the independent check sees a broken card', () => {
    expect(brokenRules({ text: '', blocks: [{ type: 'actions', elements: [] }] })).not.toEqual([])
    expect(markup({ text: '<!channel>', blocks: [{ type: 'broadcast', range: 'here' }] })).toHaveLength(2)
  })
})
