import { expect } from 'vitest'
import { openPool } from '../../src/db/open.ts'
import { castOf } from '../../src/gameday/opening/cast.ts'
import { INCIDENTS_CHANNEL } from '../../src/workspace/index.ts'
import type { Stage } from './stage.ts'
import { until } from './until.ts'

type Seen = Awaited<ReturnType<Stage['workspace']['messages']>>[number]

const channel = INCIDENTS_CHANNEL
export const POD = `kube-system/${castOf(1).pod}`
export const REASON = 'Miner on the payments node, still sending.'

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

/** Everything that a message or modal says, its buttons apart. */
export function wordsOf(part: unknown): string {
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

/** What people do about a proposal in the simulator, and what they then see. */
export function proposing(stage: Stage, card: () => Seen) {
  function top(person: string): View | undefined {
    return stage.workspace.views(person).at(-1) as unknown as View | undefined
  }

  async function viewOf(person: string, title: string): Promise<View> {
    await until(async () => top(person)?.title.text === title)
    const view = top(person)
    if (view === undefined) throw new Error('no modal')
    return view
  }

  /** Fills the form in; options by the words that they begin with. */
  async function propose(person: string, order = 'evidence', reason = REASON): Promise<number> {
    stage.passTime(4)
    await stage.workspace.press({ channel, ts: card().ts, actionId: 'modal:contain', userId: person })
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
    const last = async (): Promise<string> =>
      wordsOf((await stage.workspace.ephemerals(person)).at(-1)?.blocks)
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
  return { top, viewOf, propose, cardOf, says, press, told, deny, acts }
}
