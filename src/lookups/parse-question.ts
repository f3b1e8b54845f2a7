import type { Sentence, Window } from '../model/answer.ts'
import { type EntityRef, parseEntity } from '../model/entity.ts'
import { canonicalIp, parseCidr } from '../model/ip.ts'
import type { Micros } from '../model/time.ts'
import { LOOKUPS } from './index.ts'
import type { Lookup } from './lookup.ts'
import { parseWindow } from './parse-window.ts'

/** Where a question was typed; decides how examples are written. */
export type Surface = 'slack' | 'cli'

/** What was typed, read; or the sentences that say what was wrong and what to type instead. */
export type ParsedQuestion =
  | { readonly lookup: Lookup; readonly entity: EntityRef; readonly window: Window | null }
  | { readonly refused: readonly Sentence[] }

/** Characters that are read: more than a command in Slack needs, and on a command line more than any key has. */
const MOST_TYPED: Record<Surface, number> = { slack: 500, cli: 2_000 }

/** `since` and `until` as typed, where they come apart from the entity. */
export interface Times {
  readonly since: string | null
  readonly until: string | null
}

/** Reads `ENTITY [since …] [until …]` for one lookup; with `times` given, all of `typed` is the entity. */
export function parseQuestion(
  lookup: Lookup,
  typed: string,
  now: Micros,
  surface: Surface,
  times?: Times,
): ParsedQuestion {
  const text = typed.trim()
  const most = MOST_TYPED[surface]
  if (text.length > most) {
    return refuse([
      `That is ${text.length.toLocaleString('en-US')} characters; ${most.toLocaleString('en-US')} are read. Paste the name or address alone.`,
    ])
  }
  const { rest, since, until } = times === undefined ? splitTimes(text) : { rest: text, ...times }
  if (rest === '') return refuse(whichOne(lookup, surface))
  const read = parseWindow(since, until, now)
  if ('refused' in read) return refuse(read.refused)
  const entity = parseEntity(rest) ?? { kind: lookup.kindOf?.(rest) ?? lookup.defaultKind, key: rest }
  if (!lookup.about.includes(entity.kind)) {
    return refuse([
      `${lookup.label} is not asked about a ${entity.kind}. It is asked about: ${lookup.about.join(', ')}.`,
    ])
  }
  if (entity.kind === 'ip') return parseAddress(lookup, entity.key, read.window, surface)
  return { lookup, entity, window: read.window }
}

/** The lookup a word names; or the sentences for one that does not exist, with the nearest. */
export function parseLookup(
  word: string,
  surface: Surface,
): Lookup | { readonly refused: readonly Sentence[] } {
  const found = LOOKUPS.find((lookup) => lookup.name === word.toLowerCase())
  if (found !== undefined) return found
  const nearest = LOOKUPS.toSorted((a, b) => distance(a.name, word) - distance(b.name, word))[0]
  const all = LOOKUPS.map((lookup) => lookup.name).join(', ')
  const help = surface === 'slack' ? ' Type /firebreak help for the list.' : ` The questions are: ${all}.`
  return {
    refused: [
      [
        `There is no ${surface === 'slack' ? 'command' : 'question'} `,
        { code: word.slice(0, 60) },
        '.',
        nearest !== undefined && distance(nearest.name, word) <= 2 ? ` Nearest: ${nearest.name}.` : '',
        help,
      ],
    ],
  }
}

function parseAddress(lookup: Lookup, key: string, window: Window | null, surface: Surface): ParsedQuestion {
  if (key.includes('/')) {
    const cidr = parseCidr(key)
    if ('network' in cidr) return { lookup, entity: { kind: 'ip', key: cidr.network }, window }
    const problem = cidr.problem.charAt(0).toLowerCase() + cidr.problem.slice(1)
    return refuse([
      { code: key.slice(0, 60) },
      ` is not a network: ${problem} Did you mean `,
      { code: cidr.suggestion },
      '?',
    ])
  }
  if (/[*?]/.test(key)) {
    if (/^[0-9a-fA-F.:*?]+$/.test(key))
      return { lookup, entity: { kind: 'ip', key: key.toLowerCase() }, window }
  } else {
    const address = canonicalIp(key)
    if (address !== null) return { lookup, entity: { kind: 'ip', key: address }, window }
  }
  const shown = key.slice(0, 60)
  return refuse([
    { code: shown },
    ' is not an IP address. For a user or service account type ',
    { code: surface === 'slack' ? `/subject ${shown}` : `ask subject ${shown}` },
    '.',
  ])
}

function splitTimes(text: string): { rest: string; since: string | null; until: string | null } {
  let rest = text
  const times: { since: string | null; until: string | null } = { since: null, until: null }
  for (;;) {
    const clause = /(?:^|\s)(since|until)\s+(\S+)$/i.exec(rest)
    if (clause === null) return { rest: rest.trim(), ...times }
    const word = (clause[1] ?? '').toLowerCase() === 'since' ? 'since' : 'until'
    times[word] = clause[2] ?? null
    rest = rest.slice(0, clause.index)
  }
}

const EXAMPLES: { readonly [name in Lookup['name']]: readonly [string, string, string] } = {
  ip: ['203.0.113.9', '203.0.113.*', '203.0.113.0/24'],
  subject: ['system:anonymous', 'system:serviceaccount:payments:*', 'system:anonymous since 7d'],
  secrets: ['system:anonymous', 'ip:203.0.113.9', 'secret:payments/db'],
  seen: ['system:anonymous', 'ip:203.0.113.9', 'pod:payments/api-*'],
  newly: ['prod-payments', 'prod-payments since 1d', 'subject:system:anonymous'],
  volume: ['prod-payments', 'prod-payments since 1d', 'prod-*'],
  activity: ['prod-payments', 'subject:system:anonymous', 'ip:203.0.113.9'],
  principal: [
    'arn:aws:sts::111122223333:assumed-role/ops/alice',
    'role:arn:aws:iam::111122223333:role/ops',
    'session:alice',
  ],
  network: ['203.0.113.9', 'pod:payments/api-1 since 1d', 'instance:i-0123456789abcdef0'],
  cluster: ['prod-payments', 'prod-*', 'cluster:prod-payments'],
  containers: ['prod-payments', 'pod:payments/api-*', 'node:ip-10-0-1-11.ec2.internal'],
}

function whichOne(lookup: Lookup, surface: Surface): Sentence {
  const what =
    lookup.name === 'seen' ? 'entity' : lookup.defaultKind === 'ip' ? 'address' : lookup.defaultKind
  const [a, b, c] = EXAMPLES[lookup.name].map((example) => commandFor(lookup, example, surface))
  return [`Which ${what}? Try `, { code: a ?? '' }, ', ', { code: b ?? '' }, ' or ', { code: c ?? '' }, '.']
}

/** The words that ask a question on a surface: `/ip 203.0.113.9`, `ask ip 203.0.113.9`. */
export function commandFor(lookup: Lookup, typed: string, surface: Surface): string {
  if (surface === 'cli') return `ask ${lookup.name} ${typed}`
  return lookup.name === 'ip' || lookup.name === 'subject'
    ? `/${lookup.name} ${typed}`
    : `/firebreak ${lookup.name} ${typed}`
}

function refuse(...sentences: readonly Sentence[]): ParsedQuestion {
  return { refused: sentences }
}

/** Levenshtein distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap))
    }
    row = next
  }
  return row[b.length] ?? 0
}
