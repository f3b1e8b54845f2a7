import { APP, SLACKBOT, TEAM } from './identity.ts'
import {
  absent,
  type Dispatched,
  type FailureWord,
  failed,
  NOBODY,
  VERIFICATION,
  whoAndWhere,
} from './interactions.ts'
import { postEphemeral } from './posting.ts'
import { SlackRefusal } from './refusal.ts'
import { makeResponseUrl, say } from './response-urls.ts'
import type { Room } from './room.ts'

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
  if (who === null) return absent(NOBODY)
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
    trigger_id: room.triggers.issueTrigger(who.person.id),
  }
  const delivery = await room.app.deliver('slash_commands', payload, true)
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

  async function fail(word: FailureWord): Promise<Dispatched> {
    const words = `${command} failed with the error "${word}"`
    await postEphemeral(room, where, { type: 'message', user: SLACKBOT, text: words })
    return failed(word, words)
  }
}
