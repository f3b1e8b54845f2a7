import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENTS_CHANNEL, seedWorkspace } from '../../src/workspace/index.ts'
import { BOT_METHODS } from '../../src/workspace/methods.ts'
import { APP_SCOPES, SCOPES_OF } from '../../src/workspace/scopes.ts'
import { type BareApp, connectBare } from './apps.ts'
import { type Answer, type Stage, setStage } from './stage.ts'

let stage: Stage
let trusted: Stage
let app: BareApp
const channel = INCIDENTS_CHANNEL
const group = 'S0APPROVERS'

beforeAll(async () => {
  stage = await setStage()
  trusted = await setStage({ scopes: [...APP_SCOPES, 'users:read.email', 'team:read', 'reactions:write'] })
  app = await connectBare(stage)
})
afterAll(async () => {
  app.close()
  await stage.close()
  await trusted.close()
})

test('the people of the page are those of the practice team, each with a role', async () => {
  const people = (await stage.call('users.list'))['members'] as { real_name: string }[]
  expect(people.map(({ real_name }) => real_name)).toEqual([
    'Responder',
    'Second responder',
    'Manager (approver)',
    'Cluster operator (approver)',
    'Manager (not an approver)',
    'Guest (other workspace)',
    'Firebreak',
  ])
})

test('a role that got another name is renamed by the next start', async () => {
  await stage.pool.query("update workspace.person set role = 'Guest' where id = 'UGUEST'")
  await seedWorkspace(stage.pool)
  expect(await stage.call('users.info', { user: 'UGUEST' })).toMatchObject({
    user: { real_name: 'Guest (other workspace)', team_id: 'TOTHER', is_stranger: true },
  })
})

describe('a method is given to an app that has a scope for it', () => {
  test('and to no other, which is told what it lacks', async () => {
    const email = 'alex@firebreak-practice.example'
    expect(await stage.call('users.lookupByEmail', { email })).toEqual({
      ok: false,
      error: 'missing_scope',
      needed: 'users:read.email',
      provided:
        'chat:write,commands,files:write,files:read,users:read,usergroups:read,channels:read,groups:read',
    })
    for (const method of ['team.info', 'conversations.create', 'conversations.join', 'reactions.add'])
      expect(await stage.call(method, {})).toMatchObject({ error: 'missing_scope' })
    for (const method of ['pins.add', 'bookmarks.add', 'bookmarks.list', 'conversations.invite'])
      expect(await stage.call(method, {})).toMatchObject({ error: 'missing_scope' })
  })

  test('so that an address finds its person and is told with them', async () => {
    const found = await trusted.call('users.lookupByEmail', { email: 'Alex@firebreak-practice.example' })
    expect(found).toMatchObject({
      user: { id: 'UALEX', profile: { email: 'alex@firebreak-practice.example' } },
    })
    const none = await trusted.call('users.lookupByEmail', { email: 'nobody@firebreak-practice.example' })
    expect(none).toMatchObject({ error: 'users_not_found' })
    expect(await trusted.call('team.info')).toMatchObject({ team: { name: 'Firebreak practice' } })
    const { user } = (await stage.call('users.info', { user: 'UALEX' })) as Answer & {
      user: { profile: object }
    }
    expect(user.profile).not.toHaveProperty('email')
  })

  test('and every answer names what the app has and what the method takes', async () => {
    const headers = { authorization: `Bearer ${stage.tokens.botToken}` }
    const ask = async (method: string): Promise<Headers> =>
      (await fetch(`${stage.workspace.apiUrl}${method}`, { method: 'POST', headers })).headers
    const listed = await ask('usergroups.list')
    expect(listed.get('x-oauth-scopes')).toBe(APP_SCOPES.join(','))
    expect(listed.get('x-accepted-oauth-scopes')).toBe('usergroups:read')
    expect((await ask('views.open')).get('x-accepted-oauth-scopes')).toBe('')
  })

  test('and each method says what it takes', () => {
    expect(Object.keys(SCOPES_OF).toSorted()).toEqual(Object.keys(BOT_METHODS).toSorted())
  })
})

