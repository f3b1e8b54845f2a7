import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { View } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { ASK_FIELDS, askModal, entityOption } from '../../blocks/ask-modal.ts'
import { home } from '../../blocks/home.ts'
import { planModal } from '../../blocks/vote-modals.ts'
import { validateView } from '../../src/workspace/validate/view.ts'
import { markup } from './markup.ts'
import { allViews } from './modal-views.ts'
import { proposals } from './proposal-views.ts'
import { NOW } from './views.ts'

const FOLDER = new URL('../goldens/views/', import.meta.url)
const UPDATE = process.env['UPDATE_GOLDENS'] === '1'
const views = allViews()

test.each([...views])('%s is drawn as its golden says, without markup from data', (name, view) => {
  const file = new URL(`${name}.json`, FOLDER)
  const text = `${JSON.stringify(view, null, 2)}\n`
  if (UPDATE) writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
  expect(validateView(view)).toEqual([])
  // A section may stand in a view; its text is plain.
  const found = markup({ text: 'a view', blocks: view.blocks }).filter((what) => what !== 'section')
  expect(found).toEqual([])
})

test('no golden is left over from a view that is gone', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual([...views.keys()].map((name) => `${name}.json`).toSorted())
})

test('every step of a long plan can be read where it is approved', () => {
  const long = proposals['proposal-long']
  if (long === undefined) throw new Error('there is no long plan')
  const steps = Array.from({ length: 4 }, () => long.plan.steps).flat()
  const view = planModal(
    { ...long, plan: { ...long.plan, steps } },
    { now: NOW, role: 'approver', mayBreakGlass: false, buttonOf: (verb) => verb },
  )
  expect(validateView(view)).toEqual([])
  const words = JSON.stringify(view.blocks)
  const numbers = [...words.matchAll(/"text":"(\d+) (?:Preserve|Quarantine) · "/g)].map(([, nr]) =>
    Number(nr),
  )
  expect(numbers).toEqual(Array.from({ length: 48 }, (_, at) => at + 1))
})

describe('the modal', () => {
  interface Input {
    readonly type: string
    readonly block_id: string
    readonly element: { readonly action_id: string }
  }
  const input = (view: View, action: string): Input => {
    const inputs = (view.blocks as unknown as Input[]).filter(({ type }) => type === 'input')
    const found = inputs.find(({ element }) => element.action_id === action)
    if (found === undefined) throw new Error(`there is no ${action}`)
    return found
  }

  test('another kind of entity is another question block, so that an old choice is forgotten', () => {
    const questions = [{ lookup: 'ip', label: 'IP' } as const]
    const ids = (['ip', 'subject'] as const).map((kind) =>
      input(askModal({ incident: 1, entity: { kind, key: 'x' }, questions }), ASK_FIELDS.question),
    )
    expect(ids[0]?.block_id).not.toBe(ids[1]?.block_id)
  })

  test('a key that does not fit into an option is left out, never cut: it would name another entity', () => {
    const long = { kind: 'subject', key: 'x'.repeat(68) } as const
    expect(entityOption({ ...long, key: 'x'.repeat(67) })?.value).toHaveLength(75)
    expect(entityOption(long)).toBeNull()
    const { element } = input(askModal({ incident: 1, entity: long, questions: [] }), ASK_FIELDS.about)
    expect(element).not.toHaveProperty('initial_option')
  })
})

test('Home says what it leaves out, and an empty one says so in words', () => {
  const text = (name: string): string => JSON.stringify(views.get(name)?.blocks)
  expect(text('home-many')).toContain('1,194 more open incidents')
  expect(text('home-many')).toContain('3 more clusters')
  expect(text('home-empty')).toContain('No open incident in your clusters.')
  expect(
    home({ waiting: [], incidents: [], open: 0, sources: [], lastFinding: null }, NOW).blocks.length,
  ).toBeLessThan(12)
})
