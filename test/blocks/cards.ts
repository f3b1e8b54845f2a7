import { answerCard } from '../../blocks/answer-card.ts'
import { degraded } from '../../blocks/degrade.ts'
import { firstReply } from '../../blocks/first-reply.ts'
import { help } from '../../blocks/help.ts'
import { incidentCard } from '../../blocks/incident-card.ts'
import { joinedCard } from '../../blocks/joined-card.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { opsMessage } from '../../blocks/ops-message.ts'
import { proposalCard, proposalLine } from '../../blocks/proposal-card.ts'
import { threadLine } from '../../blocks/thread-line.ts'
import { answers } from './answer-views.ts'
import { proposals } from './proposal-views.ts'
import { incidents, joinedCards, NOW, notices, opsMessages, replies, threadLines } from './views.ts'

const now = NOW

/** Every surface in every situation, by the name of its golden. */
export function allCards(): ReadonlyMap<string, Message> {
  const cards = new Map<string, Message>([
    ...Object.entries(incidents).map(([name, view]) => [name, incidentCard(view, { now })] as const),
    ...Object.entries(replies).map(([name, view]) => [name, firstReply(view, { now })] as const),
    ...Object.entries(threadLines).map(([name, view]) => [name, threadLine(view, { now })] as const),
    ...Object.entries(answers).map(([name, view]) => [name, answerCard(view, { now })] as const),
    ...Object.entries(notices).map(([name, view]) => [name, notice(view)] as const),
    ...Object.entries(joinedCards).map(([name, view]) => [name, joinedCard(view)] as const),
    ...Object.entries(opsMessages).map(([name, view]) => [name, opsMessage(view, { now })] as const),
    ...Object.entries(proposals).flatMap(([name, view]) => {
      const line = proposalLine(view, { now })
      const card = proposalCard(view, { now, buttonOf: (verb) => `id-of-${verb}` })
      return [[name, card] as const, ...(line === null ? [] : [[`${name}-line`, line] as const])]
    }),
    ['help', help()],
  ])
  for (const name of ['answer', 'first-reply']) {
    const [, ...rest] = degraded(cards.get(name) ?? help())
    rest.forEach((message, at) => cards.set(`${name}-degraded-${at + 1}`, message))
  }
  return cards
}
