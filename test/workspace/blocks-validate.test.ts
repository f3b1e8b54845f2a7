import { webApi } from '@slack/bolt'
import type { KnownBlock } from '@slack/types'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Stage, section, setStage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.close())

const validate = (args: object): Promise<Answer> => stage.call('blocks.validate', args, '')
const wrong = { type: 'section', text: { type: 'invalid', text: 'x' } }
const plain = { type: 'plain_text', text: 't' }

test('blocks, messages and views that Slack takes are ok, without a token', async () => {
  expect(await validate({ blocks: JSON.stringify([section('x')]) })).toEqual({ ok: true })
  expect(await validate({ blocks: [section('x')] })).toEqual({ ok: true })
  expect(await validate({ message: { text: 'x' } })).toEqual({ ok: true })
  expect(await validate({ message: { blocks: [section('x')] } })).toEqual({ ok: true })
  const view = { type: 'modal', title: plain, blocks: [section('x')] }
  expect(await validate({ view: JSON.stringify(view) })).toEqual({ ok: true })
})

test('exactly one payload is asked for', async () => {
  const refusal = {
    ok: false,
    error: 'invalid_arguments',
    response_metadata: {
      messages: ['[ERROR] must provide exactly one of `blocks`, `view`, or `message`'],
    },
  }
  expect(await validate({})).toEqual(refusal)
  expect(await validate({ blocks: [section('x')], message: { text: 'x' } })).toEqual(refusal)
})

describe('what Slack would refuse is told with its place, what had to be, and what was given', () => {
  const cases: readonly (readonly [error: string, args: object, problem: object])[] = [
    [
      'invalid_blocks',
      { blocks: [wrong] },
      {
        pointer: '/0/text/type',
        code: 'failed_constraint',
        message: 'unsupported type: invalid',
        constraint: { type: 'enum', expected: ['plain_text', 'mrkdwn'], got: 'invalid' },
      },
    ],
    [
      'invalid_blocks',
      { blocks: [{ type: 'header' }] },
      { pointer: '/0', code: 'missing_field', message: 'missing required field: text', field: 'text' },
    ],
    [
      'invalid_blocks',
      { blocks: [{ type: 'divider', disabled: true }] },
      { pointer: '/0', message: 'invalid additional property: disabled', field: 'disabled' },
    ],
    [
      'invalid_blocks',
      { blocks: [section('x'.repeat(3_001))] },
      { pointer: '/0/text/text', constraint: { type: 'max_length', expected: 3_000, got: 3_001 } },
    ],
    [
      'invalid_blocks',
      { blocks: Array.from({ length: 4 }, () => section('x'.repeat(2_900))) },
      { pointer: '', constraint: { type: 'max_length', expected: 11_000, got: 11_600 } },
    ],
    ['invalid_blocks', { blocks: '{}' }, { pointer: '', constraint: { type: 'type', expected: 'array' } }],
    [
      'invalid_message',
      { message: { blocks: [{ type: 'actions', elements: [] }] } },
      { pointer: '/blocks/0/elements', constraint: { type: 'min_items', expected: 1, got: 0 } },
    ],
    ['invalid_message', { message: {} }, { pointer: '', code: 'missing_field', field: 'text' }],
    [
      'invalid_view',
      { view: { type: 'home', blocks: [{ type: 'alert', text: plain }] } },
      { pointer: '/blocks/0/type', message: 'unsupported type: alert' },
    ],
    [
      'invalid_view',
      {
        view: {
          type: 'modal',
          title: plain,
          blocks: [{ type: 'input', label: plain, element: { type: 'plain_text_input' } }],
        },
      },
      { pointer: '', code: 'missing_field', field: 'submit' },
    ],
  ]
  test.each(cases)('%s (%#)', async (error, args, problem) => {
    const answer = await validate(args)
    expect(answer).toMatchObject({ ok: false, error })
    expect(answer['errors']).toContainEqual(expect.objectContaining(problem))
  })

  test('invalid_blocks of what is no JSON', async () => {
    expect(await validate({ blocks: 'not json' })).toEqual({ ok: false, error: 'invalid_blocks' })
  })
})

test('the SDK reads the answer', async () => {
  const { apiUrl: slackApiUrl } = stage.workspace
  const client = new webApi.WebClient(undefined, { slackApiUrl })
  const blocks = [wrong] as unknown as KnownBlock[]
  await expect(client.blocks.validate({ blocks: [section('x')] as KnownBlock[] })).resolves.toMatchObject({
    ok: true,
  })
  await expect(client.blocks.validate({ blocks })).rejects.toMatchObject({
    data: { error: 'invalid_blocks', errors: [{ pointer: '/0/text/type' }] },
  })
})
