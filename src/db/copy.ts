import { finished } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const BLOCK = 256 * 1024
/** Room that a row of numbers certainly needs less than. */
const ROW = 256
/** PostgreSQL counts from the beginning of 2000. */
const EPOCH = 946_684_800_000_000n

/** Writes rows in the binary format of COPY: `begin` a row, then its columns in order. */
export class CopyRows {
  #block = Buffer.allocUnsafe(BLOCK)
  #at = HEADER.copy(this.#block)
  readonly #full: Buffer[] = []
  rows = 0

  begin(columns: number): void {
    if (this.#at + ROW > BLOCK) this.#flush()
    this.#at = this.#block.writeInt16BE(columns, this.#at)
    this.rows++
  }

  null(): void {
    this.#at = this.#block.writeInt32BE(-1, this.#at)
  }

  /** 0 is written as null. */
  count(value: number): void {
    if (value === 0) this.null()
    else this.int4(value)
  }

  int2(value: number): void {
    this.#at = this.#block.writeInt16BE(value, this.#block.writeInt32BE(2, this.#at))
  }

  int4(value: number): void {
    this.#at = this.#block.writeInt32BE(value, this.#block.writeInt32BE(4, this.#at))
  }

  /** Four numbers of 32 bits, from a place in an array. */
  uuid(parts: Uint32Array, from: number): void {
    this.#at = this.#block.writeInt32BE(16, this.#at)
    for (let part = from; part < from + 4; part++)
      this.#at = this.#block.writeUInt32BE(parts[part] ?? 0, this.#at)
  }

  /** Microseconds since 1970. */
  time(micros: number): void {
    this.#at = this.#block.writeBigInt64BE(BigInt(micros) - EPOCH, this.#block.writeInt32BE(8, this.#at))
  }

  /** Null writes null. */
  text(value: string | null): void {
    if (value === null) {
      this.null()
      return
    }
    const bytes = Buffer.byteLength(value)
    if (this.#at + bytes + ROW > BLOCK) this.#flush(bytes + ROW)
    this.#at = this.#block.writeInt32BE(bytes, this.#at)
    this.#at += this.#block.write(value, this.#at)
  }

  bytes(value: Buffer): void {
    if (this.#at + value.length + ROW > BLOCK) this.#flush(value.length + ROW)
    this.#at = this.#block.writeInt32BE(value.length, this.#at)
    this.#at += value.copy(this.#block, this.#at)
  }

  /** All of it; nothing may be added afterwards. */
  end(): readonly Buffer[] {
    this.#at = this.#block.writeInt16BE(-1, this.#at)
    this.#full.push(this.#block.subarray(0, this.#at))
    return this.#full
  }

  #flush(room = 0): void {
    this.#full.push(this.#block.subarray(0, this.#at))
    this.#block = Buffer.allocUnsafe(Math.max(BLOCK, room + ROW))
    this.#at = 0
  }
}

/** Sends rows to a table; columns in the order in which the rows have them. Nothing is sent for no rows. */
export async function copyInto(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  rows: CopyRows,
): Promise<void> {
  if (rows.rows === 0) return
  const stream = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin binary`))
  for (const block of rows.end()) stream.write(block)
  stream.end()
  await finished(stream)
}
