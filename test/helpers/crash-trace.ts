import { join } from 'node:path'
import { Draw } from '../../bench/generate/draw.ts'
import { auditLines } from '../../bench/generate.ts'
import { LineFile } from '../../bench/line-file.ts'

const STAGES = ['ResponseStarted', 'ResponseComplete', 'Panic']
const OUTCOMES = ['success', 'failure', 'unauthorized', 'forbidden'] as const

/** Two files that overlap, with a fifth of their lines a second time somewhat later, and what is in them. */
export interface CrashTrace {
  readonly files: readonly string[]
  /** Lines of both files together. */
  readonly lines: number
  /** Different stages of requests. */
  readonly events: number
  /** Requests by who called, from where and how, with the outcomes in the order of the graph. */
  readonly counts: ReadonlyMap<string, readonly number[]>
}

interface Event {
  readonly auditID: string
  readonly stage: string
  readonly verb: string
  readonly user?: { readonly username?: string }
  readonly sourceIPs?: readonly string[]
  readonly responseStatus?: { readonly code?: number }
}

/** Writes the two files and counts what is in them by itself. The same events and seed give the same bytes. */
export async function writeCrashTrace(folder: string, events: number, seed: string): Promise<CrashTrace> {
  const files = [join(folder, 'first.ndjson'), join(folder, 'second.ndjson')]
  const outs = files.map((path) => new LineFile(path))
  const draw = new Draw(`${seed} again`)
  const requests = new Map<string, { stage: number; key: string; outcome: number }>()
  const again: string[] = []
  let lines = 0
  let distinct = 0
  let nr = 0
  const add = async (line: string): Promise<void> => {
    for (const [at, out] of outs.entries()) {
      // The first file ends where three fifths are written, and the second begins where two are.
      if (at === 0 ? nr >= events * 0.6 : nr < events * 0.4) continue
      lines += 1
      if (out.add(line)) await out.flush()
    }
  }
  for (const line of auditLines({ events, seed, start: Date.parse('2026-11-20T22:00:00Z') })) {
    await add(line)
    distinct += 1
    count(requests, JSON.parse(line) as Event)
    if (draw.once(5)) again.push(line)
    if (again.length > 400) for (const old of again.splice(0, 300)) await add(old)
    nr += 1
  }
  for (const out of outs) await out.close()
  const counts = new Map<string, number[]>()
  for (const { key, outcome } of requests.values()) {
    const known = counts.get(key) ?? [0, 0, 0, 0]
    known[outcome] = (known[outcome] ?? 0) + 1
    counts.set(key, known)
  }
  return { files, lines, events: distinct, counts }
}

/** A request counts once, by its earliest stage. */
function count(requests: Map<string, { stage: number; key: string; outcome: number }>, event: Event): void {
  const stage = STAGES.indexOf(event.stage)
  const known = requests.get(event.auditID)
  if (known !== undefined && known.stage <= stage) return
  const code = event.responseStatus?.code
  const name =
    code === 401
      ? 'unauthorized'
      : code === 403
        ? 'forbidden'
        : code !== undefined && code < 400
          ? 'success'
          : 'failure'
  const key = [event.user?.username ?? '', event.sourceIPs?.at(-1) ?? '', event.verb].join(' | ')
  requests.set(event.auditID, { stage, key, outcome: OUTCOMES.indexOf(name) })
}
