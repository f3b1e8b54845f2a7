import { describe, expect, test } from 'vitest'
import { readChart, ticksFor } from '../../src/workspace/page/chart-data.ts'
import { asCurl, lineOf, passes, readExchange } from '../../src/workspace/page/exchange.ts'
import { Held, initialOf } from '../../src/workspace/page/held.ts'
import { type Act, afterAct, currentHint, NO_PROGRESS } from '../../src/workspace/page/hint-progress.ts'
import { keepSame } from '../../src/workspace/page/keep-same.ts'
import { readState } from '../../src/workspace/page/state.ts'
import { afterLook, unreadIn } from '../../src/workspace/page/unread.ts'

const people = [
  { id: 'UALEX', name: 'alex', role: 'Responder', isBot: false },
  { id: 'UGUEST', name: 'guest', role: 'Guest (other workspace)', isBot: false },
]

describe('a hint', () => {
  const ticked = (shows: object, act: Act): boolean =>
    afterAct(NO_PROGRESS, [{ id: 'h', text: '', shows }], act, people).done.length === 1
  const press: Act = { kind: 'press', label: 'IP', person: 'UALEX' }

  test('is done by a press on its button, by the person it names', () => {
    expect(ticked({ button: 'IP' }, press)).toBe(true)
    expect(ticked({ button: 'Subject' }, press)).toBe(false)
    expect(ticked({ button: 'IP', person: 'guest' }, press)).toBe(false)
    expect(ticked({ button: 'IP', person: 'guest' }, { ...press, person: 'UGUEST' })).toBe(true)
    // Being that person is not enough.
    expect(ticked({ button: 'IP', person: 'guest' }, { kind: 'switch', person: 'UGUEST' })).toBe(false)
  })

  test('is done by a command that begins as it says, and by a switch to its person', () => {
    const text = ' /ip 203.0.113.0/24 since 1d'
    expect(ticked({ command: '/ip 203.0.113.0/24' }, { kind: 'command', text, person: 'UALEX' })).toBe(true)
    expect(ticked({ command: '/subject' }, { kind: 'command', text, person: 'UALEX' })).toBe(false)
    expect(ticked({ person: 'Guest (other workspace)' }, { kind: 'switch', person: 'UGUEST' })).toBe(true)
    expect(ticked({}, { kind: 'switch', person: 'UGUEST' })).toBe(false)
  })

  test('that comes next is the first neither done nor skipped', () => {
    const hints = ['a', 'b', 'c'].map((id) => ({ id, text: id, shows: {} }))
    expect(currentHint(hints, { done: ['a'], skipped: ['b'], isOff: false })?.id).toBe('c')
    expect(currentHint(hints, { done: ['a', 'c'], skipped: ['b'], isOff: false })).toBeNull()
  })
})

describe('a control', () => {
  const text = (id: string, more: object = {}): object => ({
    type: 'input',
    block_id: id,
    element: { type: 'plain_text_input', action_id: 'a', ...more },
  })

  test('sends nothing until it is touched, and null when it was emptied', () => {
    const held = new Held()
    const blocks = [text('one', { initial_value: 'start' }), text('two')]
    expect(held.valuesOf(blocks)).toEqual({})
    held.hold('one', { action_id: 'a' }, '')
    expect(held.valuesOf(blocks)).toEqual({ one: { a: null } })
    expect(held.valueOf('one', { type: 'plain_text_input', action_id: 'a', initial_value: 'start' })).toBe('')
    // A block that an update took away sends nothing.
    expect(held.valuesOf([text('two')])).toEqual({})
  })

  test.each([
    [{ type: 'static_select', initial_option: { value: 'x' } }, 'x'],
    [{ type: 'multi_static_select', initial_options: [{ value: 'x' }, { value: 'y' }] }, ['x', 'y']],
    [{ type: 'multi_users_select', initial_users: ['UALEX'] }, ['UALEX']],
    [{ type: 'datetimepicker', initial_date_time: 1_760_000_000 }, '1760000000'],
    [{ type: 'checkboxes' }, []],
    [{ type: 'datepicker' }, null],
    [
      {
        type: 'rich_text_input',
        initial_value: {
          elements: [{ elements: [{ text: 'a' }, { text: 'b' }] }, { elements: [{ text: 'c' }] }],
        },
      },
      'ab\nc',
    ],
  ])('starts as its element says: %o', (element, value) => {
    expect(initialOf(element)).toEqual(value)
  })
})

