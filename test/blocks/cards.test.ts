import type { ActionsBlock, KnownBlock } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { answerCard } from '../../blocks/answer-card.ts'
import { assertFits } from '../../blocks/assert-fits.ts'
import { logsAre } from '../../blocks/coverage.ts'
import { degraded } from '../../blocks/degrade.ts'
import { firstReply } from '../../blocks/first-reply.ts'
import { decodeQuestion } from '../../blocks/ids.ts'
import { incidentCard } from '../../blocks/incident-card.ts'
import type { Message } from '../../blocks/message.ts'
import { HOUR } from '../../src/model/time.ts'
import type { AnswerView, IncidentView } from '../../src/model/views.ts'
import { answers } from './answer-views.ts'
import { walk } from './slack-limits.ts'
import { incident, incidents, NOW, reply } from './views.ts'

const now = NOW

describe('the incident card', () => {
  test('says how bad, what and where first, in the header and in the push text', () => {
    const card = incidentCard(incident, { now })
    expect(header(card)).toBe(':red_circle: High · Anonymous access granted · prod-payments')
    expect(card.text).toBe('High: Anonymous access granted · prod-payments · first seen 02:14 UTC')
  })

  test('reads as CARDS draws it', () => {
    expect(words(incidentCard(incident, { now }))).toContain(
      'Who  <!channel> from 203.0.113.9\n' +
        'Pod  payments/<!channel>\n' +
        'Did  create clusterrolebindings/kube-⟦U+202E⟧proxy⟦U+2066⟧-ext⟦U+200B⟧, allowed\n' +
        'When  02:14–02:19 UTC ({ago}), 3 times\n' +
        'Next:  find out what ',
    )
    expect(words(incidentCard(incident, { now }))).toContain(
      'INC-41 · open · 1 finding · 123456789012 / eu-west-1 · audit logs yes',
    )
  })

  test('joined findings are counted in the header and named in one line', () => {
    const card = shown('incident-joined')
    expect(header(card)).toBe(':red_circle: High · Anonymous access granted +7 · prod-payments')
    expect(words(card)).toContain('Also  Privileged container (High) 02:31 · New:Kubernetes/*bold*')
    expect(words(card)).toContain('Secrets accessed (Medium) 22 Nov 2025 02:26 · 4 more in the thread')
  })

  test('a rise in severity says what it was', () => {
    expect(words(shown('incident-risen'))).toContain('\nWas Medium until 02:17 UTC')
    expect(header(shown('incident-risen'))).toMatch(/^:rotating_light: Critical · /)
  })

  test('without audit logs it warns above what happens next', () => {
    expect(words(shown('incident-no-audit-logs'))).toMatch(
      /:warning: No audit logs for this cluster, 02:14–02:19 UTC\. Answers come from the finding alone\.\nNext: /,
    )
  })

  test('a sample is marked as one in header, body and push text', () => {
    const card = shown('incident-sample')
    expect(header(card)).toMatch(/^:test_tube: SAMPLE · Medium · /)
    expect(card.text).toMatch(/^SAMPLE Medium: /)
    expect(words(card)).toContain("Made by GuardDuty's sample generator; its resources do not exist.")
  })

  test('an unknown type and an odd cluster name stand as code in the body, never in the header', () => {
    expect(header(shown('incident-unrecognised'))).toBe(
      ':white_circle: Low · Unrecognised finding · prod-payments',
    )
    expect(words(shown('incident-unrecognised'))).toMatch(/Type {2}Attack:Kubernetes/)
    expect(header(shown('incident-cluster-odd'))).toBe(':red_circle: High · Anonymous access granted')
    expect(words(shown('incident-cluster-odd'))).toContain('Cluster  <!here> https://evil.example')
  })

  test('nobody known draws no empty Who', () => {
    expect(words(shown('incident-nobody'))).not.toContain('Who')
    expect(words(shown('incident-instance'))).toContain('Who  instance i-0abc')
    expect(words(shown('incident-iam'))).toContain('Who  principal AROA:')
  })

  test('buttons carry what they ask, the incident and its scope; Detective is a link where it is one', () => {
    const buttons = buttonsOf(incidentCard(incident, { now }))
    expect(buttons.map((button) => button.action_id)).toEqual([
      'ask:subject',
      'ask:ip',
      'ask:secrets',
      'ask:seen',
      'modal:ask',
      'modal:contain',
      'open:detective',
    ])
    expect(decodeQuestion(buttons[0]?.value ?? '')).toEqual({
      lookup: 'subject',
      entity: { kind: 'subject', key: '<!channel>' },
      incident: 41,
      scope: '123456789012/eu-west-1/prod-payments',
      window: null,
    })
    expect(buttonsOf(shown('incident-nobody')).map((button) => button.action_id)).not.toContain(
      'open:detective',
    )
  })

  test('each revision has block ids of its own', () => {
    const ids = (view: IncidentView): unknown[] =>
      incidentCard(view, { now }).blocks.map((block) => block.block_id)
    expect(ids(incident)).toEqual(
      ['header', 'body', 'context', 'questions'].map((part) => `incident-41.${part}.3`),
    )
    expect(new Set([...ids(incident), ...ids({ ...incident, revision: 4 })]).size).toBe(8)
  })
})

