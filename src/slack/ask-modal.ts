import type { App, BlockAction, ButtonAction, MessageShortcut, ViewSubmitAction } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { ASK_FIELDS, type AskModalView, askModal } from '../../blocks/ask-modal.ts'
import { ASK_MODAL, ASK_SHORTCUT, ASK_VIEW } from '../../blocks/ids.ts'
import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { plain } from '../../blocks/safe.ts'
import { type IncidentAbout, readIncidentAbout } from '../incidents/about.ts'
import { LOOKUPS } from '../lookups/index.ts'
import { rawText, type Sentence } from '../model/answer.ts'
import { type EntityRef, parseEntity } from '../model/entity.ts'
import { type AskPorts, admit } from './admit.ts'
import { answerFor } from './answers.ts'
import { readForm } from './ask-form.ts'
import { cardOf, incidentOfThread } from './cards.ts'
import { reportFault } from './fault.ts'
import { Newest } from './newest.ts'
import { claim } from './once.ts'
import { refusalView, refusePerson } from './people.ts'
import { errorOf } from './post.ts'
import { readPress } from './pressed.ts'
import { suggestions } from './suggestions.ts'
import { type Ear, tell } from './tell.ts'

/** `Ask…`: opens the modal from a card or a message's menu, suggests entities, and answers in the incident's thread. */
export function askIncident(app: App, ports: AskPorts): void {
  app.action<BlockAction<ButtonAction>>(ASK_MODAL, async ({ ack, body, action, client }) => {
    await ack()
    const pressed = await readPress(ports, body)
    if (pressed === null) return
    await openModal(ports, client, body.trigger_id, Number(action.value), pressed.ear, 'Press Ask… again.')
  })

  app.shortcut<MessageShortcut>(ASK_SHORTCUT, async ({ ack, shortcut, client }) => {
    await ack()
    const { channel, message, user, message_ts, trigger_id } = shortcut
    const thread: unknown = message['thread_ts']
    const threadTs = typeof thread === 'string' && thread !== message_ts ? thread : null
    const responseUrl = shortcut.response_url
    const ear: Ear = { responseUrl, chat: ports.chat, channel: channel.id, person: user.id, threadTs }
    const who = { id: user.id, team: user.team_id ?? null }
    if (!(await admit(ports, who, trigger_id, 'press', ear))) return
    const incident = await incidentOfThread(ports.db, channel.id, threadTs ?? message_ts)
    await openModal(ports, client, trigger_id, incident, ear, 'Choose Ask about this incident again.')
  })

  // Slack waits three seconds and shows its own failure words: no options are better than none of an answer.
  app.options(ASK_FIELDS.about, async ({ ack, payload, body }) => {
    try {
      const refusal = refusePerson({ id: body.user.id, team: body.user.team_id ?? null }, ports.team)
      const view: unknown = 'view' in body ? body.view : null
      const about = refusal === null ? await aboutOf(ports, view) : null
      await ack({ options: about === null ? [] : await suggestions(ports.graph, about, payload.value) })
    } catch (error) {
      await ack({ options: [] })
      await reportFault(error, null, ports.log)
    }
  })

  followChoices(app, ports)

  app.view<ViewSubmitAction>(ASK_VIEW, async ({ ack, body, view }) => {
    const person = { id: body.user.id, team: body.user.team_id ?? null }
    const refusal = refusePerson(person, ports.team)
    const about = await aboutOf(ports, view)
    const card = about === null ? null : await cardOf(ports.db, about.number)
    const read =
      refusal !== null
        ? { refused: refusalView(refusal).sentences[0] ?? [], block: ASK_FIELDS.about }
        : readForm(card === null ? null : about, view.state.values, ports.now())
    if ('refused' in read || card === null) {
      const { block, refused } = 'refused' in read ? read : { block: ASK_FIELDS.about, refused: [] }
      await ack({ response_action: 'errors', errors: { [block]: wordsOf(refused) } })
      return
    }
    await ack()
    const ear: Ear = {
      responseUrl: null,
      chat: ports.chat,
      person: person.id,
      channel: card.channel,
      threadTs: card.ts,
    }
    try {
      // The form is gone, and whoever thinks that it failed sends the same once more.
      const sent = ['submit', view.id, view.hash, JSON.stringify(view.state.values)]
      if (!(await claim(ports.db, sent, ports.now()))) return
      const answered = await answerFor(ports.graph, read.question, { person: person.id, at: ports.now() })
      if ('refused' in answered) await tell(ear, answered.refused)
      else await ports.chat.post(answered.answer, { channel: card.channel, threadTs: card.ts })
      await ports.noteAsk(read.question, person.id)
    } catch (error) {
      await reportFault(error, ear, ports.log)
    }
  })
}

