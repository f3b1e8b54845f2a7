import { answerCard } from '../../blocks/answer-card.ts'
import type { QuestionValue } from '../../blocks/ids.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { lookupNamed } from '../lookups/index.ts'
import type { Graph } from '../lookups/lookup.ts'
import type { Micros } from '../model/time.ts'
import type { Sharing } from '../model/views.ts'

/** Rows that an answer in Slack reads: the table shows ten of them. */
const ROWS = 50

/** PostgreSQL's word for a statement that ran into its time-out. */
const QUERY_CANCELED = '57014'

/** Asks one question and draws its answer; a question that runs too long is answered with what to do instead. */
export async function answerFor(
  graph: Graph,
  question: QuestionValue,
  asker: { readonly person: string; readonly at: Micros },
  share: Sharing = null,
): Promise<Message> {
  const lookup = lookupNamed(question.lookup)
  const started = performance.now()
  try {
    const answer = await lookup.ask(graph, {
      entity: question.entity,
      scope: question.scope,
      window: question.window,
      limit: ROWS,
      now: asker.at,
    })
    const [only, ...others] = answer.entity.scopes
    const cluster = others.length === 0 ? only?.split('/')[2] : undefined
    return answerCard(
      {
        answer,
        label: lookup.label,
        nextLabels: answer.next.map((next) => nextLabel(next.lookup, next.entity.kind)),
        incident: question.incident,
        cluster: cluster === undefined || cluster === '-' ? null : cluster,
        asking: { scope: question.scope, window: question.window },
        askedBy: asker.person,
        askedAt: asker.at,
        share,
      },
      { now: asker.at },
    )
  } catch (error) {
    if ((error as { code?: unknown }).code !== QUERY_CANCELED) throw error
    const seconds = Math.round((performance.now() - started) / 1000)
    return notice({
      sentences: [
        [
          `The question ran ${seconds} s and was stopped; nothing was changed. Narrow the scope time or the name.`,
        ],
      ],
      context: 'too-slow',
      buttons: [],
    })
  }
}

/** A secret's own question is worded the other way round. */
function nextLabel(lookup: QuestionValue['lookup'], kind: string): string {
  return lookup === 'secrets' && kind === 'secret' ? 'Who else read it' : lookupNamed(lookup).label
}
