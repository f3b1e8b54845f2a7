import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ByteStream } from '../model/feed.ts'
import type { Rejected } from '../model/observation.ts'

/** The most that one file may hold once it is unpacked; what follows is rejected. */
export const LARGEST_FILE = 5 * 1024 ** 3

/** How much of a file has been read, as it lies on disk. */
export interface ByteCount {
  bytes: number
  /** Null for a pipe. */
  readonly totalBytes: number | null
}

/** A file by its path, or what hands out bytes from their beginning each time it is called. */
export type ByteSource = string | (() => Promise<ByteStream>)

/** A file's bytes, unpacked when they are gzip. */
export interface Bytes {
  readonly count: ByteCount
  /** False for a pipe: it can be read only once. */
  readonly canReopen: boolean
  /** Each is good until the next one is asked for. */
  readonly chunks: AsyncGenerator<Buffer>
  /** After the last chunk: why there are no more of them, when that is not the end of the file. */
  readonly ending: { problem: Rejected | null }
}

/**
 * Opens a file, with a sentence for the person who named it when there is none to read; or a source, whose own errors it
 * throws.
 */
export async function openBytes(source: ByteSource, largest = LARGEST_FILE): Promise<Bytes> {
  const ending: Bytes['ending'] = { problem: null }
  if (typeof source === 'string') return openFile(source, largest, ending)
  const count: ByteCount = { bytes: 0, totalBytes: null }
  const raw = readStream(await source(), count)
  return { count, canReopen: true, chunks: unpacked(raw, largest, ending), ending }
}

async function openFile(path: string, largest: number, ending: Bytes['ending']): Promise<Bytes> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Error(sentenceFor(path, cause), { cause })
  })
  if (found.isDirectory()) throw new Error(`${path} is a directory; name the files in it.`)
  const count: ByteCount = { bytes: 0, totalBytes: found.isFile() ? found.size : null }
  const raw = readRaw(path, count)
  return { count, canReopen: found.isFile(), chunks: unpacked(raw, largest, ending), ending }
}

function sentenceFor(path: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR') return `There is no file ${path}.`
  if (code === 'EACCES' || code === 'EPERM') return `The file ${path} may not be read by this user.`
  return `The file ${path} cannot be read.`
}

async function* unpacked(
  raw: AsyncGenerator<Buffer>,
  largest: number,
  ending: Bytes['ending'],
): AsyncGenerator<Buffer> {
  let total = 0
  const chunks = plainOrGzip(raw, ending)
  for await (const chunk of chunks) {
    total += chunk.length
    if (total > largest) {
      const reason = `The file holds more than ${Math.floor(largest / 1024 ** 3)} GiB; split it and ingest the rest again.`
      ending.problem = { kind: 'rejected', class: 'too-large', pointer: '', reason }
      return
    }
    yield chunk
  }
}

async function* plainOrGzip(raw: AsyncGenerator<Buffer>, ending: Bytes['ending']): AsyncGenerator<Buffer> {
  try {
    const first = await firstBytes(raw)
    if (first[0] !== 0x1f || first[1] !== 0x8b) {
      if (first.length > 0) yield first
      yield* raw
      return
    }
    yield* gunzip(first, raw, ending)
  } finally {
    await raw.return(undefined)
  }
}

const CHUNK = 256 * 1024

/**
 * The file as it lies on disk. Each chunk is good until the next one is asked for: a gigabyte in fresh buffers costs as much
 * as reading it. Of a file the next chunk is read meanwhile; a pipe is read when somebody asks, since it may never end.
 */
async function* readRaw(path: string, count: ByteCount): AsyncGenerator<Buffer> {
  const handle = await open(path).catch((cause: unknown) => {
    throw new Error(sentenceFor(path, cause), { cause })
  })
  const buffers = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)] as const
  let turn: 0 | 1 = 0
  const read = async (): Promise<number> => (await handle.read(buffers[turn], 0, CHUNK, null)).bytesRead
  let next: Promise<number> | null = null
  try {
    for (;;) {
      const length: number = await (next ?? read()).catch((cause: unknown) => {
        throw new Error(sentenceFor(path, cause), { cause })
      })
      if (length === 0) return
      const chunk: Buffer = buffers[turn].subarray(0, length)
      turn = turn === 0 ? 1 : 0
      next = count.totalBytes === null ? null : read()
      next?.catch(() => undefined)
      count.bytes += length
      yield chunk
    }
  } finally {
    await next?.catch(() => undefined)
    await handle.close()
  }
}

/** A source's bytes as they come. */
async function* readStream(stream: ByteStream, count: ByteCount): AsyncGenerator<Buffer> {
  for await (const part of stream) {
    count.bytes += part.length
    if (part.length > 0) yield Buffer.from(part.buffer, part.byteOffset, part.length)
  }
}

/** Enough to see what kind of file it is: a pipe may hand out one byte at a time. */
async function firstBytes(raw: AsyncGenerator<Buffer>): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0)
  while (first.length < 4) {
    const next = await raw.next()
    if (next.done === true) break
    first = Buffer.concat([first, next.value])
  }
  return first
}

/** With a small readable buffer each piece is taken before the next is made, so none is lost when the file breaks off. */
const GUNZIP = { chunkSize: 256 * 1024, readableHighWaterMark: 1 }

async function* gunzip(
  first: Buffer,
  raw: AsyncGenerator<Buffer>,
  ending: Bytes['ending'],
): AsyncGenerator<Buffer> {
  // Unpacking runs ahead of what is taken, so it needs bytes that stay.
  async function* all(): AsyncGenerator<Buffer> {
    yield first
    for await (const chunk of raw) yield Buffer.from(chunk)
  }
  const packed = Readable.from(all(), { objectMode: false })
  const stream = createGunzip(GUNZIP)
  const failures: Error[] = []
  packed.on('error', (error) => {
    failures.push(error)
    stream.destroy(error)
  })
  packed.pipe(stream)
  try {
    for await (const chunk of stream) yield chunk as Buffer
  } catch (error) {
    const [failure] = failures
    if (failure !== undefined) throw failure
    ending.problem = brokenGzip(error)
  } finally {
    packed.destroy()
    stream.destroy()
  }
}

function brokenGzip(error: unknown): Rejected {
  const isShort = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
  return {
    kind: 'rejected',
    class: isShort ? 'truncated' : 'malformed',
    pointer: '',
    reason: isShort
      ? 'The gzip file breaks off here; fetch it again and ingest it again.'
      : 'The gzip file is damaged here; fetch it again and ingest it again.',
  }
}
