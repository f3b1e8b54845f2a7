/** A source file: path from the root, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

const CLOCK =
  /\b(?:(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|current_timestamp\b|current_date\b|current_time\b|localtimestamp\b|localtime\b)/i

/** Where tables of the graph are made while the product runs: by jobs, ahead of time. */
const MAKES_TABLES = ['src/graph/partitions.ts']

/** One command at a time migrates: the owner's own session on the one node that every command talks to. */
const ADVISORY = ['src/cli/database.ts']

/** What a pattern in a file of some folders breaks, and what to do instead. */
interface Rule {
  readonly folders: readonly string[]
  readonly except: readonly string[]
  readonly pattern: RegExp
  readonly fault: string
}

const WRITERS = ['src/graph/', 'src/ingest/', 'src/incidents/', 'migrations/']

const RULES: readonly Rule[] = [
  {
    folders: WRITERS,
    except: [],
    pattern: /\bmerge\s+into\b|\.mergeInto\(/gi,
    fault: 'uses merge, which a spread table does not take in full: write insert … on conflict.',
  },
  {
    folders: ['src/', 'migrations/'],
    except: ADVISORY,
    pattern: /\bpg_(?:try_)?advisory_(?:xact_)?(?:un)?lock/gi,
    fault: 'takes an advisory lock, which only one node knows: lease a row of a table.',
  },
  {
    folders: ['src/graph/', 'src/ingest/', 'src/incidents/'],
    except: MAKES_TABLES,
    pattern: /\bcreate\s+(?:(?:unlogged|temp|temporary|local|global)\s+)*table\b|\.createTable\(/gi,
    fault: `makes a table while records come in: make it in a migration, or ahead of time in ${MAKES_TABLES.join(', ')}.`,
  },
]

/** Holds the SQL in source files against the rules that no catalog shows. Each fault names file, line, rule and cure. */
export function lintSources(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => [
    ...RULES.filter(({ folders, except }) => isIn(source, folders) && !isIn(source, except)).flatMap(
      ({ pattern, fault }) =>
        [...codeOf(source.text).matchAll(pattern)].map((match) => `${placeOf(source, match.index)} ${fault}`),
    ),
    ...(isIn(source, WRITERS) ? upsertsOf(source) : []),
  ])
}

/** A clock in what an upsert sets differs from node to node. */
function upsertsOf(source: Source): readonly string[] {
  const text = codeOf(source.text)
  return [...text.matchAll(/\bdo\s+update\s+set\b|\.doUpdateSet\(/gi)].flatMap((match) => {
    const clock = CLOCK.exec(setOf(text, match.index + match[0].length))
    if (clock === null) return []
    const name = clock[0].replace('(', '').trim()
    return [
      `${placeOf(source, match.index)} reads ${name} in what an upsert sets: pass the time as a parameter.`,
    ]
  })
}

/** What is set: to the end of the statement, which is that of its text or of the call. */
function setOf(text: string, from: number): string {
  if (text[from - 1] !== '(') return /^[^`;]*/.exec(text.slice(from))?.[0] ?? ''
  let depth = 1
  let at = from
  while (depth > 0 && at < text.length) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0
    at += 1
  }
  return text.slice(from, at)
}

/** The text with comments blanked out, so that places stay where they are. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)(?:\/\/|--)[^\n]*/g, (comment) =>
    comment.replaceAll(/[^\n]/g, ' '),
  )
}

function isIn({ path }: Source, places: readonly string[]): boolean {
  return places.some((place) => path.startsWith(place))
}

function placeOf({ path, text }: Source, at: number): string {
  return `${path}:${text.slice(0, at).split('\n').length}`
}

/** Migrations are numbered without gaps, and only go forward. */
export function lintNumbering(migrations: readonly Source[]): readonly string[] {
  const ordered = migrations.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return ordered.flatMap(({ path, text }, at) => {
    const file = path.replace(/^.*\//, '')
    const wanted = String(at + 1).padStart(4, '0')
    return [
      ...(/^\d{4}_[a-z_]+\.ts$/.test(file)
        ? []
        : [`${path} is not named NNNN_name.ts, so it never runs: rename it.`]),
      ...(file.startsWith(`${wanted}_`)
        ? []
        : [`${path} stands where ${wanted} is due: number it ${wanted}.`]),
      ...(/export\s+(?:async\s+)?(?:function\s+down|const\s+down)\b/.test(text)
        ? [`${path} goes back by down: take it out, what is wrong is put right by the next migration.`]
        : []),
    ]
  })
}
