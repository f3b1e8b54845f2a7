import type { Connection } from '../db/open.ts'
import type { CoveredLog } from '../model/observation.ts'
import { HOUR, type Micros } from '../model/time.ts'
import { timeOf } from './resolve.ts'
import type { Lease } from './writer.ts'

/** Hours whose records a flow log says were lost, kept beside the logs' own. */
export const LOST_FLOWS = 'flow-lost'

/** First and last record of each hour, by log. */
export class CoverageSpans {
  readonly #hours = new Map<string, Map<number, { first: Micros; last: Micros }>>()

  see(source: CoveredLog | typeof LOST_FLOWS, at: Micros): void {
    const hours = this.#hours.get(source) ?? new Map<number, { first: Micros; last: Micros }>()
    this.#hours.set(source, hours)
    const hour = Math.floor(at / HOUR)
    const known = hours.get(hour)
    if (known === undefined) hours.set(hour, { first: at, last: at })
    else if (at < known.first) known.first = at
    else if (at > known.last) known.last = at
  }

  async write(client: Connection, { scope }: Lease): Promise<void> {
    const list = [...this.#hours].flatMap(([source, hours]) =>
      [...hours].map(([hour, span]) => ({ source, hour, ...span })),
    )
    if (list.length === 0) return
    await client.query({
      name: 'coverage',
      text: `insert into coverage (scope, source, hour, first_at, last_at)
        select $1, source, hour, ${timeOf('first')}, ${timeOf('last')}
        from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) as seen (source, hour, first, last)
        on conflict (scope, source, hour) do update set
          first_at = least(coverage.first_at, excluded.first_at), last_at = greatest(coverage.last_at, excluded.last_at)`,
      values: [
        scope,
        list.map(({ source }) => source),
        list.map(({ hour }) => hour),
        list.map(({ first }) => first),
        list.map(({ last }) => last),
      ],
    })
  }
}
