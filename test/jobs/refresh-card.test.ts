import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cardsBehindLogs } from '../../src/incidents/logs.ts'
import { type RefreshCardPorts, refreshCard, staleCards } from '../../src/jobs/refresh-card.ts'
import type { Chat, ChatMessage } from '../../src/model/chat.ts'
import { NOW, openWorld, plain, type World } from '../helpers/seed.ts'
import { auditEvent, clock, type FindingSpec, finding } from '../helpers/seed-records.ts'

/** A channel that remembers. `delete` is what a person does to a message; `break` makes the next calls fail. */
class FakeChat implements Pick<Chat, 'post' | 'update'> {
  readonly log: string[] = []
  readonly #there = new Set<string>()
  #nr = 0
  failAfter = Number.POSITIVE_INFINITY

  async post(message: ChatMessage, where: Parameters<Chat['post']>[1]) {
    this.#spend()
    const ts = `ts-${++this.#nr}`
    this.#there.add(ts)
    const place = where.threadTs === undefined ? where.channel : `under ${where.threadTs}`
    this.log.push(`${ts} ${place}${where.broadcast === true ? ', broadcast' : ''}: ${message.text}`)
    return { ts }
  }

  async update(message: ChatMessage, where: { readonly ts: string }) {
    this.#spend()
    if (!this.#there.has(where.ts)) return 'gone' as const
    this.log.push(`${where.ts} redrawn: ${message.text}`)
    return 'updated' as const
  }

  delete(ts: string): void {
    this.#there.delete(ts)
  }

  /** What was done since the last look. */
  news(): readonly string[] {
    return this.log.splice(0)
  }

  #spend(): void {
    if (this.failAfter-- <= 0) throw new Error('Slack is away')
  }
}

let world: World
let chat: FakeChat
beforeAll(async () => {
  world = await openWorld()
})
beforeEach(async () => {
  await world.reset()
  chat = new FakeChat()
})
afterAll(() => world.close())

const warnings: string[] = []
const text = (line: string): ChatMessage => ({ text: line, blocks: [] })

function ports(): RefreshCardPorts {
  return {
    db: world.bot,
    graph: world.graph,
    chat,
    channel: 'C1',
    now: () => NOW,
    linkTo: ({ channel, ts }) => `${channel}/${ts}`,
    warn: (_, message) => warnings.push(message),
    draw: {
      card: (view) => text(`card, ${view.severity}, ${view.times} times`),
      joined: ({ into, url }) => text(`joined INC-${into} at ${url}`),
      reply: (view) => text(view.firstAnswer === null ? 'reply' : `reply, ${plain(view.firstAnswer)}`),
      line: (view) => text(plain(view.line)),
    },
  }
}

async function absorb(spec: FindingSpec, given?: string): Promise<number> {
  await world.absorb([finding(spec)], given)
  const [row] = await world.graph.selectFrom('incident').select('id').orderBy('id', 'desc').limit(1).execute()
  return row?.id ?? 0
}

const first: FindingSpec = { id: 'f', severity: 5, count: 2, last: clock('05:00') }

test('an incident is posted once, with its first reply, and repeating it changes nothing', async () => {
  const incident = await absorb(first)
  await refreshCard(ports(), incident)
  expect(chat.news()).toEqual(['ts-1 C1: card, Medium, 2 times', 'ts-2 under ts-1: reply'])
  await refreshCard(ports(), incident)
  expect(chat.news()).toEqual([])
  expect(await staleCards(world.bot)).toEqual([])
})

test('a recurrence redraws the card and says nothing in the thread', async () => {
  const incident = await absorb(first)
  await refreshCard(ports(), incident)
  chat.news()
  await absorb({ ...first, count: 7, last: clock('06:00') })
  await refreshCard(ports(), incident)
  await refreshCard(ports(), incident)
  expect(chat.news()).toEqual(['ts-1 redrawn: card, Medium, 7 times'])
})