/** Another kind of entity has other questions: the modal is drawn anew for the newest choice in it. */
function followChoices(app: App, ports: AskPorts): void {
  const newest = new Newest()
  app.action<BlockAction>(
    { type: 'block_actions', action_id: ASK_FIELDS.about },
    async ({ ack, body, action, client }) => {
      await ack()
      const { view } = body
      const about = await aboutOf(ports, view)
      const entity = parseEntity(chosen(action) ?? '')
      if (view === undefined || about === null || entity === null) return
      const at = Number((action as { action_ts?: unknown }).action_ts)
      newest.note(view.id, at)
      const drawn = askModal(modalView(about.number, entity))
      try {
        await client.views.update({ view_id: view.id, hash: view.hash, view: drawn })
      } catch (error) {
        // Closed meanwhile: there is nothing to draw.
        if (errorOf(error) === 'not_found') return
        if (errorOf(error) !== 'hash_conflict') throw error
        if (!newest.is(view.id, at)) return
        await client.views.update({ view_id: view.id, view: drawn })
      }
    },
  )
}

async function openModal(
  ports: AskPorts,
  client: WebClient,
  trigger_id: string,
  incident: number | null,
  ear: Ear,
  again: string,
): Promise<void> {
  const about = incident === null ? null : await readAbout(ports, incident)
  if (about === null) {
    return tell(
      ear,
      said(
        'No incident belongs to this message, so there is nothing to ask about. Open the thread of an incident, or type /firebreak help.',
      ),
    )
  }
  try {
    const first = about.entities.find(({ kind }) => kind !== 'cluster') ?? about.entities[0] ?? null
    await client.views.open({ trigger_id, view: askModal(modalView(about.number, first)) })
  } catch (error) {
    if (!/trigger/.test(errorOf(error) ?? '')) throw error
    await tell(ear, said(`The form did not open within Slack's 3 s. ${again}`))
  }
}

function said(sentence: string): Message {
  return notice({ sentences: [[sentence]], context: null, buttons: [] })
}

function readAbout(ports: AskPorts, incident: number): Promise<IncidentAbout | null> {
  return Number.isSafeInteger(incident) && incident > 0 && incident < 2 ** 31
    ? readIncidentAbout(ports.db, incident)
    : Promise.resolve(null)
}

/** The incident of a modal, by its metadata. */
async function aboutOf(ports: AskPorts, view: unknown): Promise<IncidentAbout | null> {
  const metadata = (view as { private_metadata?: unknown } | null | undefined)?.private_metadata
  return typeof metadata === 'string' ? readAbout(ports, Number(metadata)) : null
}

/** The modal with what is chosen, and the questions that fit its kind. */
function modalView(incident: number, entity: EntityRef | null): AskModalView {
  const fitting = LOOKUPS.filter(({ about }) => entity === null || about.includes(entity.kind))
  return { incident, entity, questions: fitting.map(({ name, label }) => ({ lookup: name, label })) }
}

function chosen(action: object): string | null {
  const option = (action as { selected_option?: { value?: unknown } | null }).selected_option
  return typeof option?.value === 'string' ? option.value : null
}

/** Slack shows what is said under a field as plain text; what was typed is made inert all the same. */
function wordsOf(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : plain(rawText(part), 60))).join('')
}
