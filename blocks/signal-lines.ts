import type { Micros } from '../src/model/time.ts'
import type { SequenceView, SignalLine } from '../src/model/views.ts'
import { fit } from './limits.ts'
import { type Line, labelled, linesLength, say } from './rich.ts'
import { code, counted, plain } from './safe.ts'
import { ago, bareClock, range } from './times.ts'

/** Signals on a card. */
const ON_CARD = 4

/** The head of an attack's card: `6 signals, 02:14–03:05 UTC (3 min ago), 2 subjects, 1 IP, 1 node`, and the first signals. */
export function sequenceLines(
  { signals, firstSeen, lastSeen, subjects, addresses, nodes }: SequenceView,
  now: Micros,
): Line[] {
  const since = ago(lastSeen, now)
  const parties = [
    ...(subjects === 0 ? [] : [counted(subjects, 'subject')]),
    ...(addresses === 0 ? [] : [counted(addresses, 'IP')]),
    ...(nodes === 0 ? [] : [counted(nodes, 'node')]),
  ]
  const head: Line = [
    ...labelled(counted(signals.length, 'signal')),
    say(range({ from: firstSeen, to: lastSeen }, now)),
    ...(since === null ? [] : [say(' ('), since, say(')')]),
    ...(parties.length === 0 ? [] : [say(`, ${parties.join(', ')}`)]),
  ]
  const left = signals.length - ON_CARD
  return [
    head,
    ...signals.slice(0, ON_CARD).map((signal, at) => signalLine(signal, at, now)),
    ...(left > 0 ? [[say(`… ${counted(left, 'more', 'more')} in the thread`)]] : []),
  ]
}

/** All signals, as many as fit into so many characters. */
export function allSignals(signals: readonly SignalLine[], budget: number, now: Micros): Line[] {
  const lines = signals.map((signal, at) => signalLine(signal, at, now))
  const shown = fit(lines, (line) => linesLength([line]), budget, lines.length)
  const left = lines.length - shown.length
  return left === 0 ? shown : [...shown, [say(counted(left, 'more', 'more'))]]
}

/** `1 02:14 Persistence · Anonymous access granted` */
function signalLine({ firstSeen, tactic, title, name, count }: SignalLine, at: number, now: Micros): Line {
  return [
    say(`${at + 1} ${bareClock(firstSeen, now)} `),
    ...(tactic === null ? [] : [say(`${plain(tactic, 40)} · `)]),
    title === null ? code(name) : say(plain(title, 80)),
    ...(count === 1 ? [] : [say(`, ${counted(count, 'time')}`)]),
  ]
}