test('logs that come after the card are said on it, once', async () => {
  const incident = await absorb(first)
  await refreshCard(ports(), incident)
  expect(await cardsBehindLogs(world.bot)).toEqual([])
  chat.news()
  await world.absorb([auditEvent({ at: clock('04:20') })], '111122223333/eu-west-1/other')
  await world.absorb([auditEvent({ at: clock('14:20') })], '111122223333/eu-west-1/payments')
  expect(await cardsBehindLogs(world.bot)).toEqual([])
  await world.absorb([auditEvent({ at: clock('04:20') })], '111122223333/eu-west-1/payments')
  expect(await cardsBehindLogs(world.bot)).toEqual([incident])
  await refreshCard(ports(), incident)
  await refreshCard(ports(), incident)
  expect(chat.news()).toEqual(['ts-1 redrawn: card, Medium, 2 times'])
  expect(await cardsBehindLogs(world.bot)).toEqual([])
})

test('a finding that joins is one line in the thread', async () => {
  const incident = await absorb(first)
  await refreshCard(ports(), incident)
  chat.news()
  await absorb({ id: 'g', severity: 2 })
  await refreshCard(ports(), incident)
  await refreshCard(ports(), incident)
  expect(chat.news()).toEqual([
    'ts-1 redrawn: card, Medium, 3 times',
    'ts-3 under ts-1: Joined by Low · Cluster explored anonymously.',
  ])
})

test('a rise in severity is said to the channel, once for several', async () => {
  const incident = await absorb(first)
  await refreshCard(ports(), incident)
  chat.news()
  await absorb({ ...first, severity: 8, last: clock('06:00') })
  await absorb({ ...first, severity: 9.5, last: clock('07:00') })
  await refreshCard(ports(), incident)
  await refreshCard(ports(), incident)
  expect(chat.news()).toEqual([
    'ts-1 redrawn: card, Critical, 2 times',
    'ts-3 under ts-1: Severity rose to High: Cluster explored anonymously.',
    'ts-4 under ts-1, broadcast: Severity rose to Critical: Cluster explored anonymously.',
  ])
})

test('a card that somebody deleted is posted anew at the next change, with its reply and without old lines', async () => {
  const incident = await absorb(first)
  await refreshCard(ports(), incident)
  chat.delete('ts-1')
  chat.news()
  await absorb({ id: 'g', severity: 8 })
  await refreshCard(ports(), incident)
  expect(chat.news()).toEqual(['ts-3 C1: card, High, 3 times', 'ts-4 under ts-3: reply'])
  await refreshCard(ports(), incident)
  expect(chat.news()).toEqual([])
})

test('where there are logs, the first reply answers the first question for the span of the incident', async () => {
  const scope = '111122223333/eu-west-1/payments'
  await world.absorb(
    ['04:20', '08:00'].map((time) => auditEvent({ user: 'system:anonymous', at: clock(time) })),
    scope,
  )
  await refreshCard(ports(), await absorb({ ...first, first: clock('04:10'), last: clock('05:00') }))
  expect(chat.news()[1]).toBe(
    'ts-2 under ts-1: reply, system:anonymous: 1 call from 1 address, 04:00–05:00 UTC: 1 success.',
  )
})

test('an incident that does not exist is no card', async () => {
  await refreshCard(ports(), 999)
  expect(chat.news()).toEqual([])
})

test.each([
  ['before the card was posted', 0, ['ts-1 C1: card, Medium, 2 times', 'ts-2 under ts-1: reply']],
  ['before its reply was', 1, ['ts-2 under ts-1: reply']],
])('a start finds the card that a crash left unfinished %s', async (_, calls, rest) => {
  const incident = await absorb(first)
  chat.failAfter = calls
  await expect(refreshCard(ports(), incident)).rejects.toThrow('Slack is away')
  chat.news()
  chat.failAfter = Number.POSITIVE_INFINITY
  expect(await staleCards(world.bot)).toEqual([incident])
  for (const stale of await staleCards(world.bot)) await refreshCard(ports(), stale)
  expect(chat.news()).toEqual(rest)
  expect(await staleCards(world.bot)).toEqual([])
})

test.each([
  ['before the card was redrawn', 0, 3],
  ['before the first line', 1, 2],
  ['between two lines', 2, 1],
])('a start finds the card that is behind its incident: crash %s', async (_, calls, left) => {
  const incident = await absorb(first)
  await refreshCard(ports(), incident)
  await absorb({ id: 'g', severity: 8 })
  chat.failAfter = calls
  await expect(refreshCard(ports(), incident)).rejects.toThrow('Slack is away')
  chat.news()
  chat.failAfter = Number.POSITIVE_INFINITY
  expect(await staleCards(world.bot)).toEqual([incident])
  await refreshCard(ports(), incident)
  expect(chat.news()).toHaveLength(left)
  expect(await staleCards(world.bot)).toEqual([])
})

