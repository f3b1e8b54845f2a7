import type { Deliveries } from '../deliveries.ts'
import { listChannels, listPeople } from '../directory.ts'
import { listEphemerals } from '../ephemerals.ts'
import { HttpLink } from '../http-link.ts'
import { sendCommand, sendPress } from '../interactions.ts'
import { asText, type Fields } from '../json.ts'
import { readEverything, tell } from '../messages.ts'
import type { Room } from '../room.ts'
import type { Sockets } from '../sockets.ts'
import type { Controls } from './index.ts'

export interface ControlledParts {
  readonly room: Room
  readonly sockets: Sockets
  readonly deliveries: Deliveries
  readonly signingSecret: string
  /** Milliseconds. */
  readonly ackWithin: number
}

/** Makes the parts of a running simulator do what the control API asks for. */
export function createControls({
  room,
  sockets,
  deliveries,
  signingSecret,
  ackWithin,
}: ControlledParts): Controls {
  return {
    arm: (fault) => room.faults.arm(fault),
    disarm: (id) => room.faults.disarm(id),
    armed: () => room.faults.armed(),
    cut(reason) {
      const { size } = sockets
      sockets.cut(reason)
      return size
    },
    useAddress: (requestUrl) => useAddress(requestUrl),
    act: (what, given) => act(room, what, given),
    async transcript() {
      const channels: Fields[] = []
      for (const { id, name } of await listChannels(room.pool)) {
        channels.push({ id, name, messages: (await readEverything(room.pool, id)).map(tell) })
      }
      const ephemerals: Fields[] = []
      for (const { id } of await listPeople(room.pool)) {
        for (const { channel, ts, body } of await listEphemerals(room.pool, id))
          ephemerals.push({ channel, user: id, message: { ...body, ts } })
      }
      return { now: room.now(), channels, ephemerals, wire: room.wire.after(0) }
    },
    async reset() {
      for (const table of ['message', 'ephemeral', 'response_url'])
        await room.pool.query(`delete from workspace.${table}`)
      room.wire.clear()
      room.changed()
    },
  }

  async function useAddress(requestUrl: string | null): Promise<void> {
    if (requestUrl === null) return deliveries.use(null)
    const link = new HttpLink({ requestUrl, signingSecret, now: () => room.now(), ackWithin })
    await link.verify()
    deliveries.use(link)
  }
}

async function act(room: Room, what: string, given: Fields): Promise<object | null> {
  const common = { channel: asText(given['channel']), userId: asText(given['user']) }
  if (what === 'command') return sendCommand(room, { ...common, text: asText(given['text']) })
  if (what !== 'press') return null
  const { block_id: blockId, value } = given
  return sendPress(room, {
    ...common,
    ts: asText(given['ts']),
    actionId: asText(given['action_id']),
    ...(typeof blockId === 'string' && { blockId }),
    ...(typeof value === 'string' && { value }),
  })
}
