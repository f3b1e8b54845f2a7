import type { Micros } from '../src/model/time.ts'
import type { FindingLine, IncidentView } from '../src/model/views.ts'
import { LIMITS } from './limits.ts'
import { type Line, labelled, say, sentence, warning } from './rich.ts'
import { code, counted, plain, type Safe } from './safe.ts'
import { sequenceLines } from './signal-lines.ts'
import { ago, bareClock, clock, range } from './times.ts'

/** The body of an incident card, in CARDS' order; a line about nothing is left out. */
export function incidentLines(view: IncidentView, clusterShown: boolean, now: Micros): Line[] {
  const { cluster, pod } = view
  return [
    view.sample ? [say("Made by GuardDuty's sample generator; its resources do not exist.")] : [],
    view.title === null ? labelled('Type', code(view.type)) : [],
    cluster === null || clusterShown ? [] : labelled('Cluster', code(cluster)),
    ...(view.sequence === null
      ? [
          who(view),
          pod === null ? [] : labelled('Pod', code(pod)),
          did(view),
          when(view, now),
          also(view, now),
        ]
      : sequenceLines(view.sequence, now)),
    view.was === null ? [] : [say(`Was ${view.was.severity} until ${clock(view.was.until, now)}`)],
    view.logs.audit ? [] : noAuditLogs(view, now),
    view.next.length === 0 ? [] : [...labelled('Next:'), ...sentence(view.next)],
  ]
}

function who({ subject, ip, instance, principal }: IncidentView): Line {
  if (subject !== null || ip !== null) {
    const by = subject === null ? [] : [code(subject)]
    const from = ip === null ? [] : [say(subject === null ? 'from ' : ' from '), code(ip)]
    return labelled('Who', ...by, ...from)
  }
  const as = principal === null ? [] : [say('principal '), code(principal)]
  const on =
    instance === null ? [] : [say(principal === null ? 'instance ' : ' on instance '), code(instance)]
  return as.length + on.length === 0 ? [] : labelled('Who', ...as, ...on)
}

function did({ did: done }: IncidentView): Line {
  if (done === null) return []
  return labelled('Did', code(done.call), ...(done.outcome === null ? [] : [say(`, ${done.outcome}`)]))
}

function when({ firstSeen, lastSeen, times }: IncidentView, now: Micros): Line {
  const since = ago(lastSeen, now)
  return labelled(
    'When',
    say(range({ from: firstSeen, to: lastSeen }, now)),
    ...(since === null ? [] : [say(' ('), since, say(')')]),
    say(times === 1 ? ', once' : `, ${counted(times, 'time')}`),
  )
}

function also({ also: others, findings }: IncidentView, now: Micros): Line {
  const shown = others.slice(0, LIMITS.also)
  if (shown.length === 0) return []
  const more = Math.max(others.length, findings - 1) - shown.length
  return labelled(
    'Also',
    ...shown.flatMap((finding, at) => [
      ...(at === 0 ? [] : [say(' · ')]),
      ...alsoOne(finding, bareClock(finding.firstSeen, now)),
    ]),
    ...(more === 0 ? [] : [say(` · ${counted(more, 'more', 'more')} in the thread`)]),
  )
}

/** One other finding: `Privileged container started (Medium) 02:31`. */
export function alsoOne({ title, type, severity }: FindingLine, firstSeen: Safe): Line {
  const what = title === null ? code(type) : say(plain(title, 80))
  return [what, say(` (${severity}) ${firstSeen}`)]
}

function noAuditLogs(view: IncidentView, now: Micros): Line {
  if (view.cluster === null) return warning([say('No cluster is named, so no audit logs tell of it.')])
  const window = range({ from: view.firstSeen, to: view.lastSeen }, now)
  const basis = view.findings === 1 ? 'finding' : 'findings'
  return warning([say(`No audit logs for this cluster, ${window}. Answers come from the ${basis} alone.`)])
}
