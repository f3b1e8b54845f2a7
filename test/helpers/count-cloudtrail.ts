import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** One event of a file as a reader of its own sees it, who shares no line with the product's. */
export interface CountedEvent {
  readonly outcome: 'success' | 'failure' | 'unauthorized' | 'forbidden'
  readonly id: string
  readonly name: string
  readonly service: string
  readonly by: string
  readonly account: string
  readonly region: string
  readonly hasTime: boolean
}

interface Raw {
  readonly [key: string]: unknown
  readonly Records?: readonly Raw[]
  readonly eventTime?: string
  readonly errorCode?: string
  readonly userIdentity?: { readonly arn?: string; readonly accountId?: string } | null
}

const CREDENTIALS =
  /^(Client\.)?(ExpiredToken|InvalidClientTokenId|CloudTrailInvalidClientTokenId|AuthFailure|SignatureDoesNotMatch|UnrecognizedClient|InvalidAccessKeyId|RequestExpired)(Exception)?$/

/** The events of files: a document, or a document a line. */
export function countCloudTrail(files: readonly string[]): readonly CountedEvent[] {
  return files.flatMap((file) => {
    const bytes = readFileSync(file)
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
    const documents = file.endsWith('.ndjson')
      ? text
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map((line) => JSON.parse(line) as Raw)
      : [JSON.parse(text) as Raw | readonly Raw[]].flat()
    return documents
      .flatMap((one) => one.Records ?? [one])
      .filter(({ eventName }) => eventName !== undefined)
      .map(counted)
  })
}

function counted(raw: Raw): CountedEvent {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const { errorCode = '', userIdentity } = raw
  const signIn = /^\{"(\w+)":"Failure"/.exec(JSON.stringify(raw['responseElements'] ?? null))?.[1]
  const denied =
    errorCode.startsWith('AccessDenied') ||
    errorCode === 'VpceAccessDenied' ||
    errorCode.endsWith('UnauthorizedOperation')
  const outcome =
    errorCode === ''
      ? 'success'
      : denied
        ? 'forbidden'
        : CREDENTIALS.test(errorCode)
          ? 'unauthorized'
          : 'failure'
  return {
    outcome: signIn === undefined ? outcome : signIn === 'ConsoleLogin' ? 'unauthorized' : 'failure',
    id: text(raw['eventID']),
    name: text(raw['eventName']),
    service: text(raw['eventSource']),
    by: userIdentity?.arn ?? '',
    account: text(raw['recipientAccountId']) || (userIdentity?.accountId ?? ''),
    region: text(raw['awsRegion']),
    hasTime: /^\d{4}-/.test(text(raw.eventTime)),
  }
}
