import { randomBytes } from 'node:crypto'
import type { App, BlockAction, ButtonAction, ViewSubmitAction } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import {
  CONTAIN_FIELDS,
  containModal,
  KEEP_HOURS,
  planningModal,
  previewModal,
  said,
} from '../../blocks/contain-modal.ts'
import { CONTAIN_MODAL, CONTAIN_VIEW, PREVIEW_VIEW } from '../../blocks/ids.ts'
import { refusalNotice } from '../../blocks/told.ts'
import { ACTIONS, actionNamed } from '../actions/index.ts'
import type { Actor, Told } from '../approvals/ports.ts'
import { propose } from '../approvals/propose.ts'
import { peopleWords, proposalName } from '../approvals/words.ts'
import type { Draft } from '../db/approval-tables.ts'
import { type IncidentAbout, readIncidentAbout } from '../incidents/about.ts'
import { canonicalText, digestOf } from '../model/digest.ts'
import type { Canonical, Planned } from '../model/plan.ts'
import { isRefused, type Refused, refuse } from '../model/refusals.ts'
import { aliasOf, approversOf, hasRole, modeOf } from '../model/roster.ts'
import { formatTime } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import { type AccountFacts, actorOf, type DeskPorts, refuseActor } from './actor.ts'
import { reportFault } from './fault.ts'
import { claim } from './once.ts'
import { errorOf } from './post.ts'
import { type Target, targetsOf } from './targets.ts'
import { earOf, tell } from './tell.ts'

export type ContainPorts = DeskPorts & { readonly factsOf: (user: string) => Promise<AccountFacts> }

type Values = ViewSubmitAction['view']['state']['values']

/** `Contain…`: a form, the plan as approvers will see it, and the proposal. */
export function contain(app: App, ports: ContainPorts): void {
  app.action<BlockAction<ButtonAction>>(CONTAIN_MODAL, async ({ ack, body, action, client }) => {
    await ack()
    const ear = earOf(body, ports.chat)
    if (ear === null) throw new Error('a press that names no person and channel')
    const actor = await actorOf(ports, { id: ear.person, team: body.user.team_id ?? null }, ear.channel)
    if (!(await claim(ports.db, ['trigger', body.trigger_id], ports.now()))) return
    const about = await readAbout(ports, Number(action.value))
    const refused = about === null ? refuse('unknown-button', {}) : mayOpen(ports, actor, about)
    if (refused !== null || about === null)
      return tell(
        ear,
        refusalNotice(
          await refuseActor(ports, actor, refused ?? refuse('unknown-button', {}), scoped(about)),
        ),
      )
    const targets = await targetsOf(ports.db, about.number)
    await client.views.open({ trigger_id: body.trigger_id, view: formOf(ports, about, targets) })
  })

  app.view<ViewSubmitAction>(CONTAIN_VIEW, async ({ ack, body, view, client }) => {
    const about = await readAbout(ports, Number(view.private_metadata))
    const targets = about === null ? [] : await targetsOf(ports.db, about.number)
    const read = readDraft(view.state.values, targets)
    if (about === null || 'errors' in read) {
      const errors =
        'errors' in read ? read.errors : { [CONTAIN_FIELDS.reason]: 'This incident is not known any more.' }
      return ack({ response_action: 'errors', errors })
    }
    await ack({ response_action: 'update', view: planningModal() })
    await drawn(ports, client, view.id, async () => {
      const actor = await actorOf(ports, { id: body.user.id, team: body.user.team_id ?? null }, null)
      const refused = mayOpen(ports, actor, about)
      if (refused !== null) return refusalModal(await refuseActor(ports, actor, refused, scoped(about)))
      return preview(ports, actor, about, read.draft, false)
    })
  })

  app.view<ViewSubmitAction>(PREVIEW_VIEW, async ({ ack, body, view, client }) => {
    await ack({ response_action: 'update', view: planningModal() })
    await drawn(ports, client, view.id, async () => {
      const actor = await actorOf(ports, { id: body.user.id, team: body.user.team_id ?? null }, null)
      return proposed(ports, actor, view.private_metadata)
    })
  })
}

