import type { KnownBlock, HomeView as SlackHome } from '@slack/types'
import type { Micros } from '../src/model/time.ts'
import type { Severity } from '../src/model/views.ts'
import { blockId, OPEN_INCIDENT } from './ids.ts'
import { UNRECOGNISED } from './incident-card.ts'
import { SEVERITY_MARK } from './marks.ts'
import { context, isAlias } from './parts.ts'
import { richText, say, sentence } from './rich.ts'
import { counted, plain, plainText } from './safe.ts'
import { ago, clock } from './times.ts'

export interface HomeIncident {
  readonly number: number
  readonly severity: Severity
  /** From our own table; null for an unknown type. */
  readonly title: string | null
  readonly cluster: string | null
  /** Link to its card; null when it has none yet. */
  readonly url: string | null
}

export interface HomeSource {
  /** Cluster or scope, as the records name it. */
  readonly name: string
  readonly firstAt: Micros
  readonly lastAt: Micros
  /** Whole hours between them without a record. */
  readonly missingHours: number
}

/** A proposal that waits. `isYours`: of the person whose Home it is; else it waits for their vote. */
export interface HomeProposal {
  readonly number: number
  /** Ours. */
  readonly title: string
  readonly cluster: string
  readonly until: Micros
  readonly isYours: boolean
  /** Link to its card; null while it has none. */
  readonly url: string | null
}

export interface HomeView {
  /** Those that wait for the person or are theirs, the next to expire first. */
  readonly waiting: readonly HomeProposal[]
  /** Most severe first; `open` counts all of them. */
  readonly incidents: readonly HomeIncident[]
  readonly open: number
  /** Where audit logs were taken in. */
  readonly sources: readonly HomeSource[]
  readonly lastFinding: Micros | null
}

const SHOWN = 10

/** App Home: what is open, and what Firebreak knows of each cluster. */
export function home(view: HomeView, now: Micros): SlackHome {
  const blocks: (KnownBlock | null)[] = [
    heading('waiting', `Waits for you (${view.waiting.filter(({ isYours }) => !isYours).length})`),
    ...(view.waiting.length === 0 ? [richText(id('waits-none'), [[say('Nothing waits for you.')]])] : []),
    ...view.waiting.slice(0, SHOWN).map((one) => waitingRow(one, now)),
    heading('incidents', `Open incidents (${view.open})`),
    ...(view.incidents.length === 0
      ? [richText(id('none'), [[say('No open incident in your clusters.')]])]
      : []),
    ...view.incidents.slice(0, SHOWN).map((incident) => incidentRow(incident)),
    more('incidents-more', view.open - Math.min(view.incidents.length, SHOWN), 'more open incident'),
    heading('sources', 'Sources and clusters'),
    richText(id('findings'), [findingLine(view.lastFinding, now)]),
    ...view.sources.slice(0, SHOWN).map((source, at) => sourceRow(source, at, now)),
    more('sources-more', view.sources.length - SHOWN, 'more cluster'),
    context(id('drawn'), [
      `Drawn ${clock(now, now)}`,
      'open it again for what is new',
      '/firebreak help says what to type',
    ]),
  ]
  return { type: 'home', blocks: blocks.filter((block) => block !== null) }
}

function id(part: string): string {
  return blockId('home', part)
}

function heading(part: string, words: string): KnownBlock {
  return { type: 'header', block_id: id(part), text: plainText(words) }
}

function waitingRow({ number, title, cluster, until, isYours, url }: HomeProposal, now: Micros): KnownBlock {
  const where = isAlias(cluster) ? ` · ${cluster}` : ''
  const words = `P-${number} · ${plain(title, 80)}${where} · by ${clock(until, now)}`
  return {
    type: 'section',
    block_id: id(`waiting-${number}`),
    text: plainText(isYours ? `Yours: ${words}, waits for an approver` : words),
    ...(url !== null && {
      accessory: { type: 'button', action_id: `${OPEN_INCIDENT}:p${number}`, text: plainText('Open'), url },
    }),
  }
}

function incidentRow({ number, severity, title, cluster, url }: HomeIncident): KnownBlock {
  const where = cluster !== null && isAlias(cluster) ? ` · ${cluster}` : ''
  const words = `${severity} · ${plain(title ?? UNRECOGNISED, 80)}${where} · INC-${number}`
  return {
    type: 'section',
    block_id: id(`incident-${number}`),
    text: plainText(`${SEVERITY_MARK[severity]} ${words}`, true),
    ...(url !== null && {
      accessory: { type: 'button', action_id: OPEN_INCIDENT, text: plainText('Open'), url },
    }),
  }
}

function findingLine(last: Micros | null, now: Micros): ReturnType<typeof sentence> {
  if (last === null) return [say('GuardDuty: no finding yet.')]
  const since = ago(last, now)
  return [
    say(`GuardDuty: last finding updated ${clock(last, now)}`),
    ...(since === null ? [] : [say(' ('), since, say(')')]),
  ]
}

function sourceRow(source: HomeSource, at: number, now: Micros): KnownBlock | null {
  const { name, firstAt, lastAt, missingHours } = source
  const since = ago(lastAt, now)
  const gaps = missingHours === 0 ? '' : `, ${counted(missingHours, 'hour')} of it without a record`
  return richText(id(`source-${at}`), [
    [
      ...sentence([
        { code: name },
        `: audit logs since ${clock(firstAt, now)}${gaps}; last record ${clock(lastAt, now)}`,
      ]),
      ...(since === null ? [] : [say(' ('), since, say(')')]),
    ],
  ])
}

function more(part: string, left: number, one: string): KnownBlock | null {
  return left <= 0 ? null : context(id(part), [counted(left, one)])
}
