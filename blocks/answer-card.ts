import type { ActionsBlock, Button } from '@slack/types'
import type { Answer, Sentence } from '../src/model/answer.ts'
import type { Micros } from '../src/model/time.ts'
import { lengthWords } from '../src/model/time-words.ts'
import type { AnswerView, QuestionButton } from '../src/model/views.ts'
import { answerTable } from './answer-table.ts'
import { assertFits } from './assert-fits.ts'
import { logsAre, logsOf } from './coverage.ts'
import { blockId, encodeQuestion, SHARE_CHANNEL, SHARE_INCIDENT } from './ids.ts'
import { LIMITS } from './limits.ts'
import { ANSWER_MARK } from './marks.ts'
import type { Message } from './message.ts'
import { context, header, isAlias, present, questionRow } from './parts.ts'
import { type Line, richText, say, sentence, warning } from './rich.ts'
import { code, count, counted, mention, mrkdwn, plain, plainText, type Safe } from './safe.ts'
import { clock, range } from './times.ts'

const NEXT_SHOWN = 3
const LINES_SHOWN = 3
const LINE = 400

/** One answer. Its sentence alone does not mislead; the table shows the largest rows, the small print what they rest on. */
export function answerCard(view: AnswerView, { now }: { readonly now: Micros }): Message {
  const { answer } = view
  const id = (part: string): string => blockId('answer', part)
  const table = answerTable(id('table'), answer.table)
  return assertFits({
    text: push(view, now),
    blocks: present([
      header(id('header'), ANSWER_MARK, named(view)),
      richText(id('entity'), [entityLine(view)]),
      richText(id('warnings'), lines(answer.warnings).map(warning)),
      richText(id('sentence'), [sentence(answer.sentence)]),
      richText(id('notes'), lines(answer.notes)),
      table?.block ?? null,
      context(id('context'), facts(view, table?.shown ?? 0, now), asked(view, now)),
      questionRow(id('next'), nextQuestions(view), view.incident, {
        most: NEXT_SHOWN,
        alarming: answer.alarming,
      }),
      shareRow(id('share'), view),
    ]),
  })
}

function named({ label, incident }: AnswerView): string {
  return `${plain(label, 80)}${incident === null ? '' : ` · INC-${incident}`}`
}

/** Numbers and times only: values of the answer never stand in a push text. */
function push(view: AnswerView, now: Micros): string {
  const { totals, total, scopeTime } = view.answer
  const calls =
    totals === null ? null : totals.success + totals.failure + totals.unauthorized + totals.forbidden
  const many = calls === null ? counted(total, 'row') : counted(calls, 'call')
  const when = scopeTime === null ? '' : `, ${range(scopeTime, now)}`
  const caveat = caveatOf(view.answer)
  const incident = view.incident === null ? '' : ` · INC-${view.incident}`
  return `${plain(view.label, 40)}: ${many}${when}${caveat}${incident}`
}

function caveatOf(answer: Answer): string {
  if (answer.taken !== undefined) return answer.taken === null ? ', nothing was read' : ''
  const are = logsAre(answer)
  if (are === 'complete') return ''
  return are === 'none' ? `, no ${logsOf(answer)}` : `, ${logsOf(answer)} ${are}`
}

function entityLine({ answer: { entity }, cluster }: AnswerView): Line {
  const { scopes, matched } = entity
  const place = cluster === null ? [] : [say(' in '), isAlias(cluster) ? say(cluster) : code(cluster)]
  const many = scopes.length > 1 ? [say(` in ${counted(scopes.length, 'scope')}`)] : []
  return [
    say(entity.kind === 'ip' ? 'IP ' : `${entity.kind} `),
    code(entity.key),
    ...(place.length > 0 ? place : many),
    ...(matched > 1 ? [say(`, ${count(matched)} matched`)] : []),
  ]
}

function lines(sentences: readonly Sentence[]): Line[] {
  const shown = sentences.slice(0, LINES_SHOWN).map((parts) => sentence(parts, LINE))
  const left = sentences.length - LINES_SHOWN
  return left > 0 ? [...shown, [say(`${counted(left, 'more line')} left out for length.`)]] : shown
}

function facts({ answer }: AnswerView, shown: number, now: Micros): string[] {
  const { scopeTime, baseline, total } = answer
  const rows = shown === total ? counted(total, 'row') : `${count(shown)} of ${counted(total, 'row')}`
  return [
    ...(scopeTime === null ? [] : [`Scope ${range(scopeTime, now)}`]),
    ...(baseline === null ? [] : [`baseline ${lengthWords(baseline)} before`]),
    restsOn(answer, now),
    ...(shown === 0 && total === 0 ? [] : [rows]),
  ]
}

/** What the answer was told from: the logs and whether they are whole, or when the inventory was read. */
function restsOn(answer: Answer, now: Micros): string {
  if (answer.taken === undefined) return `${logsOf(answer)} ${logsAre(answer)}`
  return answer.taken === null ? 'inventory none' : `inventory read ${range(answer.taken, now)}`
}

function asked({ askedBy, askedAt, share }: AnswerView, now: Micros): Safe {
  const isShared = share !== null && 'by' in share
  const person = mention(isShared ? share.by : askedBy)
  const what = isShared ? mrkdwn`shared` : mrkdwn`asked`
  return person === null
    ? mrkdwn`${what} ${clock(askedAt, now)}`
    : mrkdwn`${what} by ${person} ${clock(askedAt, now)}`
}

/** What a person alone sees may be shown to all: the same question is asked again, for what stands there now. */
function shareRow(block_id: string, { answer, asking, share }: AnswerView): ActionsBlock | null {
  if (share === null || 'by' in share) return null
  const question = { lookup: answer.lookup, entity: share.offer, scope: asking.scope, window: asking.window }
  const incident = share.openIncident
  const places = [
    {
      action_id: SHARE_CHANNEL,
      label: 'Share to channel',
      value: encodeQuestion({ ...question, incident: null }),
    },
    {
      action_id: SHARE_INCIDENT,
      label: `Share to INC-${incident}`,
      value: incident === null ? null : encodeQuestion({ ...question, incident }),
    },
  ]
  const elements = places.flatMap(({ action_id, label, value }): Button[] =>
    value === null ? [] : [{ type: 'button', action_id, text: plainText(label), value }],
  )
  return elements.length === 0 ? null : { type: 'actions', block_id, elements }
}

/** Next questions keep where and when was asked; since when something is known is asked of all that is known. */
function nextQuestions({ answer, nextLabels, asking }: AnswerView): QuestionButton[] {
  return answer.next.flatMap((next, at): QuestionButton[] => {
    const label = nextLabels[at]
    if (label === undefined || label === '') return []
    const window = next.lookup === 'seen' ? null : asking.window
    return [{ ...next, label: plain(label, LIMITS.label), scope: asking.scope, window }]
  })
}
