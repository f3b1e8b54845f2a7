import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { practiceRoster } from '../../src/gameday/practice-roster.ts'
import type { RosterSource } from '../../src/model/roster.ts'
import { now } from '../../src/wire.ts'
import { TEAM } from '../../src/workspace/identity.ts'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { openingAt } from '../helpers/opening.ts'
import { proposing, wordsOf } from '../helpers/proposing.ts'
import { openStage, type Stage } from '../helpers/stage.ts'

type Seen = Awaited<ReturnType<Stage['workspace']['messages']>>[number]

/** The practice people, of whom Alex may act alone. */
const roster: RosterSource = {
  ...practiceRoster(TEAM.id),
  current: () => ({ ...practiceRoster(TEAM.id).current(), breakGlass: ['alex'] }),
}

let stage: Stage
let card: Seen
let act: ReturnType<typeof proposing>

beforeAll(async () => {
  stage = await openStage({ roster })
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

/** Opens the whole plan and presses a button of it. */
async function pressInPlan(number: number, verb: string, person: string, title: string): Promise<string> {
  await act.press(number, 'read-plan', person)
  const plan = await act.viewOf(person, 'The whole plan')
  stage.passTime(4)
  await stage.workspace.press({ userId: person, viewId: plan.id, actionId: `proposal:${verb}` })
  return (await act.viewOf(person, title)).id
}

test('who is named for it acts alone, with a reason and the cluster typed; another one reviews it', async () => {
  const number = await act.propose('UALEX')
  const form = await pressInPlan(number, 'break-glass', 'UALEX', 'Break glass')
  const submit = (words: string, cluster: string) =>
    stage.workspace.submit({
      userId: 'UALEX',
      viewId: form,
      values: { vote_words: { vote_words: words }, glass_cluster: { glass_cluster: cluster } },
    })
  const reason = 'Nobody answers, and it still sends out card numbers.'
  expect(JSON.stringify(await submit(reason, 'prod'))).toContain('cluster-not-typed')
  expect(await submit(reason, 'prod-payments')).toMatchObject({ outcome: 'acked' })
  await act.says(number, `acted without approval: "${reason.slice(0, -1)}". Review due`)
  await act.says(number, 'BREAK GLASS · Dry run · Approved')
  await stage.workspace.waitForMessage(
    ({ channel, text }) => channel === AUDIT_CHANNEL && text.includes(`broke glass on P-${number}`),
  )

  await act.press(number, 'review', 'UALEX')
  const own = await act.viewOf('UALEX', 'Review')
  const review = (userId: string, viewId: string) =>
    stage.workspace.submit({
      userId,
      viewId,
      values: {
        glass_verdict: { glass_verdict: 'justified' },
        vote_words: { vote_words: 'It was leaking.' },
      },
    })
  expect(JSON.stringify(await review('UALEX', own.id))).toContain('second-identity')
  await stage.workspace.dismiss({ userId: 'UALEX', viewId: own.id, all: true })
  await act.press(number, 'review', 'UMORGAN')
  expect(await review('UMORGAN', (await act.viewOf('UMORGAN', 'Review')).id)).toMatchObject({
    outcome: 'acked',
  })
  await act.says(number, 'Reviewed: justified, "It was leaking".')
  expect(await act.acts(number)).toEqual([
    'proposed',
    'cluster-not-typed',
    'broke-glass',
    'second-identity',
    'reviewed',
  ])
})

test('nobody else is offered it, and the form refuses who gets there by another way', async () => {
  const number = await act.propose('USAM')
  await act.press(number, 'read-plan', 'USAM')
  const plan = await act.viewOf('USAM', 'The whole plan')
  expect(JSON.stringify(plan.blocks)).not.toContain('break-glass')
  expect(JSON.stringify(plan.blocks)).toContain('proposal:withdraw')
  await stage.workspace.dismiss({ userId: 'USAM', viewId: plan.id, all: true })
  await act.press(number, 'read-plan', 'UMORGAN')
  const approver = await act.viewOf('UMORGAN', 'The whole plan')
  expect(JSON.stringify(approver.blocks)).toContain('proposal:approve')
  stage.passTime(4)
  await stage.workspace.press({ userId: 'UMORGAN', viewId: approver.id, actionId: 'proposal:approve' })
  await expect.poll(() => wordsOf(act.top('UMORGAN')?.blocks)).toContain(`P-${number} is approved`)
  await stage.workspace.dismiss({ userId: 'UMORGAN', viewId: act.top('UMORGAN')?.id ?? '', all: true })
})

test('the trail of an incident is read in Slack, refusals alone too, by whoever may ask there', async () => {
  const command = (userId: string, text: string) =>
    stage.workspace.command({ channel: INCIDENTS_CHANNEL, userId, text: `/firebreak ${text}` })
  await command('UALEX', 'trail INC-1')
  const said = await act.told('UALEX', 'Trail · INC-1')
  expect(said).toMatch(/#\d+ .* <@UMORGAN> approved P-\d+/)
  await command('UALEX', 'trail INC-1 refusals')
  const refusals = await act.told('UALEX', 'refusals, the newest last')
  expect(refusals).toMatch(/was refused P-\d+ \(cluster-not-typed\)/)
  expect(refusals).not.toContain('proposed')
  await command('UALEX', 'trail INC-999')
  await act.told('UALEX', 'The trail of which incident?')
})
