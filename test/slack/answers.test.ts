import { expect, test } from 'vitest'
import type { QuestionValue } from '../../blocks/ids.ts'
import type { Graph } from '../../src/lookups/lookup.ts'
import { answerFor } from '../../src/slack/answers.ts'
import { NOW } from '../helpers/seed.ts'

const question: QuestionValue = {
  lookup: 'subject',
  entity: { kind: 'subject', key: '<!channel>' },
  incident: null,
  scope: null,
  window: null,
}

function failing(code: string): Graph {
  return {
    selectFrom() {
      throw Object.assign(new Error('canceling statement'), { code })
    },
  } as unknown as Graph
}

test('a question that runs into the time limit is answered with what to do', async () => {
  const answered = await answerFor(failing('57014'), question, { person: 'UALEX', at: NOW })
  if (!('refused' in answered)) throw new Error('it was answered')
  const message = answered.refused
  expect(message.text).toMatch(/^The question ran \d+ s and was stopped; nothing was changed/)
  expect(JSON.stringify(message.blocks)).toContain('too-slow')
})

test('any other fault travels on, to be logged', async () => {
  await expect(answerFor(failing('42P01'), question, { person: 'UALEX', at: NOW })).rejects.toMatchObject({
    code: '42P01',
  })
})
