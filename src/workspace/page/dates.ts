const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
const DAY = 86_400

/** Fills Slack's date tokens for a time in seconds since 1970, in UTC; `now` in seconds. Unknown tokens stay as they are. */
export function formatDate(format: string, seconds: number, now: number): string {
  return format.replace(/\{([a-z_]+)\}/g, (whole, token: string) => tokenOf(token, seconds, now) ?? whole)
}

function tokenOf(token: string, seconds: number, now: number): string | null {
  const date = new Date(seconds * 1_000)
  const month = MONTHS[date.getUTCMonth()] ?? ''
  const weekday = DAYS[date.getUTCDay()] ?? ''
  const day = date.getUTCDate()
  const year = date.getUTCFullYear()
  const relative = near(seconds, now)
  const long = `${weekday}, ${month} ${ordinal(day)}, ${year}`
  const plain = `${month} ${day}`
  const short = `${month.slice(0, 3)} ${day}, ${year}`
  switch (token) {
    case 'date':
      return plain
    case 'date_pretty':
      return relative ?? plain
    case 'date_num':
      return date.toISOString().slice(0, 10)
    case 'date_slash':
      return `${two(day)}/${two(date.getUTCMonth() + 1)}/${year}`
    case 'date_long':
      return long
    case 'date_long_full':
      return `${month} ${day}, ${year}`
    case 'date_long_pretty':
      return relative ?? long
    case 'day_divider_pretty':
      return relative ?? `${weekday}, ${month} ${ordinal(day)}`
    case 'date_short':
      return short
    case 'date_short_pretty':
      return relative ?? short
    case 'time':
      return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
    case 'time_secs':
      return date.toISOString().slice(11, 19)
    case 'ago':
      return ago(seconds, now)
    default:
      return null
  }
}

function near(seconds: number, now: number): string | null {
  const days = Math.floor(seconds / DAY) - Math.floor(now / DAY)
  return days === 0 ? 'today' : days === -1 ? 'yesterday' : days === 1 ? 'tomorrow' : null
}

/** `3 minutes ago`, `in 2 hours`, `just now`. */
export function ago(seconds: number, now: number): string {
  const past = now - seconds
  const size = Math.abs(past)
  if (size < 45) return 'just now'
  const [unit, length] = (
    [
      ['day', DAY],
      ['hour', 3_600],
      ['minute', 60],
    ] as const
  ).find(([, span]) => size >= span) ?? ['minute', 60]
  const count = Math.max(1, Math.floor(size / length))
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`
  return past > 0 ? `${words} ago` : `in ${words}`
}

/** `02:14 UTC` of a message's ts. */
export function clockOf(ts: string): string {
  return `${new Date(Number(ts) * 1_000).toISOString().slice(11, 16)} UTC`
}

function ordinal(day: number): string {
  const teen = day % 100 >= 11 && day % 100 <= 13
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th')
  return `${day}${suffix}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
