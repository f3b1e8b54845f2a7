import type { Deliveries } from '../deliveries.ts'
import { listChannels, listPeople } from '../directory.ts'
import { listEphemerals } from '../ephemerals.ts'
import { HttpLink } from '../http-link.ts'
import { findActor } from '../interactions.ts'
import { type Fields, own } from '../json.ts'
import { readEverything, tell } from '../messages.ts'
import { PAGE_ACTS } from '../page-acts.ts'
import type { Room } from '../room.ts'
import type { Sockets } from '../sockets.ts'
import { setGroupMembers } from '../usergroups.ts'
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
    async issueTrigger(user) {
      return (await findActor(room, user)) === null ? null : room.triggers.issueTrigger(user)
    },
    expireTriggers: () => room.triggers.expireTriggers(),
    setMembers: (group, members) => setGroupMembers(room, { group, members, by: 'UCASEY' }),
    readFilesAfter(seconds) {
      room.files.readyAfter = seconds * 1_000
    },
    useAddress: (requestUrl) => useAddress(requestUrl),
    async act(what, given) {
      const act = own(PAGE_ACTS, what)
      return act === undefined ? null : act(room, given)
    },
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
      for (const table of ['message', 'ephemeral', 'response_url', 'file', 'bookmark'])
        await room.pool.query(`delete from workspace.${table}`)
      room.wire.clear()
      room.views.reset()
      room.offers.clear()
      room.faults.disarm(null)
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
