import { basename } from 'node:path'
import { formatCount, visible } from '../../blocks/visible.ts'
import type { IngestProgress } from '../ingest/progress.ts'

/** What the line is drawn on: standard error of a terminal. */
export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Milliseconds between two drawings. */
const PAUSE = 100

/** Before this many seconds a rate or a time left would be a guess. */
const EARLY = 1

/** How many columns a line takes when the terminal does not say how wide it is. */
const WIDTH = 80

const CLEAR = '\r\u001B[2K'

/**
 * Draws one line about the file that is being taken in, again and again in its place and at most ten times a second.
 * Writes nothing where nobody watches: when the output is no terminal. `clock` counts milliseconds.
 */
export class ProgressLine {
  readonly #out: Terminal
  readonly #clock: () => number
  #file: string | null = null
  #began = 0
  #drawn = Number.NEGATIVE_INFINITY
  #isShown = false

  constructor(out: Terminal, clock: () => number) {
    this.#out = out
    this.#clock = clock
  }

  report(progress: IngestProgress): void {
    if (this.#out.isTTY !== true) return
    const now = this.#clock()
    if (progress.file !== this.#file) {
      this.#file = progress.file
      this.#began = now
    }
    if (now - this.#drawn < PAUSE) return
    this.#drawn = now
    this.#isShown = true
    const line = progressLine(progress, (now - this.#began) / 1000)
    // A line that wraps could not be drawn over.
    this.#out.write(`${CLEAR}${[...line].slice(0, (this.#out.columns ?? WIDTH) - 1).join('')}`)
  }

  /** Takes the line away, before anything else is printed and at the end. */
  clear(): void {
    if (this.#isShown) this.#out.write(CLEAR)
    this.#isShown = false
  }
}

/** `audit.ndjson.gz 41 % · 1,204,000 records · 148,000/s · 3 rejected · about 12 s left`, after so many seconds. */
export function progressLine(progress: IngestProgress, seconds: number): string {
  const { bytes, totalBytes, records, rejected } = progress
  const share = totalBytes === null || totalBytes === 0 ? null : Math.min(1, bytes / totalBytes)
  // A file's name may hold what would move the cursor.
  const name = visible(basename(progress.file), 60)
  const isEarly = seconds < EARLY
  return [
    share === null ? name : `${name} ${Math.floor(share * 100)} %`,
    `${formatCount(records)} ${records === 1 ? 'record' : 'records'}`,
    ...(isEarly ? [] : [`${formatCount(rate(records / seconds))}/s`]),
    ...(rejected === 0 ? [] : [`${formatCount(rejected)} rejected`]),
    ...(isEarly || share === null || share === 0
      ? []
      : [`about ${left((seconds / share) * (1 - share))} left`]),
  ].join(' · ')
}

/** To three digits: more of them would only flicker. */
function rate(perSecond: number): number {
  return Math.round(Number(perSecond.toPrecision(3)))
}

function left(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
