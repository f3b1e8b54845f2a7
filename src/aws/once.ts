import type { ByteStream } from '../model/feed.ts'

/** A text as a stream of one piece. */
export function once(text: string): ByteStream {
  return {
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(text)
    },
  }
}
