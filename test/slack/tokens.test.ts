import { expect, test } from 'vitest'
import { type SlackTransport, startSlack } from '../../src/slack/app.ts'

const log = { error: () => undefined, warn: () => undefined }

/** Everything but the tokens and the address is of no account: nothing is sent. */
function start(apiUrl: string, botToken: string, transport: SlackTransport): Promise<unknown> {
  return startSlack({
    apiUrl,
    botToken,
    transport,
    graph: null as never,
    db: null as never,
    desk: null as never,
    lockChannels: [],
    now: () => 0,
    log,
  })
}

const socket = (appToken: string): SlackTransport => ({ kind: 'socket', appToken })

test('tokens of the simulator are refused against Slack, and real ones against the simulator, before anything is sent', async () => {
  const SLACK = 'https://slack.com/api/'
  const HERE = 'http://127.0.0.1:1/api/'
  const http: SlackTransport = { kind: 'http', signingSecret: 'x', host: '127.0.0.1', port: 0 }
  await expect(start(SLACK, 'xoxb-sim-1', socket('xapp-1-real'))).rejects.toThrow(
    'would be sent to slack.com',
  )
  await expect(start(SLACK, 'xoxb-1-real', socket('xapp-sim-1'))).rejects.toThrow(
    'would be sent to slack.com',
  )
  await expect(start(SLACK, 'xoxb-sim-1', http)).rejects.toThrow('would be sent to slack.com')
  await expect(start(HERE, 'xoxb-1-real', socket('xapp-sim-1'))).rejects.toThrow(
    'A token of a real workspace',
  )
})
