import type pg from 'pg'
import { open, READER, readonly } from '../../src/db/open.ts'
import { DAY, HOUR, hourOf, type Micros } from '../../src/model/time.ts'
import type { BenchDatabase } from '../server.ts'
import { type About, type BenchQuestion, type Reader } from './question.ts'

/** Opens the graph as the reader's role does. */
export function openReader(database: BenchDatabase): Reader & { close(): Promise<void> } {
  const opened = open(database.urls.reader, 'firebreak bench reader', READER)
  return { graph: readonly(opened.db), db: opened.db, close: () => opened.close() }
}

/** What PostgreSQL says when a statement took longer than its session allows. */
const TIMED_OUT = '57014'

/**
 * So many subjects and addresses of one scope that called in the day before `to`, and images that its pods run, drawn by
 * chance and the same each time. Throws when there are none.
 */
export async function chooseAbouts(
  owner: pg.ClientBase,
  scope: About['scope'],
  to: Micros,
  count: number,
): Promise<readonly About[]> {
  const end = Math.ceil(to / HOUR) * HOUR
  const from = end - DAY
  const keys = async (side: 'subject' | 'ip'): Promise<readonly string[]> => {
    const { rows } = await owner.query<{ key: string }>(
      `select e.key from entity e where e.scope = $1 and e.id in (
         select g.${side} from edge_hour h join edge g on g.scope = h.scope and g.id = h.edge
         where h.scope = $1 and g.scope = $1 and h.hour >= $2 and h.hour < $3 and h.day >= $2 / 24 and h.day <= ($3 - 1) / 24
       ) order by hashtext(e.key), e.key limit $4`,
      [scope.id, hourOf(from), hourOf(end), count],
    )
    return rows.map(({ key }) => key)
  }
  const [subjects, ips, images] = [
    await keys('subject'),
    await keys('ip'),
    await imagesOf(owner, scope, count),
  ]
  return Array.from({ length: count }, (_, at) => {
    const subject = subjects[at % subjects.length]
    const ip = ips[at % ips.length]
    const image = images[at % images.length]
    if (subject === undefined || ip === undefined) throw new Error('nobody called in the day asked about')
    if (image === undefined) throw new Error('no pod runs an image')
    return { scope, subject, ip, image, from, to: end }
  })
}

async function imagesOf(
  owner: pg.ClientBase,
  scope: About['scope'],
  count: number,
): Promise<readonly string[]> {
  const { rows } = await owner.query<{ key: string }>(
    `select e.key from entity e where e.scope = $1 and e.kind = 'image' and e.id in (
       select l.target from link l join entity p on p.scope = l.scope and p.id = l.source
       where l.scope = $1 and p.scope = $1 and l.tie = 'runs' and p.kind = 'pod'
     ) order by hashtext(e.key), e.key limit $2`,
    [scope.id, count],
  )
  return rows.map(({ key }) => key)
}

/** No question is asked for longer, in milliseconds; four answers are waited for nevertheless. */
const LONGEST = 3_000
const LEAST = 4

/**
 * Milliseconds that a question takes, once for each of `abouts` while there is time. Where the server gave up on one, its time until then
 * is the last one. Throws when nothing was found.
 */
export async function timeQuestion(
  reader: Reader,
  question: BenchQuestion,
  abouts: readonly About[],
): Promise<readonly number[]> {
  let rows = 0
  let gaveUp = false
  const times: number[] = []
  const first = performance.now()
  // The first one opens connections and fills caches, and is not counted.
  for (const about of [...abouts.slice(0, 1), ...abouts]) {
    if (gaveUp || (times.length > LEAST && performance.now() - first > LONGEST)) break
    const began = performance.now()
    try {
      rows += await question.ask(reader, about)
    } catch (error) {
      if ((error as { code?: string }).code !== TIMED_OUT) throw error
      gaveUp = true
    }
    times.push(performance.now() - began)
  }
  if (gaveUp) return times
  if (rows === 0) throw new Error(`nothing was found: ${question.name}`)
  return times.slice(1)
}
