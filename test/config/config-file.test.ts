import { describe, expect, test } from 'vitest'
import { parseConfigFile } from '../../src/config-file.ts'

const GOOD = `
accounts:
  - id: "111122223333"
    name: production
    regions: [eu-west-1, us-east-1]
    role: arn:aws:iam::111122223333:role/FirebreakReader
    externalId: "9f1c"
clusters:
  - { account: production, region: eu-west-1, name: payments }
feeds:
  - { kind: sqs, account: production, queue: "https://sqs.us-east-1.amazonaws.com/111122223333/findings" }
  - { kind: guardduty, account: "111122223333", every: 30 }
  - { kind: logs, cluster: payments, scopes: ["111122223333/eu-west-1/payments"] }
`
const place = (region: string) => ({
  region,
  role: 'arn:aws:iam::111122223333:role/FirebreakReader',
  externalId: '9f1c',
})
const anyCluster = (region: string) => ({ account: '111122223333', region, cluster: '*' })
const payments = { account: '111122223333', region: 'eu-west-1', cluster: 'payments' }

function mistakes(text: string): string {
  try {
    parseConfigFile(text, 'f.yaml')
  } catch (error) {
    return (error as Error).message
  }
  return 'none'
}

describe('the configuration file', () => {
  test('every reference is followed: a poll for each region, and scopes of what is read', () => {
    expect(parseConfigFile(GOOD, 'f.yaml').feeds).toEqual([
      {
        kind: 'sqs',
        name: 'sqs findings',
        place: place('us-east-1'),
        allowed: [anyCluster('eu-west-1'), anyCluster('us-east-1')],
        regions: ['eu-west-1', 'us-east-1'],
        url: 'https://sqs.us-east-1.amazonaws.com/111122223333/findings',
        given: { account: '111122223333', region: 'us-east-1', cluster: '-' },
        visibility: null,
      },
      ...['eu-west-1', 'us-east-1'].map((region) => ({
        kind: 'guardduty',
        name: `guardduty production ${region}`,
        place: place(region),
        allowed: [anyCluster(region)],
        every: 30,
      })),
      {
        kind: 'logs',
        name: 'logs payments',
        place: place('eu-west-1'),
        allowed: [payments],
        logGroup: '/aws/eks/payments/cluster',
        given: payments,
        every: null,
        since: null,
      },
    ])
  })

  test.each([
    ['eu-west-1', 'us-east-1'],
    ['us-gov-east-1', 'us-gov-west-1'],
    ['cn-northwest-1', 'cn-north-1'],
  ])('a queue of %s takes what CloudTrail says of global services, which it says of %s', (region, global) => {
    const { feeds } = parseConfigFile(
      GOOD.replace('[eu-west-1, us-east-1]', `[${region}]`).replaceAll(
        'us-east-1.amazonaws',
        `${region}.amazonaws`,
      ),
      'f.yaml',
    )
    expect(feeds[0]?.allowed).toEqual([
      anyCluster(region),
      { account: '111122223333', region: global, cluster: '-' },
    ])
  })

  test('the sovereign cloud has regions too, and its own are all that it has', () => {
    const { feeds } = parseConfigFile(GOOD.replace('[eu-west-1, us-east-1]', '[eusc-de-east-1]'), 'f.yaml')
    expect(feeds[0]?.allowed).toEqual([anyCluster('eusc-de-east-1')])
  })

  test('the format of flow logs is taken as it was given to AWS, or as a header line', () => {
    const formatOf = (format: string): unknown =>
      parseConfigFile(
        GOOD.replace('account: production, queue', `account: production, format: "${format}", queue`),
        'f.yaml',
      ).feeds[0]
    const fields = ['start', 'srcaddr', 'dstaddr']
    expect(formatOf(fields.join(' '))).toMatchObject({ flowFormat: 'start srcaddr dstaddr' })
    expect(formatOf(fields.map((field) => ['$', `{${field}}`].join('')).join(' '))).toMatchObject({
      flowFormat: 'start srcaddr dstaddr',
    })
    expect(() => formatOf('default')).toThrow(/feeds\[0\]\.format must be the format of a flow log/)
  })

  test('an inventory is one feed for each region of its account, and one for each of its clusters there', () => {
    const { feeds } = parseConfigFile(
      `${GOOD}  - { kind: inventory, account: production, every: 60 }\n`,
      'f.yaml',
    )
    const own = feeds.filter(({ kind }) => kind === 'inventory')
    expect(own.map(({ name }) => name)).toEqual([
      'inventory production eu-west-1',
      'inventory production us-east-1',
      'inventory production payments',
    ])
    const given = { account: '111122223333', region: 'eu-west-1', cluster: 'payments' }
    expect(own[2]).toMatchObject({ kind: 'inventory', given, allowed: [given], kubeconfig: null, every: 60 })
    expect(own[0]).toMatchObject({ allowed: [{ ...given, cluster: '-' }] })
  })

  test('JSON does as well, and an empty file has no feeds', () => {
    const json = JSON.stringify({ accounts: [{ id: '111122223333', regions: ['eu-west-1'] }] }, null, 1)
    expect(parseConfigFile(json, 'f.json')).toEqual({ feeds: [], roster: null, anchors: [] })
    expect(parseConfigFile('', 'f.yaml')).toEqual({ feeds: [], roster: null, anchors: [] })
  })

  test('every mistake is told at once, with its line and what to write', () => {
    const lines = mistakes(
      GOOD.replace('"111122223333"\n', '12\n')
        .replace('regions: [eu-west-1, us-east-1]', 'regions: [Ireland]')
        .replace('kind: guardduty', 'kind: guard')
        .replace('cluster: payments,', 'cluster: payments, clustr: 1,'),
    ).split('\n')
    expect(lines).toEqual([
      expect.stringMatching(
        /^f\.yaml:3: accounts\[0\]\.id must be an account id of twelve digits, in quotes\.$/,
      ),
      expect.stringMatching(/^f\.yaml:5: accounts\[0\]\.regions\[0\] must be a region such as eu-west-1\.$/),
      expect.stringMatching(
        /^f\.yaml:12: feeds\[1\]\S* must have a kind: sqs, guardduty, logs or inventory\.$/,
      ),
      expect.stringMatching(/^f\.yaml:13: feeds\[2\]\.clustr is no key that Firebreak knows; remove it/),
    ])
  })

  test.each([
    ['accounts:\n  - name: a\n', /f\.yaml:2: accounts\[0\]\.id .*\n.*regions is missing; it must be a list/],
    [
      GOOD.replace('cluster: payments', 'cluster: other'),
      /f\.yaml:13: feeds\[2\]\.cluster names the cluster other/,
    ],
    [
      GOOD.replace('account: production, queue', 'account: test, queue'),
      /:11: .*not among accounts \(111122223333, production\)/,
    ],
    [
      GOOD.replace('scopes: ["111122223333/eu-west-1/payments"]', 'scopes: [all]'),
      /scopes\[0\] must be ACCOUNT\/REGION\/CLUSTER/,
    ],
    [`${GOOD}  - { kind: logs, cluster: payments }\n`, /:14: .*makes a second feed logs payments/],
    [
      GOOD.replace('    role: arn:aws:iam::111122223333:role/FirebreakReader\n', ''),
      /externalId has no role/,
    ],
    ['accounts: [\n', /^f\.yaml:\d+: .*Correct the YAML/],
    ['- a', /^f\.yaml:1: the file /],
  ])('%#', (text, expected) => {
    expect(mistakes(text)).toMatch(expected)
  })
})
