import type { RequestBatch } from '../../src/graph/batch.ts'
import { RequestBatch as Batch } from '../../src/graph/batch.ts'
import { ScopeState } from '../../src/graph/scope-state.ts'
import { ScannedLines } from '../../src/ingest/scanned-lines.ts'
import { parseRecord } from '../../src/sources/index.ts'

/** What the graph gets of a line, in words; of a record that is no request, what became of it. */
export type Understood = object

/** Long after every time in these tests. */
const NOW = Date.UTC(2100, 0) * 1000

/** What the reader of bytes makes of a line; null when it leaves it to the parser. */
export function byScan(line: Buffer): Understood | null {
  // Something before and after the line, as in a chunk.
  const chunk = Buffer.concat([Buffer.from('{"kind":"Event"}\n'), line, Buffer.from('\n"}]}')])
  // The same state for all: what one event made known must not change the next one.
  lines.next(scanState)
  lines.begin(chunk)
  if (!lines.take(17, 17 + line.length, 1)) return null
  return lines.ignored > 0 ? IGNORED : inWords(lines.batch)
}

/** What the parser makes of a line. Throws when it is no JSON. */
export function byParser(line: Buffer): Understood {
  const parsed = parseRecord(JSON.parse(line.toString('utf8')))
  if (parsed.kind !== 'request') return parsed
  const batch = new Batch(parseState)
  batch.add(parsed, 1)
  return inWords(batch)
}

const scanState = new ScopeState()
const parseState = new ScopeState()
const lines = new ScannedLines(scanState, () => NOW)

const IGNORED: Understood = { kind: 'ignored', class: 'request-received' }

/** The only row of a batch, with every number said as what it stands for. */
function inWords(batch: RequestBatch): Understood {
  const { state } = batch
  const { entities, traits, links } = state
  const { about, code = null, requestUri = null, body = null } = batch.detailOf(0)
  const agent = batch.agents[0] ?? -1
  const abouts = [state.abouts[batch.callers[0] ?? 0], state.abouts[batch.objects[0] ?? 0], about]
  const entity = (nr: number): string => `${entities.kinds[nr]} ${entities.keys[nr]}`
  const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted()
  return {
    ...batch.describe(0),
    isDated: batch.isDated(0),
    code,
    requestUri,
    body,
    agent: agent < 0 ? null : [0, 1, 2].map((part) => entity(state.agents.get(agent, part))),
    entities: sorted(abouts.flatMap((one) => one?.entities.map(entity) ?? [])),
    traits: sorted(
      abouts.flatMap(
        (one) =>
          one?.traits.map((nr) =>
            [
              entity(traits.get(nr, 0)),
              state.traitNames[traits.get(nr, 1)],
              state.values.text(traits.get(nr, 2)),
            ].join(' '),
          ) ?? [],
      ),
    ),
    links: sorted(
      abouts.flatMap(
        (one) =>
          one?.links.map((nr) =>
            [entity(links.get(nr, 0)), state.tieNames[links.get(nr, 1)], entity(links.get(nr, 2))].join(' '),
          ) ?? [],
      ),
    ),
  }
}
