import type { StandingSource } from './observation.ts'
import type { ScopeParts } from './scope.ts'
import { formatTime, type Micros } from './time.ts'

/** `apiVersion` of a reading: a list as Firebreak's own readers hand it on, with when it was read and whether that was all. */
export const READING_VERSION = 'firebreak.dev/v1'

/** One page of a list of all things of a kind. */
export interface Page {
  readonly source: StandingSource
  /** `Pod`, `Instance`, … */
  readonly of: string
  readonly scope: ScopeParts
  /** When its first page was answered. */
  readonly takenAt: Micros
  /** Things on the pages before it. */
  readonly before: number
  /** True for the last page of a list that holds all that there is. */
  readonly complete: boolean
  readonly items: readonly unknown[]
}

/** Characters of the things in one document: it stays far below the largest record. */
const LARGEST = 2 * 1024 * 1024

/** The page as documents that `sources/inventory.ts` reads, in order; only the last one of them can be complete. */
export function readingTexts(page: Page): readonly string[] {
  const texts: string[] = []
  let things: string[] = []
  let size = 0
  let { before } = page
  const end = (complete: boolean): void => {
    const { source, of, scope, takenAt } = page
    const head = JSON.stringify({
      apiVersion: READING_VERSION,
      kind: 'Reading',
      source,
      of,
      scope,
      takenAt: formatTime(takenAt),
      before,
      complete,
    })
    texts.push(`${head.slice(0, -1)},"items":[${things.join(',')}]}`)
    before += things.length
    things = []
    size = 0
  }
  for (const item of page.items) {
    const text = JSON.stringify(item) ?? 'null'
    if (things.length > 0 && size + text.length > LARGEST) end(false)
    things.push(text)
    size += text.length
  }
  end(page.complete)
  return texts
}
