import { hash } from 'node:crypto'

/** Spreads the bits of a 32-bit number. */
export function mix(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}

/** 32 bits that stand for a text, the same in every process. */
export function textHash(text: string): number {
  let bits = 0x811c9dc5
  for (let at = 0; at < text.length; at++) bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193)
  return mix(bits)
}

const HEX = new Int8Array(128).fill(-1)
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit

const DASHES = [8, 13, 18, 23]

/** Text as bytes, or bytes of a text. */
export interface Characters {
  byte(at: number): number
  text(from: number, to: number): string
}

/** A string as characters to read from; those over 0xff are no part of what is looked for. */
export function charactersOf(text: string): Characters {
  return { byte: (at) => text.charCodeAt(at), text: (from, to) => text.slice(from, to) }
}

/**
 * Reads a UUID in its usual form (36 characters, lower case) that begins at `from` into four 32-bit numbers. False, and
 * nothing useful in `into`, when the text there is none.
 */
export function readUuid(source: Characters, from: number, to: number, into: Uint32Array): boolean {
  if (to - from !== 36) return false
  for (const dash of DASHES) if (source.byte(from + dash) !== 0x2d) return false
  let at = from
  for (let part = 0; part < 4; part++) {
    let bits = 0
    for (let digit = 0; digit < 8; at++) {
      const code = source.byte(at)
      if (code === 0x2d) continue
      const value = code < 128 ? (HEX[code] ?? -1) : -1
      if (value < 0) return false
      bits = (bits << 4) | value
      digit++
    }
    into[part] = bits
  }
  return at === to
}

/** The UUID that four numbers stand for. */
export function uuidText(parts: Uint32Array, from: number): string {
  let hex = ''
  for (let part = 0; part < 4; part++) hex += (parts[from + part] ?? 0).toString(16).padStart(8, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Four numbers for an id that is no UUID: the first 16 bytes of its SHA-256. */
export function digestId(id: string, into: Uint32Array): void {
  const bytes = hash('sha256', id, 'buffer')
  for (let part = 0; part < 4; part++) into[part] = bytes.readUInt32BE(part * 4)
}
