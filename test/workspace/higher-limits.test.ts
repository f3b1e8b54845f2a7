import { describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { validateBlocks } from '../../src/workspace/validate/message.ts'
import { setStage } from './stage.ts'

type Part = { readonly [name: string]: unknown }

const plain = (text: string): Part => ({ type: 'plain_text', text })
const select = (length: number): Part => ({
  type: 'static_select',
  options: [{ text: plain('o'), value: '🛡'.repeat(length) }],
})
const choice = (length: number): Part => ({ type: 'actions', elements: [select(length)] })
const table = (rows: number): Part => ({
  type: 'data_table',
  caption: 'c',
  rows: Array.from({ length: rows }, () => [{ type: 'raw_text', text: 'x' }]),
})
const pie = (count: number): Part => ({
  type: 'data_visualization',
  title: 't',
  chart: { type: 'pie', segments: Array.from({ length: count }, (_, at) => ({ label: `${at}`, value: 1 })) },
})

describe('where Slack has named two limits the lower one holds, unless the workspace is set to the higher one', () => {
  const cases: readonly (readonly [
    name: string,
    at: (length: number) => Part,
    lower: number,
    higher: number,
  ])[] = [
    ['option value', choice, 75, 150],
    ['data table rows', table, 101, 201],
    ['pie segments', pie, 6, 12],
  ]
  test.each(cases)('%s', (_name, at, lower, higher) => {
    expect(validateBlocks([at(lower)])).toBeNull()
    expect(validateBlocks([at(lower + 1)])).toMatchObject({ error: 'invalid_blocks' })
    expect(validateBlocks([at(higher)], '/blocks', true)).toBeNull()
    expect(validateBlocks([at(higher + 1)], '/blocks', true)).toMatchObject({ error: 'invalid_blocks' })
  })

  test.each([
    [false, 'invalid_blocks', 'invalid_view'],
    [true, undefined, undefined],
  ])('a workspace with higherLimits %s', async (higherLimits, ofBlocks, ofView) => {
    const stage = await setStage({ higherLimits })
    const told = async (method: string, args: object): Promise<unknown> =>
      (await stage.call(method, args)).error
    const blocks = [choice(76)]
    const view = { type: 'modal', title: plain('t'), blocks }
    expect(await told('chat.postMessage', { channel: INCIDENTS_CHANNEL, text: 'x', blocks })).toBe(ofBlocks)
    expect(await told('blocks.validate', { blocks })).toBe(ofBlocks)
    expect(await told('blocks.validate', { view })).toBe(ofView)
    expect(await told('views.publish', { user_id: 'UALEX', view: { type: 'home', blocks } })).toBe(
      higherLimits ? undefined : 'invalid_arguments',
    )
    await stage.close()
  })
})