test('a start finds the card of a recurrence that was never drawn', async () => {
  const incident = await absorb(first)
  await refreshCard(ports(), incident)
  await absorb({ ...first, count: 7, last: clock('06:00') })
  expect(await staleCards(world.bot)).toEqual([incident])
})

test('the card of a finding that --scope places in a cluster asks about that cluster', async () => {
  const incident = await absorb({ ...first, cluster: null }, '111122223333/eu-west-1/payments')
  let labels: readonly string[] = []
  const { draw, ...rest } = ports()
  await refreshCard(
    {
      ...rest,
      draw: {
        ...draw,
        card(view) {
          labels = view.questions.map(
            (question) => `${question.lookup} ${question.entity.key} ${question.scope ?? ''}`,
          )
          return text(view.cluster ?? 'no cluster')
        },
      },
    },
    incident,
  )
  expect(chat.news()[0]).toBe('ts-1 C1: payments')
  expect(labels).toContain('secrets system:anonymous 111122223333/eu-west-1/payments')
})

test('what had joined before the card was posted is handed to its first reply, most severe first', async () => {
  const incident = await absorb(first)
  await absorb({ id: 'g', severity: 2 })
  await absorb({ id: 'h', severity: 8 })
  const { draw, ...rest } = ports()
  const reply: typeof draw.reply = ({ also }) => text(also.map(({ severity }) => severity).join(', '))
  await refreshCard({ ...rest, draw: { ...draw, reply } }, incident)
  expect(chat.news()).toEqual(['ts-1 C1: card, High, 4 times', 'ts-2 under ts-1: Medium, Low'])
})

test('a severity that the channel was never shown is not taken back by a new card', async () => {
  const incident = await absorb(first)
  await absorb({ ...first, severity: 8, last: clock('06:00') })
  const { draw, ...rest } = ports()
  const card: typeof draw.card = ({ severity, was }) => text(`${severity}, was ${was?.severity ?? 'nothing'}`)
  await refreshCard({ ...rest, draw: { ...draw, card } }, incident)
  await absorb({ ...first, severity: 9.5, last: clock('07:00') })
  await refreshCard({ ...rest, draw: { ...draw, card } }, incident)
  expect(chat.news().filter((line) => line.includes('was'))).toEqual([
    'ts-1 C1: High, was nothing',
    'ts-1 redrawn: Critical, was High',
  ])
})

test('a finding that joins while the card is read is neither shown by half nor skipped in the thread', async () => {
  const incident = await absorb(first)
  const { draw, ...rest } = ports()
  const counting = { ...draw, card: (view: { findings: number }) => text(`card, findings: ${view.findings}`) }
  let joins = 1
  const db = world.bot.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      // Only the incident itself has been read when the other finding commits.
      if (result.rows.some((row) => 'was_severity' in row) && joins-- > 0)
        await absorb({ id: 'g', severity: 2 })
      return result
    },
  })
  await refreshCard({ ...rest, db, draw: counting }, incident)
  expect(joins).toBe(0)
  await refreshCard({ ...rest, draw: counting }, incident)
  expect(chat.news()).toEqual([
    'ts-1 C1: card, findings: 1',
    'ts-2 under ts-1: reply',
    'ts-3 under ts-1: Joined by Low · Cluster explored anonymously.',
    'ts-1 redrawn: card, findings: 2',
  ])
})

test('a first question that fails is reported, and the reply comes without its answer', async () => {
  warnings.length = 0
  await world.absorb([auditEvent({ at: clock('04:20') })], '111122223333/eu-west-1/payments')
  const incident = await absorb({ ...first, first: clock('04:10'), last: clock('05:00') })
  await refreshCard({ ...ports(), graph: failing() }, incident)
  expect(chat.news().at(-1)).toBe('ts-2 under ts-1: reply')
  expect(warnings).toEqual([`the first answer of INC-${incident}`])
})

/** A graph whose every question runs into the time-out. */
function failing(): RefreshCardPorts['graph'] {
  return {
    selectFrom() {
      throw Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' })
    },
  } as unknown as RefreshCardPorts['graph']
}

