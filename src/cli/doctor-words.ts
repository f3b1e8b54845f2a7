import { formatCount, visible } from '../../blocks/visible.ts'
import { SIZE_GROUPS, type Size } from '../db/sizes.ts'
import type { Coverage } from '../model/answer.ts'
import { HOUR, type Micros, SECOND } from '../model/time.ts'
import { clockWords, rangeWords } from '../model/time-words.ts'
import type { FeedHealth, Health } from './doctor.ts'

/** How everything fares, in lines for a person: `✓` works, `✗` needs somebody, `?` nothing is known yet. */
export function describeHealth(health: Health): readonly string[] {
  const { at, database, roles, configuration, feeds, coverage, rejected } = health
  return [
    `Database  ✓ PostgreSQL ${database.version}, ${bytesWords(database.bytes)}; hours are kept for ${database.retentionMonths} months.`,
    ...roleLines(roles),
    ...(configuration === null ? [] : [`Configuration  ✗ ${shown(configuration)}`]),
    'Feeds',
    ...(feeds.length === 0
      ? ['  none: FIREBREAK_CONFIG names none, and none has run. Records come from files alone.']
      : feeds.flatMap((feed) => feedLines(feed, at))),
    'Logs',
    ...(coverage.length === 0
      ? ['  none: no log has been taken in; answers rest on findings alone.']
      : coverage.map((log) => coverageLine(log, at))),
    ...(rejected.length === 0 ? ['Rejected  nothing.'] : ['Rejected']),
    ...rejected.map(
      ({ class: name, count, newest }) =>
        `  ${formatCount(count)} ${name}, the newest at ${clockWords(newest.at, at)}: ${shown(newest.file)}:${newest.line}: ${shown(newest.reason)}`,
    ),
    ...sizeLines(health),
  ]
}

function roleLines(roles: Health['roles']): readonly string[] {
  const broken = roles.filter(({ problem }) => problem !== null)
  if (broken.length === 0) return [`Roles     ✓ ${roles.map(({ role }) => role).join(', ')}`]
  return broken.map(
    ({ role, problem }) => `Roles     ✗ ${role}: ${shown(problem ?? '')} firebreak migrate makes it anew.`,
  )
}

function feedLines(feed: FeedHealth, at: Micros): readonly string[] {
  const { name, kind, receivedAt, landedAt, lag, landed, rejected, fault, isForgotten } = feed
  const title = `${shown(name)} (${kind})`
  if (receivedAt === null && fault === null) {
    return [`  ? ${title}: has never received; firebreak start ingest runs it.`]
  }
  const counts = `${formatCount(landed)} landed, ${formatCount(rejected)} rejected`
  const last = [
    receivedAt === null ? 'never received' : `last asked ${clockWords(receivedAt, at)}`,
    landedAt === null ? 'nothing landed yet' : `last landed ${clockWords(landedAt, at)}`,
    ...(lag === null ? [] : [`${lagWords(lag)} behind then`]),
    counts,
  ].join('; ')
  return [
    `  ${fault === null ? '✓' : '✗'} ${title}: ${last}.`,
    ...(fault === null
      ? []
      : [
          `      ${fault.code} since ${clockWords(fault.since, at)}: ${shown(fault.words)}`,
          `      What to do: ${shown(fault.cure)}`,
        ]),
    ...(isForgotten ? ['      The configuration file does not name it any more.'] : []),
  ]
}

function coverageLine({ scope, source, from, to, gaps }: Coverage, at: Micros): string {
  const missing = gaps.reduce((sum, gap) => sum + (gap.to - gap.from), 0)
  const holes =
    gaps.length === 0
      ? 'no gap of an hour or more'
      : `${formatCount(gaps.length)} ${gaps.length === 1 ? 'gap' : 'gaps'}, ${formatCount(Math.round(missing / HOUR))} hours in all`
  return `  ${shown(scope)} ${source}: ${rangeWords({ from, to }, at)}; ${holes}.`
}

function sizeLines({ sizes, year, coveredDays }: Health): readonly string[] {
  const ofGroup = (group: Size['group']): readonly Size[] => sizes.filter((size) => size.group === group)
  return [
    'On disk, with indexes',
    ...SIZE_GROUPS.flatMap((group) => {
      const own = ofGroup(group)
      if (own.length === 0) return []
      const months = own.filter(({ month, bytes }) => month !== null && bytes > EMPTY)
      const each = months.map(({ month, bytes }) => `${month} ${bytesWords(bytes)}`).join(', ')
      const all = own.reduce((sum, { bytes }) => sum + bytes, 0)
      return [`  ${group}: ${bytesWords(all)}${each === '' ? '' : ` (${each})`}`]
    }),
    year === null
      ? `A year: too little to say; it takes three days of logs, and there are ${coveredDays.toFixed(1)}.`
      : `A year: about ${bytesWords(year)} at the pace of the ${coveredDays.toFixed(0)} days that are there.`,
  ]
}

/** A partition without rows has some pages of indexes. */
const EMPTY = 128 * 1024

function lagWords(lag: Micros): string {
  const seconds = lag / SECOND
  if (seconds < 90) return `${seconds.toFixed(1)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

function bytesWords(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

/** What others wrote, without what a terminal would obey. */
function shown(text: string): string {
  return visible(text, 500)
}
