import { readConfig } from '../config.ts'
import { parseLookup, parseQuestion } from '../lookups/parse-question.ts'
import { parseBaseline } from '../lookups/parse-window.ts'
import { type Answer, rawText, type Sentence } from '../model/answer.ts'
import { formatEntity } from '../model/entity.ts'
import { formatScope } from '../model/scope.ts'
import { formatTime } from '../model/time.ts'
import { now, wireReader } from '../wire.ts'
import { withDatabase } from './database.ts'
import { readArgs, readScope, UsageError } from './usage.ts'

const LIMIT = 50

/** `firebreak ask LOOKUP ENTITY`. An entity that was never seen is an answer too: exit 0. */
export async function ask(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      scope: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      baseline: { type: 'string' },
      limit: { type: 'string', default: String(LIMIT) },
      json: { type: 'boolean', default: false },
    },
  })
  const [word, ...rest] = positionals
  if (word === undefined)
    throw new UsageError(
      'Ask what? Write firebreak ask LOOKUP ENTITY, for example firebreak ask subject system:anonymous',
    )
  const lookup = parseLookup(word, 'cli')
  if ('refused' in lookup) throw new UsageError(plainWords(lookup.refused))
  const at = now()
  const question = parseQuestion(lookup, rest.join(' '), at, 'cli', {
    since: values.since ?? null,
    until: values.until ?? null,
  })
  if ('refused' in question) throw new UsageError(plainWords(question.refused))
  const compared = values.baseline === undefined ? null : parseBaseline(values.baseline)
  if (compared !== null && 'refused' in compared) throw new UsageError(plainWords(compared.refused))
  const limit = Number(values.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new UsageError('--limit goes from 1 to 10000.')
  const scope = readScope(values.scope)

  return withDatabase(readConfig(), async (database) => {
    const reader = wireReader(database.urls)
    try {
      const answer = await lookup.ask(reader.graph, {
        entity: question.entity,
        scope: scope === null ? null : formatScope(scope),
        window: question.window,
        ...compared,
        limit,
        now: at,
      })
      console.log(values.json ? JSON.stringify(jsonAnswer(answer)) : textAnswer(answer))
      return 0
    } finally {
      await reader.close()
    }
  })
}

/** The answer as `ask --json` prints it (DESIGN §6). */
function jsonAnswer(answer: Answer): object {
  const time = (at: number | null): string | null => (at === null ? null : formatTime(at))
  const window = (span: { from: number; to: number }): object => ({
    from: time(span.from),
    to: time(span.to),
  })
  return {
    lookup: answer.lookup,
    entity: answer.entity,
    scopeTime: answer.scopeTime === null ? { from: null, to: null } : window(answer.scopeTime),
    baseline: answer.baseline === null ? null : window(answer.baseline),
    coverage: answer.coverage.map(({ scope, source, gaps, ...span }) => ({
      scope,
      source,
      ...window(span),
      gaps: gaps.map(window),
    })),
    firstSeen: time(answer.firstSeen),
    lastSeen: time(answer.lastSeen),
    totals: answer.totals,
    rows: answer.rows,
    total: answer.total,
    truncated: answer.truncated,
    next: answer.next.map(({ lookup, entity }) => ({ lookup, entity: formatEntity(entity) })),
  }
}

function textAnswer(answer: Answer): string {
  const lines = [
    ...answer.warnings.map((warning) => `Note: ${plainWords([warning])}`),
    plainWords([answer.sentence]),
    ...answer.notes.map((note) => plainWords([note])),
  ]
  if (answer.table !== null) {
    const rows = [answer.table.head, ...answer.table.rows].map((row) =>
      row.map((cell) => visible(cell === '' ? '–' : cell)),
    )
    const widths = answer.table.head.map((_, at) =>
      Math.max(...rows.map((row) => [...(row[at] ?? '')].length)),
    )
    lines.push(
      '',
      ...rows.map((row) =>
        row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd(),
      ),
    )
    if (answer.truncated)
      lines.push(`${answer.rows.length} of ${answer.total.toLocaleString('en-US')} rows; --limit shows more.`)
  }
  if (answer.next.length > 0) {
    lines.push(
      '',
      'Ask next:',
      ...answer.next.map(
        ({ lookup, entity }) => `  firebreak ask ${lookup} ${visible(formatEntity(entity))}`,
      ),
    )
  }
  return lines.join('\n')
}

function plainWords(sentences: readonly Sentence[]): string {
  return sentences
    .map((sentence) =>
      sentence.map((words) => (typeof words === 'string' ? words : visible(rawText(words)))).join(''),
    )
    .join(' ')
}

/** Values come from attackers too: a terminal must not obey what is in them. */
function visible(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
    .slice(0, 200)
}