/** An attack sequence whose signals are these findings. */
function attack(...signals: readonly string[]): object {
  const type = 'AttackSequence:EKS/CompromisedCluster'
  const record = finding({ id: 's', subject: null, ip: null, severity: 9, type }) as {
    readonly service: object
  }
  const steps = signals.map((uid) => ({ uid, type: 'FINDING', name: 'Impact:Runtime/CryptoMinerExecuted' }))
  return { ...record, service: { ...record.service, detection: { sequence: { signals: steps } } } }
}

test('of incidents that an attack sequence ties the first keeps its card, and the others lead there', async () => {
  const one = await absorb({ ...first, subject: 'alice', ip: null })
  const other = await absorb({ id: 'g', severity: 2, subject: 'bob', ip: null })
  for (const incident of [one, other]) await refreshCard(ports(), incident)
  chat.news()
  await world.absorb([attack('f', 'g')])
  expect(await staleCards(world.bot)).toEqual([one, other])
  for (const incident of [one, other, one, other]) await refreshCard(ports(), incident)
  expect(chat.news()).toEqual([
    'ts-1 redrawn: card, Critical, 4 times',
    `ts-5 under ts-1: Joined by INC-${other}: Low · Cluster explored anonymously.`,
    'ts-6 under ts-1: Joined by Critical · Attack sequence.',
    'ts-7 under ts-1, broadcast: Severity rose to Critical: Attack sequence.',
    `ts-3 redrawn: joined INC-${one} at C1/ts-1`,
    `ts-8 under ts-3: Joined INC-${one}; what follows is told there.`,
  ])
  expect(await staleCards(world.bot)).toEqual([])
})

test('a card that is posted anew, or first, is led to by the cards of those that it took in', async () => {
  const one = await absorb({ ...first, subject: 'alice', ip: null })
  const other = await absorb({ id: 'g', severity: 2, subject: 'bob', ip: null })
  await refreshCard(ports(), other)
  await world.absorb([attack('f', 'g')])
  await refreshCard(ports(), other)
  expect(chat.news().slice(-2)).toEqual([
    `ts-1 redrawn: joined INC-${one} at null`,
    `ts-3 under ts-1: Joined INC-${one}; what follows is told there.`,
  ])
  await refreshCard(ports(), one)
  expect(chat.news()).toEqual([
    'ts-4 C1: card, Critical, 4 times',
    'ts-5 under ts-4: reply',
    `ts-1 redrawn: joined INC-${one} at C1/ts-4`,
  ])
  chat.delete('ts-4')
  await absorb({ ...first, count: 7, subject: 'alice', ip: null, last: clock('06:00') })
  chat.failAfter = 3
  await expect(refreshCard(ports(), one)).rejects.toThrow('Slack is away')
  chat.failAfter = Number.POSITIVE_INFINITY
  chat.news()
  expect(await staleCards(world.bot)).toEqual([other])
  for (const incident of await staleCards(world.bot)) await refreshCard(ports(), incident)
  expect(chat.news()).toEqual([`ts-1 redrawn: joined INC-${one} at C1/ts-6`])
  expect(await staleCards(world.bot)).toEqual([])
})

test('below the deleted card of an incident that was joined nothing is said, and it is not posted anew', async () => {
  await absorb({ ...first, subject: 'alice', ip: null })
  const other = await absorb({ id: 'g', severity: 2, subject: 'bob', ip: null })
  await refreshCard(ports(), other)
  chat.delete('ts-1')
  await world.absorb([attack('f', 'g')])
  chat.news()
  for (let nr = 0; nr < 2; nr++) await refreshCard(ports(), other)
  expect(chat.news()).toEqual([])
  expect(await staleCards(world.bot)).not.toContain(other)
})

test('an incident that was joined before it had a card gets none', async () => {
  const one = await absorb({ ...first, subject: 'alice', ip: null })
  const other = await absorb({ id: 'g', subject: 'bob', ip: null })
  await world.absorb([attack('f', 'g')])
  for (const incident of [other, one]) await refreshCard(ports(), incident)
  expect(chat.news()).toEqual(['ts-1 C1: card, Critical, 4 times', 'ts-2 under ts-1: reply'])
  expect(await staleCards(world.bot)).toEqual([])
})