test('user groups are told with their members', async () => {
  const listed = await stage.call('usergroups.list', { include_users: true, include_count: true })
  expect(listed['usergroups']).toMatchObject([
    { id: 'S0OPERATORS', handle: 'cluster-operators', users: ['UCASEY'], user_count: 1 },
    { id: group, handle: 'eks-approvers', users: ['UMORGAN', 'UCASEY'], user_count: 2 },
  ])
  const bare = (await stage.call('usergroups.list'))['usergroups'] as object[]
  expect(bare[0]).not.toHaveProperty('users')
  expect(await stage.call('usergroups.users.list', { usergroup: group })).toMatchObject({
    users: ['UMORGAN', 'UCASEY'],
  })
  const none = await stage.call('usergroups.users.list', { usergroup: 'S0NONE' })
  expect(none).toMatchObject({ error: 'no_such_subteam' })
})

test('a change of a group is told to the app, survives a seeding, and names who made it', async () => {
  const change = { group, members: ['UMORGAN', 'URILEY'], by: 'URILEY' }
  await expect(stage.workspace.setGroupMembers(change)).resolves.toEqual({ outcome: 'acked' })
  expect(app.last()).toMatchObject({
    type: 'event_callback',
    team_id: 'T0FIREBREAK',
    event: {
      type: 'subteam_members_changed',
      subteam_id: group,
      added_users: ['URILEY'],
      added_users_count: 1,
      removed_users: ['UCASEY'],
      removed_users_count: 1,
    },
  })
  await seedWorkspace(stage.pool)
  const listed = await stage.call('usergroups.list', { include_users: true })
  const changed = (listed['usergroups'] as { id: string }[]).find(({ id }) => id === group)
  expect(changed).toMatchObject({ users: ['UMORGAN', 'URILEY'], updated_by: 'URILEY' })
})

test('a group takes people of this workspace alone', async () => {
  for (const members of [['UGUEST'], ['UFIREBREAK'], ['UNOBODY']])
    await expect(stage.workspace.setGroupMembers({ group, members, by: 'UCASEY' })).rejects.toMatchObject({
      error: 'invalid_users',
    })
  const change = { group: 'S0NONE', members: [], by: 'UCASEY' }
  await expect(stage.workspace.setGroupMembers(change)).rejects.toMatchObject({ error: 'no_such_subteam' })
  await expect(stage.workspace.setGroupMembers({ group, members: [], by: 'UCASEY' })).resolves.toMatchObject({
    outcome: 'acked',
  })
  expect(await stage.call('usergroups.users.list', { usergroup: group })).toMatchObject({ users: [] })
})

test('a reaction stays with its message, whoever redraws it', async () => {
  const { ts } = await trusted.call('chat.postMessage', { channel, text: 'card' })
  const react = (more: object = {}): Promise<Answer> =>
    trusted.call('reactions.add', { channel, timestamp: ts, name: ':eyes:', ...more })
  expect(await react()).toMatchObject({ ok: true })
  expect(await react()).toMatchObject({ error: 'already_reacted' })
  expect(await react({ name: 'No Such' })).toMatchObject({ error: 'invalid_name' })
  expect(await react({ timestamp: '1.000001' })).toMatchObject({ error: 'message_not_found' })
  await react({ name: 'shield' })
  await trusted.call('chat.update', { channel, ts, text: 'redrawn' })
  const [message] = await trusted.workspace.messages(channel)
  expect(message?.told).toMatchObject({
    text: 'redrawn',
    reactions: [
      { name: 'eyes', users: ['UFIREBREAK'], count: 1 },
      { name: 'shield', users: ['UFIREBREAK'], count: 1 },
    ],
  })
})
