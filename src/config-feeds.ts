import type { FileShape, Mistake } from './config-file.ts'
import { type AllowedScope, parseAllowed } from './model/feed.ts'
import { globalRegionOf } from './model/region.ts'
import { type Scope, UNKNOWN_PART } from './model/scope.ts'
import { flowFormat } from './sources/flow-lines.ts'

/** Where and as whom a feed reads. */
export interface FeedPlace {
  readonly region: string
  readonly role: string | null
  readonly externalId: string | null
}

interface Common {
  /** Unique. */
  readonly name: string
  readonly place: FeedPlace
  readonly allowed: readonly AllowedScope[]
}

/** One feed, ready to be made; times are in seconds, null where the feed's own standard holds. */
export type FeedSettings =
  | (Common & {
      readonly kind: 'sqs'
      readonly url: string
      readonly given: Scope
      /** Regions in which its objects may lie. */
      readonly regions: readonly string[]
      readonly visibility: number | null
      /** As a header line. */
      readonly flowFormat?: string
    })
  | (Common & { readonly kind: 'guardduty'; readonly every: number | null })
  | (Common & {
      readonly kind: 'logs'
      readonly logGroup: string
      readonly given: Scope
      readonly every: number | null
      readonly since: number | null
    })
  | (Common & {
      readonly kind: 'inventory'
      /** Without a cluster (`-`) what stands in the account and region. */
      readonly given: Scope
      /** By which a cluster's objects are listed; null: by the place's role. */
      readonly kubeconfig: string | null
      readonly every: number | null
    })

/** A bucket that witnesses the trail, and as whom it is written. */
export interface AnchorBucket {
  readonly place: FeedPlace
  readonly bucket: string
  readonly years: number
}

type Account = FileShape['accounts'][number]

/** Follows the accounts of the trail's witnesses. */
export function settleAnchors(file: FileShape): {
  readonly anchors: readonly AnchorBucket[]
  readonly mistakes: readonly Mistake[]
} {
  const mistakes: Mistake[] = []
  const anchors = file.anchors.flatMap(({ account: name, region, bucket, years = 1 }, at): AnchorBucket[] => {
    const account = file.accounts.find((one) => one.id === name || one.name === name)
    if (account === undefined) {
      mistakes.push({
        path: ['anchors', at, 'account'],
        sentence: 'names no account among accounts; correct it, or add the account',
      })
      return []
    }
    const { role = null, externalId = null } = account
    return [{ place: { region: region ?? account.regions[0] ?? '', role, externalId }, bucket, years }]
  })
  return { anchors, mistakes }
}

