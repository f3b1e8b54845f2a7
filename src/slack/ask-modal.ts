import type { App, BlockAction, ButtonAction, MessageShortcut, ViewSubmitAction } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { ASK_FIELDS, type AskModalView, askModal, entityOption } from '../../blocks/ask-modal.ts'
import { ASK_MODAL, ASK_SHORTCUT, ASK_VIEW } from '../../blocks/ids.ts'
import { notice } from '../../blocks/notice.ts'
import { type IncidentAbout, readIncidentAbout } from '../incidents/about.ts'
import { LOOKUPS } from '../lookups/index.ts'
import type { Graph } from '../lookups/lookup.ts'
import { suggestEntities } from '../lookups/suggest.ts'
import type { Sentence } from '../model/answer.ts'
import { type EntityRef, parseEntity } from '../model/entity.ts'
import { admit, type ListenerPorts } from './admit.ts'
import { answerFor } from './answers.ts'
import { readForm } from './ask-form.ts'
import { cardOf, incidentOfThread } from './cards.ts'
import { isFirst } from './once.ts'
import { refusalView, refusePerson } from './people.ts'
import { errorOf } from './post.ts'
import { placeOf } from './pressed.ts'
import { type Ear, tell } from './tell.ts'

export interface AskModalPorts extends ListenerPorts {
  readonly graph: Graph
}

const MOST_OPTIONS = 100
const SUGGESTED = 40

/** `Ask…`: opens the modal from a card or a message's menu, suggests entities, and answers in the incident's thread. */
export function askIncident(app: App, ports: AskModalPorts): void {
  app.action<BlockAction<ButtonAction>>(ASK_MODAL, async ({ ack, body, action, respond, client }) => {
    await ack()
    const { channel, threadTs } = placeOf(body)
    const ear: Ear = { respond, chat: ports.chat, channel, person: body.user.id, threadTs }
    const who = { id: body.user.id, team: body.user.team_id ?? null }
    if (!(await admit(ports, who, body.trigger_id, ear))) return
    await openModal(ports, client, body.trigger_id, Number(action.value), ear)
  })

  app.shortcut<MessageShortcut>(ASK_SHORTCUT, async ({ ack, shortcut, respond, client }) => {
    await ack()
    const { channel, message, user } = shortcut
    const threadTs = typeof message['thread_ts'] === 'string' ? message['thread_ts'] : null
    const ear: Ear = { respond, chat: ports.chat, channel: channel.id, person: user.id, threadTs }
    const who = { id: user.id, team: user.team_id ?? shortcut.user.team_id ?? null }
    if (!(await admit(ports, who, shortcut.trigger_id, ear))) return
    const incident = await incidentOfThread(ports.db, channel.id, threadTs ?? shortcut.message_ts)
    await openModal(ports, client, shortcut.trigger_id, incident, ear)
  })

  app.options(ASK_FIELDS.about, async ({ ack, payload, body }) => {
    const refusal = refusePerson({ id: body.user.id, team: body.user.team_id ?? null }, ports.team)
    const view: unknown = 'view' in body ? body.view : null
    const about = refusal === null ? await aboutOf(ports, view) : null
    await ack({ options: about === null ? [] : await suggestions(ports, about, payload.value.trim()) })
  })

  // Another kind of entity has other questions.
  app.action<BlockAction>(
    { type: 'block_actions', action_id: ASK_FIELDS.about },
    async ({ ack, body, action, client }) => {
      await ack()
      const about = await aboutOf(ports, body.view)
      const entity = parseEntity(chosen(action) ?? '')
      if (body.view === undefined || about === null || entity === null) return
      await client.views.update({
        view_id: body.view.id,
        hash: body.view.hash,
        view: askModal(modalView(about.number, entity)),
      })
    },
  )

  app.view<ViewSubmitAction>(ASK_VIEW, async ({ ack, body, view }) => {
    const person = { id: body.user.id, team: body.user.team_id ?? null }
    const refusal = refusePerson(person, ports.team)
    const about = await aboutOf(ports, view)
    const read =
      refusal !== null
        ? { refused: refusalView(refusal).sentences[0] ?? [], block: ASK_FIELDS.about }
        : readForm(about, view.state.values, ports.now())
    if ('refused' in read) {
      await ack({ response_action: 'errors', errors: { [read.block]: wordsOf(read.refused) } })
      return
    }
    await ack()
    const triggerId = (body as { trigger_id?: unknown }).trigger_id
    if (typeof triggerId === 'string' && !(await isFirst(ports.db, triggerId, ports.now()))) return
    const message = await answerFor(ports.graph, read.question, { person: person.id, at: ports.now() })
    const card = await cardOf(ports.db, read.question.incident)
    if (card === null) throw new Error(`INC-${read.question.incident} has no card to answer under`)
    await ports.chat.post(message, { channel: card.channel, threadTs: card.ts })
  })
}

