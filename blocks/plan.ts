import type { KnownBlock } from '@slack/types'
import type { Sentence } from '../src/model/answer.ts'
import type { Plan, Planned, Step, Tier } from '../src/model/plan.ts'
import { EVIDENCE, GATED, type Phase } from '../src/model/steps.ts'
import { fit } from './limits.ts'
import { type Line, labelled, linesLength, richText, say, sentence } from './rich.ts'
import { counted } from './safe.ts'

/** Steps and characters that stand on a card; a longer plan is opened. */
const CARD = { steps: 8, shown: 4, characters: 2_800 } as const
/** Characters of the whole plan in a modal's block. */
const BLOCK = 2_800

/** What is drawn of a plan; the same for a preview, a card, a modal and a report. */
export type Drawn = Pick<Planned, 'steps' | 'undo' | 'blast' | 'ifNobodyActs' | 'open'> &
  Pick<Plan, 'isContainFirst'>

/** The five questions in short, and whether that is the whole plan. */
export function planOnCard(plan: Drawn): { readonly lines: readonly Line[]; readonly isWhole: boolean } {
  const whole = [...questions(plan), ...stepLines(plan, plan.steps)]
  if (plan.steps.length <= CARD.steps && linesLength(whole) <= CARD.characters)
    return { lines: whole, isWhole: true }
  const phases = [...new Set(plan.steps.map(({ phase }) => phase))]
  const shown = plan.steps.slice(0, CARD.shown)
  const rest = phases.map(
    (phase) => `${phaseWord(phase)} ${plan.steps.filter((step) => step.phase === phase).length}`,
  )
  const lines = [
    ...questions(plan),
    ...stepLines(plan, shown),
    [
      say(
        `… ${counted(plan.steps.length - shown.length, 'more step')}: ${rest.join(' · ')}. Read the plan before you vote.`,
      ),
    ],
  ]
  return { lines: fit(lines, (line) => linesLength([line]), CARD.characters, 40), isWhole: false }
}

/** The whole plan as blocks of a modal, every step: what is approved there was readable there. */
export function planBlocks(plan: Drawn, idOf: (part: string) => string): KnownBlock[] {
  const lines = [...questions(plan), ...stepLines(plan, plan.steps)]
  const blocks: KnownBlock[] = []
  let rest = lines
  while (rest.length > 0) {
    const taken = Math.max(1, fit(rest, (line) => linesLength([line]), BLOCK, rest.length).length)
    const block = richText(idOf(`plan-${blocks.length + 1}`), rest.slice(0, taken))
    if (block !== null) blocks.push(block)
    rest = rest.slice(taken)
  }
  return blocks
}

function questions({ blast, ifNobodyActs, open, undo, steps }: Drawn): readonly Line[] {
  return [
    labelled('What stops working', ...joined(blast.sentences)),
    ifNobodyActs === null ? [] : labelled('If nobody acts', ...sentence(ifNobodyActs)),
    open.length === 0 ? [] : labelled('What stays open', ...joined(open)),
    labelled('Way back', say(wayBack({ steps, undo }))),
  ]
}

function joined(sentences: readonly Sentence[]): Line {
  return sentences.flatMap((one, at) => [...(at === 0 ? [] : [say(' ')]), ...sentence(one)])
}

/** Which steps can be undone, in a sentence. */
export function wayBack({ steps, undo }: Pick<Drawn, 'steps' | 'undo'>): string {
  const final = steps.flatMap(({ reversible }, at) => (reversible ? [] : [at + 1]))
  if (final.length > 0)
    return `${final.length === 1 ? 'Step' : 'Steps'} ${final.join(', ')} cannot be undone. The others can, by a plan of its own.`
  return undo.length === 0 ? 'Nothing has to be put back.' : 'Every step can be undone, by a plan of its own.'
}

function stepLines(plan: Drawn, steps: readonly Step[]): readonly Line[] {
  const gated = plan.steps.findIndex(({ phase }) => GATED.has(phase))
  return [
    labelled(plan.steps.length === 1 ? 'Step' : `Steps 1–${plan.steps.length}`),
    ...steps.flatMap((step, at) => [
      ...(at === gated ? [gateLine(plan, at + 1)] : []),
      stepLine(step, at + 1),
    ]),
  ]
}

function gateLine({ isContainFirst, steps }: Drawn, nr: number): Line {
  const needed = EVIDENCE[steps[nr - 1]?.target.kind ?? ''] ?? []
  if (isContainFirst)
    return [say('no gate: quarantine goes before evidence, and what the pod holds in memory may be lost')]
  return needed.length === 0 ? [] : [say(`gate: evidence complete and verified before step ${nr}`)]
}

function stepLine(step: Step, nr: number): Line {
  const back = step.reversible ? `undo: ${step.way ?? 'none is needed'}` : 'cannot be undone'
  return [
    say(`${nr} ${phaseWord(step.phase)} · `),
    ...sentence(step.sentence),
    say(` · tier ${step.tier} · ${back}`),
  ]
}

function phaseWord(phase: Phase): string {
  return phase.charAt(0).toUpperCase() + phase.slice(1)
}

const TIERS: { readonly [tier in Tier]: string } = {
  1: 'adds only, reversible',
  2: 'one pod or one identity',
  3: 'node, workload or role',
  4: 'subnet, cluster or shared secret',
}

/** `tier 2: one pod or one identity` */
export function tierWords(tier: Tier): string {
  return `tier ${tier}: ${TIERS[tier]}`
}
