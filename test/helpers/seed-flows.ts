import { FlowLines } from '../../src/sources/flow-lines.ts'
import { micros } from './seed.ts'
import { clock } from './seed-records.ts'

/** What a test wants a line of a flow log to say; everything else is a pod that calls an address outside. */
export interface FlowSpec {
  readonly from?: string
  readonly to?: string
  readonly ports?: readonly [from: number, to: number]
  readonly protocol?: number
  readonly bytes?: number | string
  readonly packets?: number
  readonly at?: string
  /** Seconds. */
  readonly length?: number
  readonly action?: string
  readonly status?: 'OK' | 'NODATA' | 'SKIPDATA'
  readonly account?: string
  readonly interface?: string
}

export const POD_IP = '10.0.20.31'
export const OUTSIDE = '203.0.113.9'

/** A line of the default format. */
export function flowLine(spec: FlowSpec = {}): string {
  const {
    from = POD_IP,
    to = OUTSIDE,
    ports = [40_112, 443],
    protocol = 6,
    bytes = 1_000,
    packets = 10,
  } = spec
  const { at = clock('02:10:00'), length = 59, action = 'ACCEPT', status = 'OK' } = spec
  const { account = '111122223333', interface: seenBy = 'eni-0aaaaaaaaaaaaaaaa' } = spec
  const start = Math.floor(micros(at) / 1_000_000)
  const told = status === 'OK' ? [from, to, ...ports, protocol, packets, bytes] : Array.from('-------')
  return [2, account, seenBy, ...told, start, start + length, status === 'OK' ? action : '-', status].join(
    ' ',
  )
}

/** The lines of a text as a file hands them on: what is no header. */
export function flowValues(text: string): readonly object[] {
  const lines = new FlowLines()
  return text.split('\n').flatMap((line) => {
    const value = lines.read(line.trim())
    return value === null || 'names' in value ? [] : [value]
  })
}

/** Records for `World.absorb`. */
export function flowRecords(...specs: readonly FlowSpec[]): readonly object[] {
  return flowValues(specs.map(flowLine).join('\n'))
}
