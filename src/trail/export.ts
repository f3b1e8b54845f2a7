import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { formatTime, type Micros } from '../model/time.ts'
import { readAnchor } from './file-sink.ts'
import type { Entry, Witness } from './verify.ts'

/** What stands beside an export, so that it can be verified without the database. */
export interface Manifest {
  readonly v: 1
  readonly chain: string
  readonly exportedAt: string
  readonly first: number
  readonly last: number
  readonly entries: number
  /** Hash of the last entry, hex. */
  readonly head: string
  /** Of the file of entries, hex. */
  readonly sha256: string
  readonly anchors: readonly {
    readonly sink: string
    readonly withstands: Witness['withstands']
    readonly anchors: readonly {
      readonly chain: string
      readonly seq: number
      readonly hash: string
      readonly at: string
    }[]
  }[]
}

export function manifestPath(file: string): string {
  return `${file}.manifest.json`
}

/** Writes every entry as a line of gzipped JSON, and a manifest beside it. Throws when there is no entry. */
export async function exportTrail(
  file: string,
  entries: AsyncIterable<Entry>,
  witnesses: readonly Witness[],
  now: Micros,
): Promise<Manifest> {
  let first: Entry | null = null
  let last: Entry | null = null
  let count = 0
  async function* lines(): AsyncGenerator<string> {
    for await (const entry of entries) {
      first ??= entry
      last = entry
      count += 1
      const { seq, prev, hash, body } = entry
      yield `${JSON.stringify({ seq, prev: hex(prev), hash: hex(hash), body })}\n`
    }
  }
  const digest = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      digest.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(Readable.from(lines()), createGzip(), hashing, createWriteStream(file, { mode: 0o600 }))
  const [from, to] = [first as Entry | null, last as Entry | null]
  if (from === null || to === null)
    throw new Error('The trail has no entry yet, so there is nothing to export.')
  const manifest: Manifest = {
    v: 1,
    chain: from.chain,
    exportedAt: formatTime(now),
    first: from.seq,
    last: to.seq,
    entries: count,
    head: hex(to.hash),
    sha256: digest.digest('hex'),
    anchors: witnesses.map(({ sink, withstands, anchors }) => ({
      sink,
      withstands,
      anchors: anchors.map(({ at, ...anchor }) => ({ ...anchor, at: formatTime(at) })),
    })),
  }
  await writeFile(manifestPath(file), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  return manifest
}

/** An export as it is read back: its entries, its witnesses, and what the manifest says is the last entry. */
export interface Exported {
  readonly entries: AsyncIterable<Entry>
  readonly witnesses: readonly Witness[]
  readonly head: { readonly seq: number; readonly hash: Buffer }
  /** False: the file is not the one that the manifest was made for. */
  readonly isWhole: boolean
}

/** Opens an export. Throws, naming the file and what is wrong, where manifest or file cannot be read. */
export async function openExport(file: string): Promise<Exported> {
  const path = manifestPath(file)
  const manifest = readManifest(await readFile(path, 'utf8'), path)
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(file)) digest.update(chunk as Buffer)
  return {
    entries: entriesOf(file, manifest.chain),
    witnesses: manifest.anchors.map(({ sink, withstands, anchors }) => ({
      sink,
      withstands,
      anchors: anchors.flatMap((anchor) => readAnchor(JSON.stringify(anchor)) ?? []),
    })),
    head: { seq: manifest.last, hash: Buffer.from(manifest.head, 'hex') },
    isWhole: digest.digest('hex') === manifest.sha256,
  }
}

function readManifest(text: string, path: string): Manifest {
  try {
    const manifest = JSON.parse(text) as Manifest
    if (manifest.v === 1 && Array.isArray(manifest.anchors) && Number.isSafeInteger(manifest.last))
      return manifest
  } catch {
    // Told below.
  }
  throw new Error(`${path} is no manifest of an export. Export the trail again with firebreak trail export.`)
}

async function* entriesOf(file: string, chain: string): AsyncGenerator<Entry> {
  let nr = 0
  for await (const line of linesOf(createReadStream(file).pipe(createGunzip()))) {
    nr += 1
    const { seq, prev, hash, body } = JSON.parse(line) as { readonly [key: string]: unknown }
    if (
      !Number.isSafeInteger(seq) ||
      typeof prev !== 'string' ||
      typeof hash !== 'string' ||
      typeof body !== 'string'
    )
      throw new Error(`${file}:${nr} is no entry of a trail.`)
    yield { chain, seq: seq as number, prev: Buffer.from(prev, 'hex'), hash: Buffer.from(hash, 'hex'), body }
  }
}

/** Lines end where they were ended: readline would end them at U+2028 too, which stands in bodies. */
async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of bytes) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
