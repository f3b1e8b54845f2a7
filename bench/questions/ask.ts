import type pg from 'pg'
import { open, READER_SESSION, readonly } from '../../src/db/open.ts'
import type { Micros } from '../../src/model/time.ts'
import type { BenchDatabase } from '../server.ts'
import { type About, type BenchQuestion, hourOf, type Reader } from './question.ts'

/** Opens the graph as the reader's role does. */
export function openReader(database: BenchDatabase): Reader & { close(): Promise<void> } {
  const opened = open(database.urls.reader, 'firebreak bench reader', { session: READER_SESSION })
  return { graph: readonly(opened.db), db: opened.db, close: () => opened.close() }
}

const HOUR = 3_600_000_000

/**
 * So many subjects and addresses of one scope that called in the day before `to`, drawn by chance and the same each
 * time. Throws when there are none.
 */
export async function chooseAbouts(
  owner: pg.ClientBase,
  scope: About['scope'],
  to: Micros,
  count: number,
): Promise<readonly About[]> {
  const end = Math.ceil(to / HOUR) * HOUR
  const from = end - 24 * HOUR
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
  const [subjects, ips] = [await keys('subject'), await keys('ip')]
  return Array.from({ length: count }, (_, at) => {
    const subject = subjects[at % subjects.length]
    const ip = ips[at % ips.length]
    if (subject === undefined || ip === undefined) throw new Error('nobody called in the day asked about')
    return { scope, subject, ip, from, to: end }
  })
}

/** Milliseconds that a question takes, once for each of `abouts`. Throws when none of them finds anything. */
export async function timeQuestion(
  reader: Reader,
  question: BenchQuestion,
  abouts: readonly About[],
): Promise<readonly number[]> {
  let rows = 0
  const times: number[] = []
  // The first one opens connections and fills caches, and is not counted.
  for (const about of [...abouts.slice(0, 1), ...abouts]) {
    const began = performance.now()
    rows += await question.ask(reader, about)
    times.push(performance.now() - began)
  }
  if (rows === 0) throw new Error(`nothing was found: ${question.name}`)
  return times.slice(1)
}
