import type { Button } from '@slack/types'
import { UNKNOWN_PART } from '../src/model/scope.ts'
import type { Micros } from '../src/model/time.ts'
import type { IncidentView } from '../src/model/views.ts'
import { assertFits } from './assert-fits.ts'
import { ASK_MODAL, blockId, CONTAIN_MODAL, OPEN_DETECTIVE } from './ids.ts'
import { incidentLines } from './incident-lines.ts'
import { LIMITS } from './limits.ts'
import { SAMPLE_MARK, SEVERITY_MARK } from './marks.ts'
import type { Message } from './message.ts'
import { context, header, isAlias, present, questionRow } from './parts.ts'
import { richText } from './rich.ts'
import { counted, plain, plainText } from './safe.ts'
import { clock } from './times.ts'

/** Stands for the title of a finding type that our own table does not have. */
export const UNRECOGNISED = 'Unrecognised finding'

/** The one card of an incident, edited in place: how bad, what, where, and what happens next. */
export function incidentCard(view: IncidentView, { now }: { readonly now: Micros }): Message {
  const card = `incident-${view.number}`
  const id = (part: string): string => blockId(card, part, view.revision)
  const { mark, words, clusterShown } = headline(view)
  return assertFits(
    {
      text: push(view, now),
      blocks: present([
        header(id('header'), mark, words),
        richText(id('body'), incidentLines(view, clusterShown, now)),
        context(id('context'), facts(view)),
        questionRow(id('questions'), view.questions, view.number, {
          further: [
            askButton(view.number),
            ...(view.isContainable ? [containButton(view.number)] : []),
            ...detective(view.detectiveUrl),
          ],
        }),
      ]),
    },
    'incident',
  )
}

function headline(view: IncidentView): { mark: string; words: string; clusterShown: boolean } {
  const mark = view.sample ? SAMPLE_MARK : SEVERITY_MARK[view.severity]
  const further = view.findings > 1 && view.sequence === null ? ` +${view.findings - 1}` : ''
  const words = `${view.sample ? 'SAMPLE · ' : ''}${view.severity} · ${title(view, 80)}${further}`
  const whole = `${words} · ${view.cluster ?? ''}`
  const clusterShown =
    view.cluster !== null && isAlias(view.cluster) && mark.length + 1 + whole.length <= LIMITS.header
  return { mark, words: clusterShown ? whole : words, clusterShown }
}

function push(view: IncidentView, now: Micros): string {
  const words = `${view.sample ? 'SAMPLE ' : ''}${view.severity}: ${title(view, 70)}`
  const since = `first seen ${clock(view.firstSeen, now)}`
  const whole = `${words} · ${view.cluster ?? ''} · ${since}`
  const named = view.cluster !== null && isAlias(view.cluster) && whole.length <= LIMITS.pushText
  return named ? whole : `${words} · ${since}`
}

function title(view: IncidentView, max: number): string {
  return plain(view.title ?? UNRECOGNISED, max)
}

function facts(view: IncidentView): string[] {
  const place = [view.account, view.region].filter((part) => part !== '' && part !== UNKNOWN_PART)
  return [
    `INC-${view.number}`,
    view.state,
    view.sequence === null || view.findings === 1
      ? counted(view.findings, 'finding')
      : `${counted(view.findings - 1, 'finding')} joined`,
    ...(place.length === 0 ? [] : [place.map((part) => plain(part, 100)).join(' / ')]),
    `audit logs ${yesNo(view.logs.audit)}, CloudTrail ${yesNo(view.logs.cloudtrail)}, flow logs ${yesNo(view.logs.flow)}`,
  ]
}

/** Opens the form of a proposal; it changes nothing by itself, so it is not coloured. */
function containButton(incident: number): Button {
  return {
    type: 'button',
    action_id: CONTAIN_MODAL,
    text: plainText('Contain…'),
    value: String(incident),
  }
}

function yesNo(isSo: boolean): string {
  return isSo ? 'yes' : 'no'
}

/** Opens the modal in which anything of the incident can be asked about. */
function askButton(incident: number): Button {
  return { type: 'button', action_id: ASK_MODAL, text: plainText('Ask…'), value: String(incident) }
}

function detective(url: string | null): Button[] {
  if (url === null || url.length > LIMITS.url || !/^https:\/\/[a-z0-9.-]+\/[\x21-\x7e]*$/.test(url)) return []
  return [{ type: 'button', action_id: OPEN_DETECTIVE, text: plainText('Open in Detective'), url }]
}
