import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { now } from '../../src/wire.ts'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { openingAt } from '../helpers/opening.ts'
import { POD, proposing, REASON, wordsOf } from '../helpers/proposing.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

type Seen = Awaited<ReturnType<Stage['workspace']['messages']>>[number]

const channel = INCIDENTS_CHANNEL

let stage: Stage
let card: Seen
let act: ReturnType<typeof proposing>

beforeAll(async () => {
  stage = await openStage()
  act = proposing(stage, () => card)
  const { scenario, readable } = openingAt(now())
  await stage.feed(readable, scenario.scope)
  await stage.settled()
  card = await stage.workspace.waitForMessage(({ text }) => text.startsWith('High: '))
})
beforeEach(() => stage.passTime(4))
afterAll(async () => {
  expect(stage.errors).toEqual([])
  await stage.close()
})

test('proposed by one, refused to the same person, approved by another, each a row on the trail', async () => {
  const number = await act.propose('UALEX')
  const said = wordsOf((await act.cardOf(number)).blocks)
  expect(said).toContain('Waits for approval')
  expect(said).toContain(`Deny all traffic of pod ${POD}`)
  expect(said).toContain(`"${REASON.slice(0, -1)}"`)
  expect((await act.cardOf(number)).threadTs).toBe(card.ts)

  await act.press(number, 'approve', 'UALEX')
  await act.told('UALEX', /You proposed P-\d+, so your approval does not count/)
  expect(await act.told('UALEX', 'same-person · trail #')).toMatch(/<@UMORGAN>/)
  await act.press(number, 'approve', 'USAM')
  await act.told('USAM', 'not-approver · trail #')
  await act.press(number, 'approve', 'UGUEST')
  await act.told('UGUEST', 'other-workspace · trail #')

  await act.press(number, 'approve', 'UMORGAN')
  await act.told('UMORGAN', /Counted\. P-\d+ is approved/)
  await act.says(number, 'Approved · Isolate 1 pod')
  await act.press(number, 'read-plan', 'UMORGAN')
  const whole = await act.viewOf('UMORGAN', 'The whole plan')
  expect(wordsOf(whole.blocks)).toContain(`Deny all traffic of pod ${POD}`)
  await stage.workspace.dismiss({ userId: 'UMORGAN', viewId: whole.id, all: true })
  expect(await act.acts(number)).toEqual([
    'proposed',
    'same-person',
    'not-approver',
    'other-workspace',
    'voted',
    'approved',
  ])
})

test('denied with words, which the thread repeats; a later vote finds it decided', async () => {
  const number = await act.propose('UALEX')
  expect(await act.deny(number, 'UMORGAN', 'no')).toMatchObject({ outcome: 'errors' })
  await stage.workspace.dismiss({ userId: 'UMORGAN', viewId: act.top('UMORGAN')?.id ?? '', all: true })
  expect(await act.deny(number, 'UMORGAN', 'Checkout peak, isolate after 03:00.')).toMatchObject({
    outcome: 'acked',
  })
  await act.says(number, /Denied · Isolate 1 pod.*"Checkout peak, isolate after 03:00"/s)
  const line = await stage.workspace.waitForMessage(({ text }) => text.startsWith(`P-${number} denied`))
  expect(line.threadTs).toBe(card.ts)
})

test('a plan that contains first takes two votes, each with a waiver in words', async () => {
  const number = await act.propose('UALEX', 'contain')
  await act.says(number, 'no gate: quarantine goes before evidence')
  for (const [person, words] of [
    ['UMORGAN', 'Payments agrees: the transfer cannot wait.'],
    ['UCASEY', 'Seen it too: the transfer cannot wait.'],
  ] as const) {
    await act.press(number, 'approve', person)
    const form = await act.viewOf(person, 'Approve this plan')
    const vote = (waive: readonly string[]) =>
      stage.workspace.submit({
        userId: person,
        viewId: form.id,
        values: { vote_words: { vote_words: words }, vote_waive: { vote_waive: waive } },
      })
    expect(await vote(['waive'])).toMatchObject({ outcome: 'acked' })
    await act.told(person, /Counted/)
  }
  await act.says(number, 'Approved · Isolate 1 pod')
  expect(await act.acts(number)).toEqual(['proposed', 'voted', 'waived', 'voted', 'waived', 'approved'])
})

test('a lock stops votes at once and is broadcast; two approvers lift it', async () => {
  const number = await act.propose('UALEX')
  const command = (userId: string, text: string) =>
    stage.workspace.command({ channel, text: `/firebreak ${text}`, userId })
  await command('USAM', 'lock')
  await act.told('USAM', 'Lock what?')
  await command('USAM', 'lock scope nowhere')
  await act.told('USAM', 'There is no cluster nowhere')
  await command('USAM', 'lock scope prod-payments wrong cluster')
  await act.told('USAM', 'Locked: prod-payments')
  await stage.workspace.waitForMessage(
    ({ channel: where, text }) => where === AUDIT_CHANNEL && text.includes('locked prod-payments'),
  )
  await act.says(number, /Locked by <@USAM> since .*"wrong cluster"/)
  await act.press(number, 'approve', 'UMORGAN')
  await act.told('UMORGAN', 'locked · trail #')
  await command('USAM', 'unlock scope prod-payments')
  await act.told('USAM', 'not-approver · trail #')
  await command('UMORGAN', 'unlock scope prod-payments')
  await act.told('UMORGAN', '1 of 2 for unlocking prod-payments')
  await command('UCASEY', 'unlock scope prod-payments')
  await act.told('UCASEY', 'Unlocked: prod-payments')
  await command('UMORGAN', 'pending')
  await act.told('UMORGAN', `P-${number} · Isolate 1 pod`)
  await act.press(number, 'withdraw', 'UMORGAN')
  await act.told('UMORGAN', 'not-requester · trail #')
  await act.press(number, 'withdraw', 'UALEX')
  await act.told('UALEX', `P-${number} is withdrawn`)
  await act.says(number, 'Withdrawn · Isolate 1 pod')
})

test('the same person proposing the same again replaces what waits', async () => {
  const first = await act.propose('UALEX')
  const { ts } = await act.cardOf(first)
  const second = await act.propose('UALEX', 'evidence', 'Still sending, more now than before.')
  await act.says(first, `Replaced by P-${second}`)
  await stage.workspace.press({ channel, ts, actionId: 'proposal:read-plan', userId: 'UMORGAN' })
  await act.viewOf('UMORGAN', 'The whole plan')
  await stage.workspace.dismiss({ userId: 'UMORGAN', viewId: act.top('UMORGAN')?.id ?? '', all: true })
  await act.press(second, 'withdraw', 'UALEX')
  await act.says(second, 'Withdrawn')
})

test('whoever may not propose is told before the form opens', async () => {
  stage.passTime(4)
  await stage.workspace.press({ channel, ts: card.ts, actionId: 'modal:contain', userId: 'URILEY' })
  await act.told('URILEY', 'not-responder · trail #')
  expect(act.top('URILEY')).toBeUndefined()
})
