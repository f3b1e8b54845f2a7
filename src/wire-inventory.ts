import type { Clients } from './aws/clients.ts'
import { eksToken, eksTokens } from './aws/eks-token.ts'
import { describeCluster, readAccount, readEks } from './aws/inventory.ts'
import type { FeedSettings } from './config-feeds.ts'
import { type Connection, eksConnection, kubeconfigConnection } from './kubernetes/connection.ts'
import { readCluster } from './kubernetes/reader.ts'
import type { Page } from './model/reading.ts'
import { UNKNOWN_PART } from './model/scope.ts'

type Settings = Extract<FeedSettings, { readonly kind: 'inventory' }>

/** Reads what stands in an account and region, or in one of its clusters: what EKS says of it, then its objects. */
export function inventoryReader(
  clients: Clients,
  { place, given, kubeconfig }: Settings,
  now: () => number,
): (signal: AbortSignal) => AsyncGenerator<Page> {
  const { account, region, cluster: name } = given
  if (name === UNKNOWN_PART) return (signal) => readAccount(clients, { place, account, now, signal })
  const token = eksTokens(
    async (at) => {
      const credentials = await (await clients.eks(place)).config.credentials()
      return eksToken({ region, cluster: name, credentials, now: at })
    },
    { now, random: Math.random },
  )
  return async function* read(signal) {
    const client = await clients.eks(place)
    const cluster = await describeCluster(client, given, signal)
    yield* readEks(clients, cluster, given, { place, account, now, signal })
    const { endpoint = '', certificateAuthority } = cluster
    const connection: Connection =
      kubeconfig === null
        ? eksConnection({ endpoint, ca: certificateAuthority?.data ?? '' }, token)
        : await kubeconfigConnection(kubeconfig)
    yield* readCluster(connection, { now, signal })
  }
}
