import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfigFile } from '../../src/config-file.ts'
import { fileRoster } from '../../src/config-roster.ts'

const GOOD = `
workspace: T0TEAM
mode: dry-run
breakGlass: [ada]
accounts:
  - { id: "111122223333", name: production, regions: [eu-west-1] }
clusters:
  - { account: production, region: eu-west-1, name: payments, alias: pay, mode: enforce }
  - { account: production, region: eu-west-1, name: staging }
people:
  - { id: ada, slack: [U0ADA, U0ADA2], roles: [responder], scopes: [payments, staging] }
  - { id: mo, slack: [U0MO], roles: [approver, operator], scopes: ["111122223333/*/*"] }
`

function mistakes(text: string): readonly string[] {
  try {
    parseConfigFile(text, 'f.yaml')
  } catch (error) {
    return (error as Error).message.split('\n')
  }
  return []
}

describe('people in the configuration file', () => {
  test('names are followed to scopes, accounts to one person, clusters to their mode', () => {
    const { roster } = parseConfigFile(GOOD, 'f.yaml')
    expect(roster).toMatchObject({
      tenant: 'T0TEAM',
      breakGlass: ['ada'],
      standardMode: 'dry-run',
      people: [
        {
          id: 'ada',
          accounts: [
            { team: 'T0TEAM', user: 'U0ADA' },
            { team: 'T0TEAM', user: 'U0ADA2' },
          ],
          scopes: ['111122223333/eu-west-1/payments', '111122223333/eu-west-1/staging'],
        },
        { id: 'mo', scopes: ['111122223333/*/*'] },
      ],
      clusters: [
        { scope: '111122223333/eu-west-1/payments', alias: 'pay', mode: 'enforce' },
        { scope: '111122223333/eu-west-1/staging', alias: 'staging', mode: 'dry-run' },
      ],
    })
    expect(parseConfigFile('feeds: []', 'f.yaml').roster).toBeNull()
  })

  test('the rules have a version that order and people do not change, and modes do', () => {
    const policy = (text: string): string | undefined => parseConfigFile(text, 'f.yaml').roster?.policy
    const other = GOOD.replace(/ {2}- \{ id: mo.*\n/, '').replace('breakGlass: [ada]', 'breakGlass: [ada]')
    expect(policy(other)).toBe(policy(GOOD))
    expect(policy(GOOD.replace('mode: enforce', 'mode: dry-run'))).not.toBe(policy(GOOD))
    expect(policy(GOOD.replace('breakGlass: [ada]\n', ''))).not.toBe(policy(GOOD))
  })

  test('every mistake at once, each with its line and what to do', () => {
    const said = mistakes(
      GOOD.replace('workspace: T0TEAM\n', '')
        .replace('breakGlass: [ada]', 'breakGlass: [nobody]')
        .replace('id: mo, slack: [U0MO]', 'id: ada, slack: [U0ADA2]')
        .replace('[payments, staging]', '[payments, nowhere]'),
    )
    expect(said.map((line) => line.replace(/;.*/, ''))).toEqual([
      'f.yaml:10: people are named, but no workspace: add workspace: T…, the id of theirs in Slack.',
      expect.stringMatching(/^f\.yaml:10: people\[0\]\.scopes\[1\] is neither the name of a cluster/),
      'f.yaml:11: people[1].id is that of people[0] too',
      'f.yaml:11: people[1].slack[0] is an account of ada already',
      'f.yaml:3: breakGlass[0] names nobody among people',
    ])
  })

  test('two clusters of one name need an alias, and a name that two have means neither', () => {
    const two = GOOD.replace(
      '  - { account: production, region: eu-west-1, name: staging }',
      '  - { account: production, region: us-east-1, name: payments }',
    ).replace('[payments, staging]', '[pay]')
    const { roster } = parseConfigFile(two, 'f.yaml')
    expect(roster?.clusters).toEqual([
      { scope: '111122223333/eu-west-1/payments', alias: 'pay', mode: 'enforce' },
      { scope: '111122223333/us-east-1/payments', alias: 'payments', mode: 'dry-run' },
    ])
    expect(roster?.people[0]?.scopes).toEqual(['111122223333/eu-west-1/payments'])
    expect(mistakes(two.replace('alias: pay, ', '')).join()).toMatch(
      /clusters\[1\] is called payments, as clusters\[0\] is/,
    )
    const other = two.replace('name: payments }', 'name: payments, alias: pay-us }')
    expect(mistakes(other.replace('[pay]', '[payments]')).join()).toMatch(
      /people\[0\]\.scopes\[0\] is neither the name of a cluster/,
    )
  })

  test.each([
    [
      'roles: [responder]',
      'roles: [boss]',
      /roles\[0\] must be responder, approver, operator or administrator/,
    ],
    ['slack: [U0MO]', 'slack: []', /slack must be a list of at least one id/],
    ['slack: [U0MO]', 'slack: [mo@example.com]', /slack\[0\] must be the id of an account in Slack/],
    ['mode: dry-run', 'mode: on', /mode must be off, dry-run or enforce/],
    ['scopes: [payments, staging]', 'scopes: []', /scopes must be a list of at least one scope/],
    ['{ id: mo,', '{ id: mo, email: mo@example.com,', /email is no key that Firebreak knows/],
  ])('%s as %s is told', (good, bad, expected) => {
    expect(mistakes(GOOD.replace(good, bad)).join('\n')).toMatch(expected)
  })
})

describe('a file that changes', () => {
  let folder: string
  let path: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firebreak-roster-'))
    path = join(folder, 'f.yaml')
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('is read again; one with mistakes changes nobody, and no vote counts until it is right', async () => {
    await writeFile(path, GOOD)
    const source = fileRoster(path)
    const heard: (string | null)[] = []
    source.onChange(() => heard.push(source.problem()))
    try {
      await writeFile(path, GOOD.replace('roles: [responder]', 'roles: [approver]'))
      source.reload()
      expect(source.current().people[0]?.roles).toEqual(['approver'])
      await writeFile(path, GOOD.replace('U0MO', 'nobody'))
      source.reload()
      expect(source.current().people[0]?.roles).toEqual(['approver'])
      expect(source.problem()).toMatch(/f\.yaml:12: people\[1\].slack\[0\] must be/)
      await writeFile(path, GOOD.replace('T0TEAM', 'T0OTHER'))
      source.reload()
      expect(source.problem()).toMatch(/another workspace/)
      await rm(path)
      source.reload()
      expect(source.problem()).toMatch(/cannot be read/)
      await writeFile(path, GOOD)
      source.reload()
      expect(source.problem()).toBeNull()
      expect(heard.map((problem) => problem === null)).toEqual([true, false, false, false, true])
    } finally {
      source.close()
    }
  })

  test('is noticed by itself', async () => {
    await writeFile(path, GOOD)
    const source = fileRoster(path)
    try {
      const changed = new Promise<void>((done) => source.onChange(done))
      await writeFile(path, GOOD.replace('roles: [responder]', 'roles: []'))
      await utimes(path, new Date(), new Date(Date.now() + 5_000))
      await changed
      expect(source.current().people[0]?.roles).toEqual([])
    } finally {
      source.close()
    }
  })

  test('one that names nobody is no roster', async () => {
    await writeFile(path, 'feeds: []')
    expect(() => fileRoster(path)).toThrow(/names no people/)
  })
})
