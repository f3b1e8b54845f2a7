import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'

/** Credentials of whoever signs in. */
export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface TokenFor {
  readonly region: string
  /** The cluster's name: the token is good for no other. */
  readonly cluster: string
  readonly credentials: SigningCredentials
  readonly now: Date
}

/** Seconds for which the signed address itself could be used; the token lives for 15 minutes from its date. */
const EXPIRES = 60
const CLUSTER_HEADER = 'x-k8s-aws-id'

/**
 * The bearer token by which EKS knows an AWS identity: a call of sts:GetCallerIdentity, signed for this cluster and not made. It is
 * a secret for 15 minutes.
 */
export async function eksToken({ region, cluster, credentials, now }: TokenFor): Promise<string> {
  const { SignatureV4 } = await import('@smithy/signature-v4')
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 })
  const hostname = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, [CLUSTER_HEADER]: cluster },
    },
    { signingDate: now, expiresIn: EXPIRES, unhoistableHeaders: new Set([CLUSTER_HEADER]) },
  )
  // In the order in which the authenticator's own tokens have them: the signature comes last.
  const { 'X-Amz-Signature': signature, ...signed } = query
  const parts = [
    ...Object.entries(signed).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ['X-Amz-Signature', signature],
  ].map(([name, value]) => `${String(name)}=${encodeURIComponent(typeof value === 'string' ? value : '')}`)
  const url = `https://${hostname}/?${parts.join('&')}`
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`
}

/** Milliseconds after which a new token is made: it is good for 15 minutes. */
const LIVES = 14 * 60_000

/** Makes tokens for one cluster and keeps the last one, in memory alone, for 13 to 14 minutes: not all are made at once. */
export function eksTokens(
  make: (now: Date) => Promise<string>,
  { now, random }: { readonly now: () => number; readonly random: () => number },
): () => Promise<string> {
  let kept: { readonly token: string; readonly until: number } | null = null
  return async () => {
    const at = now()
    if (kept !== null && at < kept.until) return kept.token
    const token = await make(new Date(at))
    kept = { token, until: at + LIVES - random() * 60_000 }
    return token
  }
}

type Data = string | ArrayBuffer | ArrayBufferView

/** SHA-256 of Node, as the signer wants it. */
class Sha256 {
  readonly #hash: Hash | Hmac

  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(data: Data): void {
    this.#hash.update(bytesOf(data))
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
}

function bytesOf(data: Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}
