import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { EC2Client } from '@aws-sdk/client-ec2'
import type { EKSClient } from '@aws-sdk/client-eks'
import type { GuardDutyClient } from '@aws-sdk/client-guardduty'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { FeedFault } from '../model/feed.ts'
import { type Asked, faultFrom } from './faults.ts'

/** Where and as whom AWS is asked. */
export interface Place {
  readonly region: string
  /** Role that is assumed; null: the credentials of this process. */
  readonly role: string | null
  /** What the role's trust policy asks for; null: nothing. */
  readonly externalId: string | null
}

/** Short-lived credentials, as the SDK's clients take them. */
interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

/**
 * Clients for one place each, made when first asked for: an SDK takes a quarter of a second to load, and only who has a feed
 * pays for it. `endpoint` sends every call somewhere else (moto_server), by path instead of by host.
 */
export class Clients {
  readonly #endpoint: string | null
  readonly #made = new Map<string, Promise<{ destroy(): void }>>()

  constructor(endpoint: string | null = null) {
    this.#endpoint = endpoint
  }

  sqs(place: Place): Promise<SQSClient> {
    return this.#once('sqs', place, async (options) => {
      const { SQSClient } = await import('@aws-sdk/client-sqs')
      return new SQSClient(options)
    })
  }

  s3(place: Place): Promise<S3Client> {
    return this.#once('s3', place, async (options) => {
      const { S3Client } = await import('@aws-sdk/client-s3')
      return new S3Client({
        ...options,
        forcePathStyle: this.#endpoint !== null,
        // A bucket answers in its own region whatever the notification said.
        followRegionRedirects: this.#endpoint === null,
      })
    })
  }

  logs(place: Place): Promise<CloudWatchLogsClient> {
    return this.#once('logs', place, async (options) => {
      const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs')
      return new CloudWatchLogsClient(options)
    })
  }

  guardduty(place: Place): Promise<GuardDutyClient> {
    return this.#once('guardduty', place, async (options) => {
      const { GuardDutyClient } = await import('@aws-sdk/client-guardduty')
      return new GuardDutyClient(options)
    })
  }

  /**
   * What an error means for a feed. A client keeps the credentials that it read first: where they are no good, the clients of
   * the place are let go, and the next ones read them again.
   */
  failed(error: unknown, asked: Asked, place: Place): FeedFault {
    const fault = faultFrom(error, asked)
    if (fault.code === 'credentials-expired') {
      // Not closed: who works with one may still end what it does.
      for (const service of SERVICES) this.#made.delete(keyOf(service, place))
    }
    return fault
  }

  eks(place: Place): Promise<EKSClient> {
    return this.#once('eks', place, async (options) => {
      const { EKSClient } = await import('@aws-sdk/client-eks')
      return new EKSClient(options)
    })
  }

  ec2(place: Place): Promise<EC2Client> {
    return this.#once('ec2', place, async (options) => {
      const { EC2Client } = await import('@aws-sdk/client-ec2')
      return new EC2Client(options)
    })
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    const made = await Promise.allSettled(this.#made.values())
    for (const one of made) if (one.status === 'fulfilled') one.value.destroy()
  }

  async #once<C extends { destroy(): void }>(
    service: Service,
    place: Place,
    make: (options: Options) => Promise<C>,
  ): Promise<C> {
    const key = keyOf(service, place)
    const known = this.#made.get(key) ?? make(this.#options(place))
    this.#made.set(key, known)
    // What could not be made now is made when it is asked for again.
    known.catch(() => this.#made.get(key) === known && this.#made.delete(key))
    return known as Promise<C>
  }

  #options(place: Place): Options {
    const { role } = place
    return {
      region: place.region,
      maxAttempts: ATTEMPTS,
      requestHandler: PATIENCE,
      ignoreCache: true,
      ...(this.#endpoint !== null && { endpoint: this.#endpoint }),
      ...(role !== null && { credentials: () => this.#assume({ ...place, role }) }),
    }
  }

  /** The client asks again five minutes before they expire. */
  async #assume({ region, role, externalId }: Place & { readonly role: string }): Promise<Credentials> {
    const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts')
    const sts = new STSClient(this.#options({ region, role: null, externalId: null }))
    try {
      const { Credentials: given } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: role,
          RoleSessionName: 'firebreak-reader',
          ...(externalId !== null && { ExternalId: externalId }),
        }),
      )
      if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
        throw new Error('STS answered without credentials')
      return {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        sessionToken: given.SessionToken,
        expiration: given.Expiration ?? new Date(Date.now() + 900_000),
      }
    } catch (error) {
      throw faultFrom(error, { action: 'sts:AssumeRole', resource: role })
    } finally {
      sts.destroy()
    }
  }
}

const SERVICES = ['sqs', 's3', 'logs', 'guardduty', 'eks', 'ec2'] as const
type Service = (typeof SERVICES)[number]

function keyOf(service: Service, { region, role, externalId }: Place): string {
  return JSON.stringify([service, region, role, externalId])
}

interface Options {
  readonly region: string
  readonly maxAttempts: number
  readonly requestHandler: typeof PATIENCE
  /** Files with credentials are read again by each new client, and not once for the process. */
  readonly ignoreCache: true
  readonly endpoint?: string
  readonly credentials?: () => Promise<Credentials>
}

/** The feed waits by itself, longer each time, and says why meanwhile. */
const ATTEMPTS = 2

/**
 * Milliseconds: an answer takes at most the 20 s that a queue is listened to, and an object's stream rests while a batch is
 * written. Without them a network that swallows everything would be waited for without end.
 */
const PATIENCE = {
  connectionTimeout: 5_000,
  requestTimeout: 60_000,
  throwOnRequestTimeout: true,
  socketTimeout: 600_000,
} as const