describe('an exchange', () => {
  const exchange = readExchange({
    seq: 1,
    at: Date.UTC(2026, 10, 22, 2, 14, 7, 113),
    from: 'bot',
    to: 'Slack',
    via: 'web-api',
    what: 'chat.postMessage',
    ok: false,
    error: 'invalid_blocks',
    ms: 40.6,
    sent: { token: 'xoxb-1', text: "don't", blocks: [{ token: 'xoxb-2' }] },
  })

  test('is one line', () => {
    expect(lineOf(exchange)).toBe('02:14:07.113 bot → Slack chat.postMessage invalid_blocks 41 ms')
    expect(lineOf({ ...exchange, ok: true })).toContain(' ok 41 ms')
    expect(lineOf({ ...exchange, at: Number.NaN, error: '' })).toContain(' failed 41 ms')
  })

  test('passes a filter by all that it says', () => {
    const all = { direction: '', text: '', failuresOnly: false }
    expect(passes(exchange, all)).toBe(true)
    expect(passes(exchange, { ...all, text: "DON'T" })).toBe(true)
    expect(passes(exchange, { ...all, text: 'chat.update' })).toBe(false)
    expect(passes(exchange, { ...all, direction: 'Slack → bot' })).toBe(false)
    expect(passes({ ...exchange, ok: true }, { ...all, failuresOnly: true })).toBe(false)
  })

  test('is a command for a shell that reads nothing in it, without a token at any depth', () => {
    expect(asCurl(exchange, 'http://127.0.0.1:7070/api/')).toBe(
      `curl -X POST 'http://127.0.0.1:7070/api/chat.postMessage' -H "Authorization: Bearer $SLACK_BOT_TOKEN" ` +
        `-H 'Content-Type: application/json; charset=utf-8' --data-raw '{"text":"don'\\''t","blocks":[{}]}'`,
    )
  })
})

test('what says the same stays the same object, and a list without a change the same list', () => {
  const before = [{ ts: '1', text: 'a' }, { ts: '2' }]
  expect(keepSame(before, structuredClone(before))).toBe(before)
  const now = keepSame(before, [{ ts: '1', text: 'b' }, { ts: '2' }])
  expect(now[0]).toEqual({ ts: '1', text: 'b' })
  expect(now[1]).toBe(before[1])
})

test('unread messages are counted from the last look, and never below nothing', () => {
  const state = readState({
    channel: { id: 'C1', name: 'one' },
    channels: [
      { id: 'C1', name: 'one', count: 5 },
      { id: 'C2', name: 'two', count: 3 },
    ],
    messages: [],
  })
  const seen = afterLook({ C2: 1 }, state, 'C1')
  expect([unreadIn(seen, state, 'C1'), unreadIn(seen, state, 'C2')]).toEqual([0, 2])
  // A workspace that began anew has fewer.
  expect(unreadIn(afterLook({ C1: 5, C2: 40 }, state, null), { ...state, counts: { C2: 4 } }, 'C2')).toBe(1)
})

test('an axis has round numbers from nothing to the highest value', () => {
  expect(ticksFor([310, 41])).toEqual([0, 100, 200, 300, 400])
  expect(ticksFor([0, 0])).toEqual([0, 0.5, 1])
  expect(ticksFor([-3, 4])).toEqual([-4, -2, 0, 2, 4])
})

test('a chart of a kind that nobody knows is none', () => {
  expect(readChart({ chart: { type: 'radar' } })).toBeNull()
})