/** Draws what `work` comes to into the modal; a fault is said there with its number. */
async function drawn(
  ports: ContainPorts,
  client: WebClient,
  view_id: string,
  work: () => Promise<ModalView>,
): Promise<void> {
  const show = async (view: ModalView): Promise<void> => {
    // Closed meanwhile: there is nothing to draw.
    await client.views.update({ view_id, view }).catch((error: unknown) => {
      if (errorOf(error) !== 'not_found') throw error
    })
  }
  try {
    await show(await work())
  } catch (error) {
    await reportFault(error, null, ports.log)
    await show(
      said('Contain', [
        ['Something broke while planning, and nothing was proposed. Close this and press Contain… again.'],
      ]),
    )
  }
}

function formOf(ports: ContainPorts, about: IncidentAbout, targets: readonly Target[]): ModalView {
  const roster = ports.approvals.roster.current()
  const cluster = aliasOf(roster, about.scope)
  if (targets.length === 0)
    return said('Contain', [
      ['The findings of this incident name no pod and no node, and those are what can be contained so far.'],
      ['Find out who it was first: press Subject or IP on the card.'],
    ])
  const kinds = new Set(targets.map(({ kind }) => kind))
  const actions = ACTIONS.filter(({ about: kind }) => kinds.has(kind as Target['kind']))
  return containModal({
    incident: about.number,
    cluster,
    mode: modeOf(roster, about.scope),
    actions: actions.map(({ name, label }) => ({ name, label })),
    targets,
  })
}

/** Proposing is for responders of the cluster; others are told so before they fill anything in. */
function mayOpen(
  { approvals }: ContainPorts,
  { person, refused }: Actor,
  about: IncidentAbout,
): Refused | null {
  if (refused !== null) return refused
  const roster = approvals.roster.current()
  if (person !== null && hasRole(person, ['responder'], about.scope)) return null
  const responders = roster.people.filter((one) => hasRole(one, ['responder'], about.scope))
  return refuse('not-responder', {
    cluster: aliasOf(roster, about.scope),
    owner: peopleWords(roster, responders),
  })
}

function readDraft(
  values: Values,
  targets: readonly Target[],
): { readonly draft: Draft } | { readonly errors: { readonly [block: string]: string } } {
  const option = (field: string): string => values[field]?.[field]?.selected_option?.value ?? ''
  const planner = actionNamed(option(CONTAIN_FIELDS.action))
  const target = targets.find(({ value }) => value === option(CONTAIN_FIELDS.target))
  const reason = (values[CONTAIN_FIELDS.reason]?.[CONTAIN_FIELDS.reason]?.value ?? '').trim()
  const hours = Number(option(CONTAIN_FIELDS.keep))
  const length = [...reason].length
  const isContainFirst = option(CONTAIN_FIELDS.order) === 'contain'
  const errors = {
    ...(planner === null && { [CONTAIN_FIELDS.action]: 'Choose what to do.' }),
    ...(target === undefined && { [CONTAIN_FIELDS.target]: 'Choose a target of this incident.' }),
    ...(planner !== null &&
      target !== undefined &&
      planner.about !== target.kind && {
        [CONTAIN_FIELDS.target]: `"${planner.label}" is for a ${planner.about}. Choose one.`,
      }),
    ...(planner !== null &&
      isContainFirst &&
      planner.name !== 'isolate-pod' && {
        [CONTAIN_FIELDS.order]: 'This only keeps evidence. Choose Evidence first.',
      }),
    ...((length < 10 || length > 500) && {
      [CONTAIN_FIELDS.reason]:
        'A reason of 10 to 500 characters is needed. Write what you know and what you fear.',
    }),
    ...(!(KEEP_HOURS as readonly number[]).includes(hours) && {
      [CONTAIN_FIELDS.keep]: 'Choose for how long.',
    }),
  }
  if (planner === null || target === undefined || Object.keys(errors).length > 0) return { errors }
  const { kind, key, uid } = target
  return { draft: { action: planner.name, kind, key, uid, reason, isContainFirst, keepFor: hours * 3600 } }
}

/** Plans what a draft asks for; nothing is written. */
async function planOf(ports: ContainPorts, about: IncidentAbout, draft: Draft): Promise<Planned | Refused> {
  const reader = ports.readerFor(about.scope)
  const cluster = aliasOf(ports.approvals.roster.current(), about.scope)
  const planner = actionNamed(draft.action)
  if (reader === null || planner === null) return refuse('cluster-unread', { cluster })
  const { kind, key, uid, isContainFirst } = draft
  return planner.plan(reader, {
    incident: about.number,
    target: { kind, key },
    uid,
    isContainFirst,
    now: ports.now(),
  })
}