async function openModal(
  ports: AskModalPorts,
  client: WebClient,
  trigger_id: string,
  incident: number | null,
  ear: Ear,
): Promise<void> {
  const about = incident === null ? null : await readAbout(ports, incident)
  if (about === null) {
    return tell(
      ear,
      notice({
        sentences: [
          [
            'No incident belongs to this message, so there is nothing to ask about. Open the thread of an incident, or type /firebreak help.',
          ],
        ],
        context: null,
        buttons: [],
      }),
    )
  }
  try {
    const first = about.entities.find(({ kind }) => kind !== 'cluster') ?? about.entities[0] ?? null
    await client.views.open({ trigger_id, view: askModal(modalView(about.number, first)) })
  } catch (error) {
    if (!/trigger/.test(errorOf(error) ?? '')) throw error
    await tell(
      ear,
      notice({
        sentences: [['Slack keeps the way to a form open for 3 s, and they had passed. Press Ask… again.']],
        context: null,
        buttons: [],
      }),
    )
  }
}

function readAbout(ports: AskModalPorts, incident: number): Promise<IncidentAbout | null> {
  return Number.isSafeInteger(incident) && incident > 0 && incident < 2 ** 31
    ? readIncidentAbout(ports.db, incident)
    : Promise.resolve(null)
}

/** The incident of a modal, by its metadata. */
async function aboutOf(ports: AskModalPorts, view: unknown): Promise<IncidentAbout | null> {
  const metadata = (view as { private_metadata?: unknown } | null | undefined)?.private_metadata
  return typeof metadata === 'string' ? readAbout(ports, Number(metadata)) : null
}

/** The modal with what is chosen, and the questions that fit its kind. */
function modalView(incident: number, entity: EntityRef | null): AskModalView {
  const fitting = LOOKUPS.filter(({ about }) => entity === null || about.includes(entity.kind))
  return { incident, entity, questions: fitting.map(({ name, label }) => ({ lookup: name, label })) }
}

type Options = NonNullable<ReturnType<typeof entityOption>>[]

/** The incident's own entities first, then what the graph knows of its cluster. */
async function suggestions(ports: AskModalPorts, about: IncidentAbout, typed: string): Promise<Options> {
  const wanted = typed.toLowerCase()
  const own = about.entities.filter(({ kind, key }) => `${kind}:${key}`.toLowerCase().includes(wanted))
  const found = await suggestEntities(ports.graph, typed, about.scope, SUGGESTED)
  const options = new Map<string, Options[number]>()
  for (const entity of [...own, ...found]) {
    const option = entityOption(entity)
    if (option !== null && option.value !== undefined && !options.has(option.value))
      options.set(option.value, option)
  }
  return [...options.values()].slice(0, MOST_OPTIONS)
}

function chosen(action: object): string | null {
  const option = (action as { selected_option?: { value?: unknown } | null }).selected_option
  return typeof option?.value === 'string' ? option.value : null
}

/** Slack shows an error under a field as plain text. */
function wordsOf(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : part.code)).join('')
}
