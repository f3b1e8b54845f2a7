import type { IgnoredClass, RejectedClass } from '../model/observation.ts'
import type { Fate, Fates, Incoming } from './delivery.ts'

/** Where an example of a reject stands; `line` is its number, or the index in an array. */
export interface RejectExample {
  readonly file: string
  readonly line: number
  readonly reason: string
}

/** `old`: requests of before the months that are kept, which lie outside of the partitions by month. */
export type KeptApartClass = 'old'

/** What `firebreak ingest --json` prints; `records = landed + duplicates + ignored + rejected`. */
export interface IngestSummary {
  readonly files: number
  readonly records: number
  readonly landed: number
  readonly duplicates: number
  readonly ignored: readonly { readonly class: IgnoredClass; readonly count: number }[]
  /** One line per class, and one per file for `unrecognised`, so that every such file is named. */
  readonly rejected: readonly {
    readonly class: RejectedClass
    readonly count: number
    readonly example: RejectExample
  }[]
  /** Records that landed, and are kept apart. */
  readonly keptApart: readonly { readonly class: KeptApartClass; readonly count: number }[]
  readonly seconds: number
}

/** Adds up fates; memory grows with classes and unrecognised files only. */
export class Tally {
  #landed = 0
  #duplicates = 0
  #old = 0
  readonly #ignored = new Map<IgnoredClass, number>()
  readonly #rejected = new Map<string, { class: RejectedClass; count: number; example: RejectExample }>()

  get rejected(): number {
    return [...this.#rejected.values()].reduce((n, { count }) => n + count, 0)
  }

  add(record: Pick<Incoming, 'file' | 'line'>, fate: Fate): void {
    switch (fate.kind) {
      case 'landed':
        this.#landed += 1
        return
      case 'duplicate':
        this.#duplicates += 1
        return
      case 'ignored':
        this.ignore(fate.class, 1)
        return
      case 'rejected': {
        const { class: name, reason } = fate.reject
        const key = name === 'unrecognised' ? `${name} ${record.file}` : name
        const known = this.#rejected.get(key)
        if (known === undefined) {
          const example = { file: record.file, line: record.line, reason }
          this.#rejected.set(key, { class: name, count: 1, example })
        } else known.count += 1
      }
    }
  }

  ignore(name: IgnoredClass, count: number): void {
    if (count > 0) this.#ignored.set(name, (this.#ignored.get(name) ?? 0) + count)
  }

  /** What became of requests that were read straight from the bytes, and how many of all are old. */
  addScanned({ landed, duplicates, rejected, old }: Omit<Fates, 'incoming'>): void {
    this.#old += old
    this.#landed += landed
    this.#duplicates += duplicates
    for (const { file, line, reject } of rejected) this.add({ file, line }, { kind: 'rejected', reject })
  }

  summary(files: number, seconds: number): IngestSummary {
    const ignored = [...this.#ignored].map(([name, count]) => ({ class: name, count }))
    const rejected = [...this.#rejected.values()]
    const sum = (list: readonly { readonly count: number }[]): number =>
      list.reduce((n, item) => n + item.count, 0)
    return {
      files,
      records: this.#landed + this.#duplicates + sum(ignored) + sum(rejected),
      landed: this.#landed,
      duplicates: this.#duplicates,
      ignored,
      rejected,
      keptApart: this.#old === 0 ? [] : [{ class: 'old', count: this.#old }],
      seconds: Math.round(seconds * 1000) / 1000,
    }
  }
}

/** What an ingest came to, in lines for a person. */
export function describeIngest(
  summary: IngestSummary,
  unreadable: readonly { readonly file: string; readonly reason: string }[],
): readonly string[] {
  const sum = (list: readonly { readonly count: number }[]): number =>
    list.reduce((n, item) => n + item.count, 0)
  const n = (count: number): string => count.toLocaleString('en-US')
  return [
    `${n(summary.records)} ${summary.records === 1 ? 'record' : 'records'} in ${n(summary.files)} ${summary.files === 1 ? 'file' : 'files'}: ${n(summary.landed)} landed, ${n(summary.duplicates)} ${summary.duplicates === 1 ? 'duplicate' : 'duplicates'}, ${n(sum(summary.ignored))} ignored, ${n(sum(summary.rejected))} rejected.`,
    ...summary.rejected.map(
      ({ class: name, count, example }) =>
        `  ${n(count)} ${name}, for example ${example.file}:${example.line}: ${example.reason}`,
    ),
    ...summary.keptApart.map(
      ({ count }) =>
        `  ${n(count)} ${count === 1 ? 'record is older than the months that are kept: it is' : 'records are older than the months that are kept: they are'} kept apart, outside the monthly partitions.`,
    ),
    ...unreadable.map(({ file, reason }) => `  ${file}: ${reason}`),
  ]
}
