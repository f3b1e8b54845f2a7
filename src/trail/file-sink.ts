import { appendFile, readFile } from 'node:fs/promises'
import type { Anchor, AnchorSink } from '../model/anchor.ts'
import { formatTime, parseTime } from '../model/time.ts'

/** Anchors as lines of a file: out of the database's reach, and of anybody's who has no access to this machine. */
export function fileSink(path: string): AnchorSink {
  return {
    name: 'file',
    withstands: 'bot-token',
    async write({ at, ...anchor }) {
      await appendFile(path, `${JSON.stringify({ ...anchor, at: formatTime(at) })}\n`, {
        mode: 0o600,
        flush: true,
      })
      return path
    },
    async read() {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if ((error as { code?: unknown }).code === 'ENOENT') return ''
        throw error
      })
      return text.split('\n').flatMap((line) => readAnchor(line) ?? [])
    },
  }
}

/** An anchor as JSON; null for anything else. */
export function readAnchor(line: string): Anchor | null {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { chain, seq, hash, at } = value as { readonly [key: string]: unknown }
  const time = typeof at === 'string' ? parseTime(at) : null
  if (typeof chain !== 'string' || !Number.isSafeInteger(seq) || time === null) return null
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return null
  return { chain, seq: seq as number, hash, at: time }
}
