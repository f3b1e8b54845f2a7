import pg from 'pg'
import { expect, test } from 'vitest'
import { openPool } from '../../src/db/open.ts'
import { findChannel, listMembers } from '../../src/workspace/directory.ts'
import {
  AUDIT_CHANNEL,
  createWorkspaceTables,
  INCIDENTS_CHANNEL,
  SHARED_CHANNEL,
  seedWorkspace,
} from '../../src/workspace/index.ts'
import { freshDatabase } from '../helpers/database.ts'
import { setStage } from './stage.ts'

test('the guest is in the channel of incidents and in the shared one, and reads what is said to them alone', async () => {
  const stage = await setStage()
  for (const channel of [INCIDENTS_CHANNEL, SHARED_CHANNEL]) {
    const text = `for the guest in ${channel}`
    expect(await stage.call('chat.postEphemeral', { channel, user: 'UGUEST', text })).toMatchObject({
      ok: true,
    })
    expect((await stage.workspace.ephemerals('UGUEST')).at(-1)).toMatchObject({ channel, text })
  }
  expect(await listMembers(stage.pool, AUDIT_CHANNEL)).not.toContain('UGUEST')
  await stage.close()
})

test('of the channels the last one is shared with another organisation, and says so', async () => {
  const stage = await setStage()
  const { channels } = (await stage.call('conversations.list')) as unknown as { channels: object[] }
  expect(channels).toMatchObject([
    { id: INCIDENTS_CHANNEL, is_shared: false, is_ext_shared: false },
    { id: AUDIT_CHANNEL, is_shared: false, is_ext_shared: false },
    { id: SHARED_CHANNEL, is_shared: true, is_ext_shared: true, is_org_shared: false, num_members: 7 },
  ])
  expect(channels[0]).not.toHaveProperty('shared_team_ids')
  expect(await stage.call('conversations.info', { channel: SHARED_CHANNEL })).toMatchObject({
    channel: {
      name: 'vendor-bridge',
      topic: { value: 'Shared with another organisation' },
      is_member: true,
      is_ext_shared: true,
      shared_team_ids: ['T0FIREBREAK', 'TOTHER'],
    },
  })
  await stage.close()
})

test('a database of an earlier Firebreak gets the shared channel and the guest with the next start', async () => {
  const database = await freshDatabase()
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const pool = openPool(database.urls.workspace, 'test shared channel', 2)
  await seedWorkspace(pool)
  await pool.query("delete from workspace.member where person = 'UGUEST' or channel = $1", [SHARED_CHANNEL])
  await pool.query('delete from workspace.channel where id = $1', [SHARED_CHANNEL])
  await owner.query('alter table workspace.channel drop column is_shared')
  await createWorkspaceTables(owner)
  await seedWorkspace(pool)
  expect(await findChannel(pool, SHARED_CHANNEL)).toMatchObject({ isShared: true, memberCount: 7 })
  expect(await listMembers(pool, INCIDENTS_CHANNEL)).toContain('UGUEST')
  await pool.end()
  await owner.end()
  await database.drop()
})
