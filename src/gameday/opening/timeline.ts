import { HOUR, type Micros, SECOND } from '../../model/time.ts'
import { Random } from '../random.ts'

/** Seconds of play. */
export const LENGTH = 120

/** How the seconds of play lie on the clock: the incident's first second is `begin`, its last one `end`. */
export interface Timeline {
  /** Before it everything is ordinary; records go back so far. */
  readonly dawn: Micros
  readonly begin: Micros
  readonly end: Micros
  /** The moment of a second of play, fractions included. */
  at(second: number): Micros
  /** When a record of that moment comes in: a little later, at once for what lies before the incident. */
  arrival(at: Micros): number
}

/** The clock of a seed whose play ends at `endsAt`: half an hour or more of events in two minutes. */
export function timelineOf(seed: number, endsAt: Micros): Timeline {
  const minutes = seed === 1 ? 40 : new Random(`${seed}/minutes`).whole(34, 44)
  const span = minutes * 60 * SECOND
  const end = Math.floor(endsAt)
  const begin = end - span
  return {
    dawn: begin - 25 * HOUR,
    begin,
    end,
    at: (second) => begin + Math.floor((second / LENGTH) * span),
    arrival: (at) => (at < begin ? 0 : Math.min(LENGTH, ((at - begin) / span) * LENGTH + 0.5)),
  }
}