function shownDigest(planned: Planned): string {
  return digestOf(canonicalText(planned as unknown as Canonical))
}

/** The second page, or why there is none. */
async function preview(
  ports: ContainPorts,
  actor: Actor,
  about: IncidentAbout,
  draft: Draft,
  isChanged: boolean,
): Promise<ModalView> {
  const planned = await planOf(ports, about, draft)
  if (isRefused(planned)) return refusalModal(await refuseActor(ports, actor, planned, scoped(about)))
  const roster = ports.approvals.roster.current()
  const id = randomBytes(16).toString('base64url')
  await ports.db
    .insertInto('draft')
    .values({
      id,
      person: actor.person?.id ?? '',
      incident: about.number,
      asked: JSON.stringify(draft),
      shown: shownDigest(planned),
      at: formatTime(ports.now()),
    })
    .execute()
  const mode = modeOf(roster, about.scope)
  const shown = { ...planned, mode, isContainFirst: draft.isContainFirst }
  return previewModal(shown, { draft: id, cluster: aliasOf(roster, about.scope), isChanged })
}

/** Proposes what the preview showed; a cluster that has changed since is shown once more instead. */
async function proposed(ports: ContainPorts, actor: Actor, id: string): Promise<ModalView> {
  const row = await ports.db.selectFrom('draft').selectAll().where('id', '=', id).executeTakeFirst()
  const about = row === undefined ? null : await readAbout(ports, row.incident)
  if (row === undefined || about === null || row.person !== actor.person?.id)
    return refusalModal(
      await refuseActor(ports, actor, actor.refused ?? refuse('unknown-button', {}), scoped(about)),
    )
  const draft = row.asked
  const planned = await planOf(ports, about, draft)
  if (isRefused(planned)) return refusalModal(await refuseActor(ports, actor, planned, scoped(about)))
  if (shownDigest(planned) !== row.shown) return preview(ports, actor, about, draft, true)
  // One form is one proposal, however often it arrives.
  const taken = await ports.db.deleteFrom('draft').where('id', '=', id).executeTakeFirst()
  if (taken.numDeletedRows !== 1n)
    return refusalModal(await refuseActor(ports, actor, refuse('replayed', {}), scoped(about)))
  const result = await propose(ports.approvals, actor, {
    planned,
    incident: about.number,
    scope: about.scope,
    reason: draft.reason,
    isContainFirst: draft.isContainFirst,
    keepFor: draft.keepFor,
    replaces: await earlierOf(ports, about.number, actor.person.id, planned),
    isSample: about.isSample,
  })
  if (isRefused(result)) return refusalModal(result)
  const roster = ports.approvals.roster.current()
  const approvers = peopleWords(roster, approversOf(roster, about.scope, actor.person.id))
  const until = clockWords(ports.now() + 30 * 60_000_000, ports.now())
  return said('Proposed', [
    [
      `${proposalName(result.proposal)} stands in the thread of INC-${about.number}. Next: `,
      ...approvers,
      ` decides by ${until}.`,
    ],
    [`trail #${result.trail}`],
  ])
}

/** The same person's proposal of the same thing that nobody has decided: the new one takes its place. */
async function earlierOf(
  ports: ContainPorts,
  incident: number,
  person: string,
  { action, target }: Planned,
): Promise<number | null> {
  const open = await ports.db
    .selectFrom('proposal')
    .select(['id', 'plan'])
    .where('incident', '=', incident)
    .where('requester', '=', person)
    .where('state', '=', 'proposed')
    .orderBy('id', 'desc')
    .execute()
  const same = open.find(({ plan }) => {
    const before = JSON.parse(plan) as Planned
    return before.action === action && before.target.uid === target.uid
  })
  return same?.id ?? null
}

function refusalModal({ refused, sentence, trail }: Told): ModalView {
  return said('Not proposed', [
    sentence,
    [`${refused} · ${trail === null ? 'not on the trail' : `trail #${trail}`}`],
  ])
}

function scoped(about: IncidentAbout | null): { readonly scope?: string; readonly incident?: number } {
  return about === null ? {} : { scope: about.scope, incident: about.number }
}

function readAbout(ports: ContainPorts, incident: number): Promise<IncidentAbout | null> {
  return Number.isSafeInteger(incident) && incident > 0 && incident < 2 ** 31
    ? readIncidentAbout(ports.db, incident)
    : Promise.resolve(null)
}