describe('the first reply', () => {
  const listed = (others: number): string => {
    const also = Array.from({ length: others }, (_, nr) => ({
      title: `Other ${nr + 1}.`,
      type: 'x',
      severity: 'Medium' as const,
      firstSeen: NOW,
    }))
    return words(firstReply({ ...reply, also }, { now }))
  }

  test('lists the findings that joined before the card was posted and that the card only counts', () => {
    expect(listed(5)).toContain('\nOther 4. (Medium) 02:21 UTC\nOther 5. (Medium) 02:21 UTC')
    expect(listed(5)).not.toMatch(/Other [123]\.|more/)
  })

  test('lists nothing when the card shows them all', () => {
    expect(listed(3)).not.toContain('Also in this incident')
  })

  test('lists fifteen at most and says how many more there are', () => {
    expect(listed(18)).toContain('Other 18. ')
    expect(listed(18)).not.toContain('more')
    expect(listed(21)).toContain('Other 18. (Medium) 02:21 UTC\n3 more')
    expect(listed(21)).not.toContain('Other 19.')
  })
})

describe('the answer card', () => {
  const view = answers['answer'] as AnswerView

  test('says what it rests on and how much of it is shown', () => {
    const card = answerCard(view, { now })
    expect(card.text).toBe('Secrets accessed: 14 rows, 02:00–04:00 UTC · INC-41')
    expect(words(card)).toContain(
      'Scope 02:00–04:00 UTC · baseline 45 days before · audit logs complete · 10 of 14 rows',
    )
    expect(words(card)).toContain('asked by <@U0RESPONDER> 02:20 UTC')
    expect(words(answerCard(answers['answer-oversize'] as AnswerView, { now }))).toMatch(/\d of 1,204 rows/)
  })

  test('three next questions at most, the first standing out when it is bad news', () => {
    const asking = { scope: '111122223333/eu-west-1/prod-payments', window: { from: now - HOUR, to: now } }
    const buttons = buttonsOf(answerCard({ ...view, asking }, { now }))
    expect(buttons.map((button) => [button.action_id, button.style])).toEqual([
      ['ask:subject', 'primary'],
      ['ask:subject:2', undefined],
      ['ask:seen', undefined],
    ])
    expect(decodeQuestion(buttons[1]?.value ?? '')).toMatchObject({ incident: 41, ...asking })
    // Since when something is known is asked of all that is known.
    expect(decodeQuestion(buttons[2]?.value ?? '')).toMatchObject({ scope: asking.scope, window: null })
  })

  test('logs are complete only without a hole, for every scope, over the whole window', () => {
    const { answer } = view
    const [covered] = answer.coverage
    if (covered === undefined) throw new Error('no coverage to vary')
    expect(logsAre(answer)).toBe('complete')
    expect(logsAre({ ...answer, coverage: [] })).toBe('none')
    expect(logsAre({ ...answer, coverage: [{ ...covered, to: covered.to - HOUR - 1 }] })).toBe('with gaps')
    expect(logsAre({ ...answer, entity: { ...answer.entity, scopes: [covered.scope, '-/-/-'] } })).toBe(
      'with gaps',
    )
  })
})

test('a refused table or container is left out and said so, then only the text remains', () => {
  const steps = degraded(answerCard(answers['answer'] as AnswerView, { now }))
  expect(steps.map((message) => message.blocks.some((block) => block.type === 'table'))).toEqual([
    true,
    false,
    false,
  ])
  expect(JSON.stringify(steps[1])).toContain('Shown without the table because Slack refused it.')
  expect(steps[2]?.blocks).toEqual([])
  expect(degraded(incidentCard(incident, { now }))).toHaveLength(2)
})

test('a card over its limits is a fault that names each of them', () => {
  const heading = (text: string): KnownBlock => ({
    type: 'header',
    block_id: 'a.b.1',
    text: { type: 'plain_text', text },
  })
  expect(() => assertFits({ text: '', blocks: [heading('x'.repeat(151)), heading('')] })).toThrow(
    'card over its limits: text is empty; a block id is missing or stands twice; header: 151 of 150; header is empty',
  )
  expect(() => assertFits({ text: 'x', blocks: [{ type: 'divider', block_id: 'a' }] })).toThrow(
    'no card of ours draws',
  )
})

function shown(name: string): Message {
  return incidentCard(incidents[name] ?? incident, { now })
}

function header({ blocks }: Message): string {
  return blocks[0]?.type === 'header' ? blocks[0].text.text : ''
}

function buttonsOf({ blocks }: Message): { action_id?: string; value?: string; style?: string }[] {
  const rows = blocks.filter((block): block is ActionsBlock => block.type === 'actions')
  return rows.flatMap((row) => row.elements.filter((element) => element.type === 'button'))
}

/** All words of a card in reading order. */
function words(message: Message): string {
  return [...walk(message.blocks)]
    .map((node) => {
      if (node['type'] === 'emoji') return `:${String(node['name'])}:`
      if (node['type'] === 'date') return String(node['format'])
      return typeof node['text'] === 'string' ? node['text'] : ''
    })
    .join('')
}
