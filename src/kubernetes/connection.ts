import type { RequestOptions } from 'node:https'
import { FeedFault } from '../model/feed.ts'

/** A cluster's API server, and how to ask it. */
export interface Connection {
  /** `https://…`, without a slash at its end. */
  readonly server: string
  /** Whom to trust and who asks; made for each call, since tokens expire. */
  options(): Promise<RequestOptions>
}

/** The API server of an EKS cluster as DescribeCluster says it: its own CA is trusted, and no other. */
export function eksConnection(
  { endpoint, ca }: { readonly endpoint: string; readonly ca: string },
  token: () => Promise<string>,
): Connection {
  const server = secure(endpoint)
  if (ca === '') throw new FeedFault('failed', `The cluster at ${endpoint} says no certificate authority.`)
  return {
    server,
    options: async () => ({
      ca: Buffer.from(ca, 'base64'),
      rejectUnauthorized: true,
      headers: { authorization: `Bearer ${await token()}` },
    }),
  }
}

/** The API server of a kubeconfig's context, its current one unless another is named; however that signs in. */
export async function kubeconfigConnection(path: string, context: string | null = null): Promise<Connection> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    config.loadFromFile(path)
  } catch (cause) {
    throw new FeedFault('failed', `The kubeconfig ${path} cannot be read.`, {
      cure: 'Name a kubeconfig that this process may read.',
      cause,
    })
  }
  if (context !== null) config.setCurrentContext(context)
  const cluster = config.getCurrentCluster()
  if (cluster === null)
    throw new FeedFault(
      'failed',
      `The kubeconfig ${path} has no context ${context ?? config.currentContext}.`,
      {
        cure: 'Name one of its contexts.',
      },
    )
  if (cluster.skipTLSVerify)
    throw new FeedFault(
      'failed',
      `The kubeconfig ${path} says insecure-skip-tls-verify, so anybody could answer.`,
      {
        cure: 'Remove insecure-skip-tls-verify from it, and name the certificate authority of the cluster instead.',
      },
    )
  return {
    server: secure(cluster.server),
    async options() {
      const options: RequestOptions = {}
      await config.applyToHTTPSOptions(options)
      return options
    },
  }
}

/** Whoever asks shows a token, which nobody on the way may see. */
function secure(server: string): string {
  if (!/^https:\/\/[^/]/.test(server))
    throw new FeedFault('failed', `The API server ${server} is not asked over TLS.`, {
      cure: 'Name its address with https://.',
    })
  return server.replace(/\/+$/, '')
}
