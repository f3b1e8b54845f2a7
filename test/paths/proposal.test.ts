import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPool } from '../../src/db/open.ts'
import { castOf } from '../../src/gameday/opening/cast.ts'
import { now } from '../../src/wire.ts'
import { AUDIT_CHANNEL, INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import { openingAt } from '../helpers/opening.ts'
import { openStage, type Stage } from '../helpers/stage.ts'
import { until } from '../helpers/until.ts'

type Seen = Awaited<ReturnType<Stage['workspace']['messages']>>[number]

const channel = INCIDENTS_CHANNEL
const POD = `kube-system/${castOf(1).pod}`
const REASON = 'Miner on the payments node, still sending.'

let stage: Stage
let card: Seen

beforeAll(async () => {
  stage = await openStage()
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

interface View {
  readonly id: string
  readonly hash: string
  readonly callback_id?: string
  readonly title: { readonly text: string }
  readonly blocks: readonly {
    readonly block_id: string
    readonly element?: {
      readonly options?: readonly { readonly value: string; readonly text: { readonly text: string } }[]
    }
  }[]
}

function top(person: string): View | undefined {
  return stage.workspace.views(person).at(-1) as unknown as View | undefined
}

async function viewOf(person: string, title: string): Promise<View> {
  await until(async () => top(person)?.title.text === title)
  const view = top(person)
  if (view === undefined) throw new Error('no modal')
  return view
}

/** Everything that a message or modal says, its buttons apart. */
function wordsOf(part: unknown): string {
  if (Array.isArray(part)) return part.map(wordsOf).join('')
  if (typeof part !== 'object' || part === null) return ''
  const { text, user_id, elements, blocks, ...rest } = part as { readonly [key: string]: unknown }
  if ('action_id' in rest && 'type' in rest && rest['type'] === 'button') return ''
  return [
    typeof text === 'string' ? text : wordsOf(text),
    typeof user_id === 'string' ? `<@${user_id}>` : '',
    wordsOf(elements),
    wordsOf(blocks),
  ].join('')
}

/** Fills the form in; options by the words that they begin with. */
async function propose(person: string, order = 'evidence', reason = REASON): Promise<number> {
  stage.passTime(4)
  await stage.workspace.press({ channel, ts: card.ts, actionId: 'modal:contain', userId: person })
  const form = await viewOf(person, 'Contain')
  const target = form.blocks
    .find(({ block_id }) => block_id === 'contain_target')
    ?.element?.options?.find(({ text }) => text.text.includes(POD.split('/')[1] ?? ''))
  const values = {
    contain_action: { contain_action: 'isolate-pod' },
    contain_target: { contain_target: target?.value ?? '' },
    contain_order: { contain_order: order },
    contain_reason: { contain_reason: reason },
    contain_keep: { contain_keep: '24' },
  }
  const answered = await stage.workspace.submit({ userId: person, viewId: form.id, values })
  expect(answered).toMatchObject({ outcome: 'acked' })
  const preview = await viewOf(person, 'Preview')
  await until(async () => top(person)?.callback_id === 'preview')
  expect(wordsOf(top(person)?.blocks)).not.toContain('changed since')
  await stage.workspace.submit({ userId: person, viewId: preview.id, values: {} })
  const done = await viewOf(person, 'Proposed')
  const number = Number(/P-(\d+)/.exec(wordsOf(done.blocks))?.[1])
  await stage.workspace.dismiss({ userId: person, viewId: done.id, all: true })
  await cardOf(number)
  return number
}

/** The card of a proposal as it is now, in the thread. */
async function cardOf(number: number): Promise<Seen> {
  const found = async (): Promise<Seen | undefined> =>
    (await stage.workspace.messages(channel)).find((message) =>
      JSON.stringify(message.blocks).includes(`"P-${number} · INC-`),
    )
  await until(async () => (await found()) !== undefined)
  const message = await found()
  if (message === undefined) throw new Error(`no card of P-${number}`)
  return message
}

async function says(number: number, words: string | RegExp): Promise<void> {
  await until(async () => {
    const said = wordsOf((await cardOf(number)).blocks)
    return typeof words === 'string' ? said.includes(words) : words.test(said)
  })
}

async function press(number: number, verb: string, person: string): Promise<void> {
  stage.passTime(4)
  const { ts } = await cardOf(number)
  await stage.workspace.press({ channel, ts, actionId: `proposal:${verb}`, userId: person })
}

/** What the person was told last. */
async function told(person: string, words: string | RegExp): Promise<string> {
  const last = async (): Promise<string> => wordsOf((await stage.workspace.ephemerals(person)).at(-1)?.blocks)
  await until(async () => {
    const said = await last()
    return typeof words === 'string' ? said.includes(words) : words.test(said)
  })
  return last()
}

async function deny(number: number, person: string, words: string): Promise<unknown> {
  await press(number, 'deny', person)
  const form = await viewOf(person, 'Deny this plan')
  return stage.workspace.submit({
    userId: person,
    viewId: form.id,
    values: { vote_words: { vote_words: words } },
  })
}

async function acts(proposal: number): Promise<readonly string[]> {
  const pool = openPool(stage.database.urls.bot, 'test trail', 1)
  try {
    const { rows } = await pool.query<{ body: string }>(
      'select body from trail_entry where proposal = $1 order by seq',
      [proposal],
    )
    return rows.map(({ body }) => {
      const { act, code } = JSON.parse(body) as { act: string; code: string | null }
      return code ?? act
    })
  } finally {
    await pool.end()
  }
}

test('proposed by one, refused to the same person, approved by another, each a row on the trail', async () => {
  const number = await propose('UALEX')
  const said = wordsOf((await cardOf(number)).blocks)
  expect(said).toContain('Waits for approval')
  expect(said).toContain(`Deny all traffic of pod ${POD}`)
  expect(said).toContain(`"${REASON}"`)
  expect((await cardOf(number)).threadTs).toBe(card.ts)

  await press(number, 'approve', 'UALEX')
  await told('UALEX', /You proposed P-\d+, so your approval does not count/)
  expect(await told('UALEX', 'same-person · trail #')).toMatch(/<@UMORGAN>/)
  await press(number, 'approve', 'USAM')
  await told('USAM', 'not-approver · trail #')
  await press(number, 'approve', 'UGUEST')
  await told('UGUEST', 'other-workspace · trail #')

  await press(number, 'approve', 'UMORGAN')
  await told('UMORGAN', /Counted\. P-\d+ is approved/)
  await says(number, 'Approved · Isolate 1 pod')
  await press(number, 'read-plan', 'UMORGAN')
  const whole = await viewOf('UMORGAN', 'The whole plan')
  expect(wordsOf(whole.blocks)).toContain(`Deny all traffic of pod ${POD}`)
  await stage.workspace.dismiss({ userId: 'UMORGAN', viewId: whole.id, all: true })
  expect(await acts(number)).toEqual([
    'proposed',
    'same-person',
    'not-approver',
    'other-workspace',
    'voted',
    'approved',
  ])
})

test('denied with words, which the thread repeats; a later vote finds it decided', async () => {
  const number = await propose('UALEX')
  expect(await deny(number, 'UMORGAN', 'no')).toMatchObject({ outcome: 'errors' })
  await stage.workspace.dismiss({ userId: 'UMORGAN', viewId: top('UMORGAN')?.id ?? '', all: true })
  expect(await deny(number, 'UMORGAN', 'Checkout peak, isolate after 03:00.')).toMatchObject({
    outcome: 'acked',
  })
  await says(number, /Denied · Isolate 1 pod.*"Checkout peak, isolate after 03:00\."/s)
  const line = await stage.workspace.waitForMessage(({ text }) => text.startsWith(`P-${number} denied`))
  expect(line.threadTs).toBe(card.ts)
})

test('a plan that contains first takes two votes, each with a waiver in words', async () => {
  const number = await propose('UALEX', 'contain')
  await says(number, 'no gate: quarantine goes before evidence')
  for (const [person, words] of [
    ['UMORGAN', 'Payments agrees: the transfer cannot wait.'],
    ['UCASEY', 'Seen it too: the transfer cannot wait.'],
  ] as const) {
    await press(number, 'approve', person)
    const form = await viewOf(person, 'Approve this plan')
    const vote = (waive: readonly string[]) =>
      stage.workspace.submit({
        userId: person,
        viewId: form.id,
        values: { vote_words: { vote_words: words }, vote_waive: { vote_waive: waive } },
      })
    expect(await vote(['waive'])).toMatchObject({ outcome: 'acked' })
    await told(person, /Counted/)
  }
  await says(number, 'Approved · Isolate 1 pod')
  expect(await acts(number)).toEqual(['proposed', 'voted', 'waived', 'voted', 'waived', 'approved'])
})

test('a lock stops votes at once and is broadcast; two approvers lift it', async () => {
  const number = await propose('UALEX')
  const command = (userId: string, text: string) =>
    stage.workspace.command({ channel, text: `/firebreak ${text}`, userId })
  await command('USAM', 'lock')
  await told('USAM', 'Lock what?')
  await command('USAM', 'lock scope nowhere')
  await told('USAM', 'There is no cluster nowhere')
  await command('USAM', 'lock scope prod-payments wrong cluster')
  await told('USAM', 'Locked: prod-payments')
  await stage.workspace.waitForMessage(
    ({ channel: where, text }) => where === AUDIT_CHANNEL && text.includes('locked prod-payments'),
  )
  await says(number, /Locked by <@USAM> since .*"wrong cluster"/)
  await press(number, 'approve', 'UMORGAN')
  await told('UMORGAN', 'locked · trail #')
  await command('USAM', 'unlock scope prod-payments')
  await told('USAM', 'not-approver · trail #')
  await command('UMORGAN', 'unlock scope prod-payments')
  await told('UMORGAN', '1 of 2 for unlocking prod-payments')
  await command('UCASEY', 'unlock scope prod-payments')
  await told('UCASEY', 'Unlocked: prod-payments')
  await command('UMORGAN', 'pending')
  await told('UMORGAN', `P-${number} · Isolate 1 pod`)
  await press(number, 'withdraw', 'UMORGAN')
  await told('UMORGAN', 'not-requester · trail #')
  await press(number, 'withdraw', 'UALEX')
  await told('UALEX', `P-${number} is withdrawn`)
  await says(number, 'Withdrawn · Isolate 1 pod')
})

test('the same person proposing the same again replaces what waits', async () => {
  const first = await propose('UALEX')
  const { ts } = await cardOf(first)
  const second = await propose('UALEX', 'evidence', 'Still sending, more now than before.')
  await says(first, `Replaced by P-${second}`)
  await stage.workspace.press({ channel, ts, actionId: 'proposal:read-plan', userId: 'UMORGAN' })
  await viewOf('UMORGAN', 'The whole plan')
  await stage.workspace.dismiss({ userId: 'UMORGAN', viewId: top('UMORGAN')?.id ?? '', all: true })
  await press(second, 'withdraw', 'UALEX')
  await says(second, 'Withdrawn')
})

test('whoever may not propose is told before the form opens', async () => {
  stage.passTime(4)
  await stage.workspace.press({ channel, ts: card.ts, actionId: 'modal:contain', userId: 'URILEY' })
  await told('URILEY', 'not-responder · trail #')
  expect(top('URILEY')).toBeUndefined()
})
