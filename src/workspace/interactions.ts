import { randomBytes } from 'node:crypto'
import { describeAction, findElement, stateValues } from './actions.ts'
import type { Delivery } from './app-link.ts'
import { type Channel, findChannel, findPerson, type Person } from './directory.ts'
import { findEphemeral } from './ephemerals.ts'
import { APP, SLACKBOT, TEAM } from './identity.ts'
import { asList, type Fields } from './json.ts'
import { findMessage, tell } from './messages.ts'
import { postEphemeral } from './posting.ts'
import { SlackRefusal } from './refusal.ts'
import { makeResponseUrl, say } from './response-urls.ts'
import type { Room } from './room.ts'

/** What became of an act. `words` is what the person is shown. */
export type Dispatched =
  | { readonly outcome: 'acked' }
  | {
      readonly outcome: 'failed'
      readonly word: 'operation_timeout' | 'dispatch_failed' | 'invalid_command_response'
      readonly words: string
    }
  | { readonly outcome: 'absent'; readonly words: string }

/** A press or a choice on a message. `value`: the chosen option's value, id or date; a JSON list of several. */
export interface Press {
  readonly channel: string
  readonly ts: string
  readonly blockId?: string
  readonly actionId: string
  readonly userId: string
  readonly value?: string
}

/** A slash command as typed: `/ip 203.0.113.9`. */
export interface Command {
  readonly channel: string
  readonly userId: string
  readonly text: string
}

/** Sends a slash command to the app. Its answer, or Slack's failure words, appear for the sender alone. */
export async function sendCommand(room: Room, given: Command): Promise<Dispatched> {
  const [, command, text = ''] = /^(\/[^\s/]+)(?:\s+([\s\S]*))?$/.exec(given.text.trim()) ?? []
  if (command === undefined) return absent('A command starts with a slash, like /firebreak help.')
  if (room.commands !== null && !room.commands.includes(command)) {
    return absent(`${command} is not a valid command. The commands here are ${room.commands.join(', ')}.`)
  }
  const who = await whoAndWhere(room, given.userId, given.channel)
  if (who === null) return absent('There is no such person or channel.')
  const where = { channel: who.channel.id, person: who.person.id, threadTs: null }
  const answered = { channel: who.channel.id, person: who.person.id, ts: null, isEphemeral: false }
  const payload = {
    token: VERIFICATION,
    team_id: who.person.team,
    team_domain: TEAM.domain,
    channel_id: who.channel.id,
    channel_name: who.channel.name,
    user_id: who.person.id,
    user_name: who.person.name,
    command,
    text: text.trim(),
    api_app_id: APP,
    is_enterprise_install: 'false',
    response_url: await makeResponseUrl(room, answered),
    trigger_id: triggerId(room.now()),
  }
  const delivery = await room.app.deliver('slash_commands', payload, true)
  room.log({ exchange: 'slash_commands', command, ...summary(delivery) })
  if (delivery.outcome === 'failed') return fail(delivery.word)
  if (Object.keys(delivery.payload).length === 0) return { outcome: 'acked' }
  try {
    await say(room, where, delivery.payload)
    return { outcome: 'acked' }
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error
    room.log({ exchange: 'slash_commands', command, error: error.error, details: error.details })
    return fail('invalid_command_response')
  }

  async function fail(
    word: 'operation_timeout' | 'dispatch_failed' | 'invalid_command_response',
  ): Promise<Dispatched> {
    const words = `${command} failed with the error "${word}"`
    await postEphemeral(room, where, { type: 'message', user: SLACKBOT, text: words })
    return { outcome: 'failed', word, words }
  }
}

/** Sends a press or choice to the app; the app's ack carries nothing for a message. */
export async function sendPress(room: Room, press: Press): Promise<Dispatched> {
  const { channel: channelId, ts, actionId, blockId, value } = press
  const who = await whoAndWhere(room, press.userId, channelId)
  if (who === null) return absent('There is no such person or channel.')
  const target = await targetOf(room, channelId, ts, who.person.id)
  const blocks = asList(target?.told['blocks'])
  const acted = findElement(blocks, actionId, blockId)
  const seconds = room.now() / 1_000
  const action = acted === null ? null : describeAction(acted, value, seconds.toFixed(6))
  if (target === null || acted === null || action === null)
    return absent('That message has changed: what you pressed is not there any more.')
  const { person, channel } = who
  const { isEphemeral, threadTs, told } = target
  const payload = {
    type: 'block_actions',
    team: { id: TEAM.id, domain: TEAM.domain },
    user: { id: person.id, username: person.name, name: person.name, team_id: person.team },
    api_app_id: APP,
    token: VERIFICATION,
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channelId,
      is_ephemeral: isEphemeral,
      ...(threadTs !== null && { thread_ts: threadTs }),
    },
    trigger_id: triggerId(room.now()),
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel.id, name: channel.name },
    // Of a message that one person sees, Slack sends no copy.
    ...(!isEphemeral && { message: told }),
    state: { values: stateValues(blocks, acted, value) },
    response_url: await makeResponseUrl(room, { channel: channelId, person: person.id, ts, isEphemeral }),
    actions: [action],
  }
  const delivery = await room.app.deliver('interactive', payload, false)
  room.log({ exchange: 'block_actions', actionId, ...summary(delivery) })
  if (delivery.outcome === 'acked') return { outcome: 'acked' }
  const { word } = delivery
  return { outcome: 'failed', word, words: `Firebreak failed with the error "${word}"` }
}

/** The token that old apps compared; Slack still sends one. */
const VERIFICATION = 'workspace-simulator'

interface Target {
  readonly told: Fields
  readonly isEphemeral: boolean
  readonly threadTs: string | null
}

async function targetOf(room: Room, channel: string, ts: string, person: string): Promise<Target | null> {
  const message = await findMessage(room.pool, channel, ts)
  if (message !== null) {
    const threadTs = message.threadTs ?? (message.replies === null ? null : ts)
    return { told: tell(message), isEphemeral: false, threadTs }
  }
  const ephemeral = await findEphemeral(room.pool, channel, ts)
  // Nobody can press what another one sees.
  if (ephemeral === null || ephemeral.person !== person) return null
  return { told: { ...ephemeral.body, ts }, isEphemeral: true, threadTs: ephemeral.threadTs }
}

async function whoAndWhere(
  room: Room,
  userId: string,
  channelId: string,
): Promise<{ person: Person; channel: Channel } | null> {
  const person = await findPerson(room.pool, userId)
  const channel = await findChannel(room.pool, channelId)
  return person === null || person.isBot || channel === null ? null : { person, channel }
}

function absent(words: string): Dispatched {
  return { outcome: 'absent', words }
}

function summary(delivery: Delivery): object {
  return delivery.outcome === 'acked' ? { ok: true } : { ok: false, error: delivery.word }
}

/** `n.n.hex` */
function triggerId(now: number): string {
  return `${Math.trunc(now)}.${Math.trunc(now / 1_000)}.${randomBytes(16).toString('hex')}`
}