/** Follows every reference of a file that is right in itself; tells each that leads nowhere. */
export function settleFeeds(file: FileShape): {
  readonly feeds: readonly FeedSettings[]
  readonly mistakes: readonly Mistake[]
} {
  const mistakes: Mistake[] = []
  const say = (path: readonly (string | number)[], sentence: string): void =>
    void mistakes.push({ path, sentence })
  const accounts = new Map<string, Account>()
  file.accounts.forEach((account, at) => {
    for (const [key, text] of Object.entries({ id: account.id, name: account.name })) {
      if (text === undefined) continue
      if (accounts.has(text))
        say(['accounts', at, key], `${text} stands there twice; give each account its own`)
      accounts.set(text, account)
    }
    if (account.externalId !== undefined && account.role === undefined)
      say(['accounts', at, 'externalId'], 'has no role to go with; add role, or remove it')
  })
  const known = [...accounts.keys()].join(', ') || 'none'
  const accountOf = (name: string, path: readonly (string | number)[]): Account | null => {
    const account = accounts.get(name) ?? null
    if (account === null)
      say(path, `names the account ${name}, which is not among accounts (${known}); add it there`)
    return account
  }
  file.clusters.forEach(({ account }, at) => void accountOf(account, ['clusters', at, 'account']))

  const feeds: FeedSettings[] = []
  const names = new Set<string>()
  file.feeds.forEach((feed, at) => {
    const path = ['feeds', at] as const
    const own = (feed.scopes ?? []).flatMap((text, nr) => {
      const scope = parseAllowed(text)
      if (scope === null)
        say(
          [...path, 'scopes', nr],
          'must be ACCOUNT/REGION/CLUSTER, each a name, "*" for any or "-" for not known',
        )
      return scope === null ? [] : [scope]
    })
    for (const one of feedsOf(feed, own)) {
      if (names.has(one.name))
        say(
          [...path, feed.name === undefined ? 'kind' : 'name'],
          `makes a second feed ${one.name}; give it a name of its own`,
        )
      names.add(one.name)
      feeds.push(one)
    }

    function feedsOf(one: typeof feed, scopes: readonly AllowedScope[]): readonly FeedSettings[] {
      if (one.kind === 'logs') {
        const cluster = file.clusters.find(({ name }) => name === one.cluster)
        const same = file.clusters.filter(({ name }) => name === one.cluster).length
        if (cluster === undefined || same > 1) {
          say(
            [...path, 'cluster'],
            `names the cluster ${one.cluster}, which stands ${same} times among clusters; it must stand there once`,
          )
          return []
        }
        const account = accounts.get(cluster.account)
        if (account === undefined) return []
        const given = { account: account.id, region: cluster.region, cluster: cluster.name }
        return [
          {
            kind: 'logs',
            name: one.name ?? `logs ${cluster.name}`,
            place: placeOf(account, cluster.region),
            allowed: scopes.length > 0 ? scopes : [given],
            logGroup: one.logGroup ?? `/aws/eks/${cluster.name}/cluster`,
            given,
            every: one.every ?? null,
            since: one.since ?? null,
          },
        ]
      }
      const account = accountOf(one.account, [...path, 'account'])
      if (account === null) return []
      if (one.kind === 'sqs') {
        const region =
          one.region ?? /\/\/sqs\.([a-z0-9-]+)\./.exec(one.queue)?.[1] ?? account.regions[0] ?? ''
        return [
          {
            kind: 'sqs',
            name: one.name ?? `sqs ${one.queue.split('/').at(-1) ?? ''}`,
            place: placeOf(account, region),
            allowed: scopes.length > 0 ? scopes : standardScopes(account),
            url: one.queue,
            regions: account.regions,
            given: { account: account.id, region, cluster: UNKNOWN_PART },
            visibility: one.visibility ?? null,
            ...(one.format !== undefined && { flowFormat: flowFormat(one.format) }),
          },
        ]
      }
      const regions = one.regions ?? account.regions
      if (one.kind === 'inventory') {
        const places = regions.map((region) => ({ region, name: UNKNOWN_PART, kubeconfig: undefined }))
        const clusters = file.clusters.filter(
          (cluster) => accounts.get(cluster.account) === account && regions.includes(cluster.region),
        )
        return [...places, ...clusters].map(({ region, name: cluster, kubeconfig }) => {
          const given = { account: account.id, region, cluster }
          const what = cluster === UNKNOWN_PART ? region : cluster
          return {
            kind: 'inventory',
            name: `${one.name ?? `inventory ${account.name ?? account.id}`} ${what}`,
            place: placeOf(account, region),
            allowed: scopes.length > 0 ? scopes : [given],
            given,
            kubeconfig: kubeconfig ?? null,
            every: one.every ?? null,
          }
        })
      }
      return regions.map((region) => ({
        kind: 'guardduty',
        name: `${one.name ?? `guardduty ${account.name ?? account.id}`} ${region}`,
        place: placeOf(account, region),
        allowed: scopes.length > 0 ? scopes : [everyCluster(account, region)],
        every: one.every ?? null,
      }))
    }
  })
  return { feeds, mistakes }
}

function placeOf({ role, externalId }: Account, region: string): FeedPlace {
  return { region, role: role ?? null, externalId: externalId ?? null }
}

/** Everything of the account's regions, and what CloudTrail says of calls of global services, wherever those are not told. */
function standardScopes(account: Account): readonly AllowedScope[] {
  const globals = new Set(account.regions.map(globalRegionOf))
  return [
    ...account.regions.map((each) => everyCluster(account, each)),
    ...[...globals]
      .filter((region) => !account.regions.includes(region))
      .map((region) => ({ account: account.id, region, cluster: UNKNOWN_PART })),
  ]
}

function everyCluster({ id }: Account, region: string): AllowedScope {
  return { account: id, region, cluster: '*' }
}
