import type { AccessEntry, AssociatedAccessPolicy, Cluster, EKSClient } from '@aws-sdk/client-eks'
import { FeedFault } from '../model/feed.ts'
import type { Page } from '../model/reading.ts'
import { partitionOf } from '../model/region.ts'
import { type Scope, UNKNOWN_PART } from '../model/scope.ts'
import { fromMillis } from '../model/time.ts'
import type { Clients, Place } from './clients.ts'
import { faultFrom } from './faults.ts'

export interface AccountOptions {
  readonly place: Place
  readonly account: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly signal: AbortSignal
}

interface Paged {
  readonly items: readonly unknown[]
  readonly next: string | undefined
}

/** Instances and interfaces of one account and region, page by page. Throws a FeedFault. */
export async function* readAccount(clients: Clients, options: AccountOptions): AsyncGenerator<Page> {
  const { place, account, signal } = options
  const scope = { account, region: place.region, cluster: UNKNOWN_PART }
  const { DescribeInstancesCommand, DescribeNetworkInterfacesCommand } = await import('@aws-sdk/client-ec2')
  const client = await clients.ec2(place)
  const asked = (action: string) => ({ action: `ec2:${action}`, resource: '*' })
  yield* pagesOf('ec2', 'Instance', scope, options, async (next) => {
    const command = new DescribeInstancesCommand({
      MaxResults: 500,
      ...(next !== undefined && { NextToken: next }),
    })
    const page = await ask(asked('DescribeInstances'), () => client.send(command, { abortSignal: signal }))
    return {
      items: (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances),
      next: page.NextToken,
    }
  })
  yield* pagesOf('ec2', 'NetworkInterface', scope, options, async (next) => {
    const command = new DescribeNetworkInterfacesCommand({
      MaxResults: 500,
      ...(next !== undefined && { NextToken: next }),
    })
    const page = await ask(asked('DescribeNetworkInterfaces'), () =>
      client.send(command, { abortSignal: signal }),
    )
    return { items: page.NetworkInterfaces ?? [], next: page.NextToken }
  })
}

/** One cluster as EKS describes it. Throws a FeedFault. */
export async function describeCluster(
  client: EKSClient,
  scope: Scope,
  signal: AbortSignal,
): Promise<Cluster> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks')
  const { cluster } = await ask(askedOf('DescribeCluster', scope), () =>
    client.send(new DescribeClusterCommand({ name: scope.cluster }), { abortSignal: signal }),
  )
  if (cluster === undefined) throw new FeedFault('failed', `EKS describes no cluster ${scope.cluster}.`)
  return cluster
}

/** What EKS says of one cluster: itself, and who is let in as whom. Throws a FeedFault. */
export async function* readEks(
  clients: Clients,
  cluster: Cluster,
  scope: Scope,
  options: AccountOptions,
): AsyncGenerator<Page> {
  const { place, now, signal } = options
  const client = await clients.eks(place)
  const takenAt = fromMillis(now())
  yield { source: 'eks', of: 'Cluster', scope, takenAt, before: 0, complete: true, items: [{ cluster }] }
  // Without entries a config map of the cluster says who is let in.
  if (cluster.accessConfig?.authenticationMode === 'CONFIG_MAP') return
  const principals = await principalsOf(client, scope, signal)
  const entries: { accessEntry: AccessEntry }[] = []
  const policies: object[] = []
  for (const principalArn of principals) {
    const one = await entryOf(client, scope, principalArn, signal)
    if (one === null) continue
    entries.push({ accessEntry: one.entry })
    policies.push({
      clusterName: scope.cluster,
      principalArn,
      associatedAccessPolicies: one.policies,
    })
  }
  const page = { source: 'eks', scope, takenAt, before: 0, complete: true } as const
  yield { ...page, of: 'AccessEntry', items: entries }
  yield { ...page, of: 'AccessPolicies', items: policies }
}

async function principalsOf(
  client: EKSClient,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { ListAccessEntriesCommand } = await import('@aws-sdk/client-eks')
  const principals: string[] = []
  let nextToken: string | undefined
  do {
    const command = new ListAccessEntriesCommand({
      clusterName: scope.cluster,
      maxResults: 100,
      ...(nextToken !== undefined && { nextToken }),
    })
    const page = await ask(askedOf('ListAccessEntries', scope), () =>
      client.send(command, { abortSignal: signal }),
    )
    principals.push(...(page.accessEntries ?? []))
    nextToken = tokenOf(page.nextToken)
  } while (nextToken !== undefined)
  return principals
}

/** Null for one that is gone since it was listed. */
async function entryOf(
  client: EKSClient,
  scope: Scope,
  principalArn: string,
  signal: AbortSignal,
): Promise<{ readonly entry: AccessEntry; readonly policies: readonly AssociatedAccessPolicy[] } | null> {
  const { DescribeAccessEntryCommand, ListAssociatedAccessPoliciesCommand } = await import(
    '@aws-sdk/client-eks'
  )
  const input = { clusterName: scope.cluster, principalArn }
  try {
    const { accessEntry } = await client.send(new DescribeAccessEntryCommand(input), { abortSignal: signal })
    if (accessEntry === undefined) return null
    const policies: AssociatedAccessPolicy[] = []
    let nextToken: string | undefined
    do {
      const command = new ListAssociatedAccessPoliciesCommand({
        ...input,
        ...(nextToken !== undefined && { nextToken }),
      })
      const page = await ask(askedOf('ListAssociatedAccessPolicies', scope), () =>
        client.send(command, { abortSignal: signal }),
      )
      policies.push(...(page.associatedAccessPolicies ?? []))
      nextToken = tokenOf(page.nextToken)
    } while (nextToken !== undefined)
    return { entry: accessEntry, policies }
  } catch (error) {
    if (rootName(error) === 'ResourceNotFoundException') return null
    throw faultFrom(error, askedOf('DescribeAccessEntry', scope))
  }
}

function rootName(error: unknown): string {
  const root = error instanceof FeedFault ? error.cause : error
  return root instanceof Error ? root.name : ''
}

async function* pagesOf(
  source: Page['source'],
  of: string,
  scope: Scope,
  { now, signal }: AccountOptions,
  page: (next: string | undefined) => Promise<Paged>,
): AsyncGenerator<Page> {
  const takenAt = fromMillis(now())
  let before = 0
  let token: string | undefined
  do {
    const { items, next } = await page(token)
    token = tokenOf(next)
    yield { source, of, scope, takenAt, before, complete: token === undefined, items }
    before += items.length
  } while (token !== undefined && !signal.aborted)
}

/** An empty token says, as none does, that there is no further page. */
function tokenOf(token: string | undefined): string | undefined {
  return token === '' ? undefined : token
}

function askedOf(name: string, { account, region, cluster }: Scope): { action: string; resource: string } {
  return {
    action: `eks:${name}`,
    resource: `arn:${partitionOf(region)}:eks:${region}:${account}:cluster/${cluster}`,
  }
}

async function ask<T>(asked: { action: string; resource: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw faultFrom(error, asked)
  }
}
