import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../db/tables.ts'
import type { LookupName, Sentence, Words } from '../model/answer.ts'
import { detectiveUrl } from '../model/detective.ts'
import { type EntityRef, exactKey } from '../model/entity.ts'
import { meaningOf, severityWord, titleOf } from '../model/finding-types.ts'
import type { FindingObservation } from '../model/observation.ts'
import { formatScope, type Scope, UNKNOWN_PART } from '../model/scope.ts'
import type { Micros } from '../model/time.ts'
import { clockWords } from '../model/time-words.ts'
import type { FirstReplyView, IncidentView, QuestionButton } from '../model/views.ts'
import { knownLogs } from './logs.ts'
import { sequenceOf, signalLines } from './signals.ts'

/** Everything that an incident's card and its first reply show, read at one moment. */
export interface LoadedIncident {
  readonly card: IncidentView
  /** Without its first answer: that is asked when the reply is posted. */
  readonly reply: Omit<FirstReplyView, 'firstAnswer'>
  /** Number of the newest event that the thread may speak of. */
  readonly lastEvent: number
}

/**
 * Loads an incident by number; null when there is none. `labelOf` names the question buttons; `posted` says whether the
 * channel has its card already.
 */
export async function loadIncident(
  db: Kysely<Database>,
  number: number,
  labelOf: (lookup: LookupName) => string,
  posted: boolean,
): Promise<LoadedIncident | null> {
  // One moment for all that is read: an event that commits meanwhile belongs to the next card, and is not skipped.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((trx) => readIncident(trx, number, labelOf, posted))
}

async function readIncident(
  graph: Transaction<Database>,
  number: number,
  labelOf: (lookup: LookupName) => string,
  posted: boolean,
): Promise<LoadedIncident | null> {
  const incident = await graph
    .selectFrom('incident')
    .innerJoin('scope', 'scope.id', 'incident.scope')
    .selectAll('incident')
    .select(['account', 'region', 'cluster'])
    .where('incident.id', '=', number)
    .executeTakeFirst()
  // What was taken in has no findings of its own any more.
  if (incident === undefined || incident.state !== 'open') return null
  const rows = await graph
    .selectFrom('finding')
    .select(['detail', 'severity', 'first_seen', 'count', 'type'])
    .where('incident', '=', number)
    .orderBy('severity', 'desc')
    .orderBy('first_seen')
    .orderBy('id')
    .execute()
  const main = rows[0]?.detail
  if (main === undefined) throw new Error(`incident ${number} has no finding`)
  const { last } = await graph
    .selectFrom('incident_event')
    .select((query) => query.fn.max('seq').as('last'))
    .where('incident', '=', number)
    .executeTakeFirstOrThrow()
  const logs = await knownLogs(graph, incident)
  const waits = await graph
    .selectFrom('proposal')
    .select(['id', 'expires_at'])
    .where('incident', '=', number)
    .where('state', '=', 'proposed')
    .orderBy('expires_at')
    .limit(1)
    .executeTakeFirst()

  const scope: Scope = { account: incident.account, region: incident.region, cluster: incident.cluster }
  const window = { from: incident.first_seen, to: Math.max(incident.last_seen, incident.first_seen + 1) }
  const also = rows.slice(1).map((row) => ({
    title: titleOf(row.type),
    type: row.type,
    severity: severityWord(row.severity),
    firstSeen: row.first_seen,
  }))
  const questions = questionsFor(main).map(
    ({ lookup, entity }): QuestionButton => ({
      lookup,
      label: labelOf(lookup),
      entity,
      scope: formatScope(scope),
      // Since when something is known is asked of all that is known.
      window: lookup === 'seen' ? null : window,
    }),
  )
  return {
    card: {
      number,
      revision: incident.revision,
      state: 'open',
      severity: severityWord(incident.severity),
      sample: incident.sample,
      title: titleOf(main.type),
      type: main.type,
      cluster: scope.cluster === UNKNOWN_PART ? null : scope.cluster,
      account: scope.account,
      region: scope.region,
      subject: main.subject,
      ip: main.ip,
      instance: main.instance,
      principal: main.principal,
      did: didOf(main),
      pod:
        main.pod === null
          ? null
          : `${main.pod.namespace === null ? '' : `${main.pod.namespace}/`}${main.pod.name}`,
      firstSeen: incident.first_seen,
      lastSeen: incident.last_seen,
      times: rows.reduce((sum, row) => sum + row.count, 0),
      findings: rows.length,
      sequence: sequenceOf(
        main,
        rows.slice(1).map((row) => row.detail),
      ),
      also,
      was:
        // A new card takes nothing back.
        !posted || incident.was_severity === null || incident.was_until === null
          ? null
          : { severity: severityWord(incident.was_severity), until: incident.was_until },
      logs,
      questions,
      isContainable: !incident.sample,
      next: waits === undefined ? nextOf(main) : waitingWords(waits),
      detectiveUrl: detectiveUrl({ ...main, region: main.scope.region ?? '' }),
    },
    reply: {
      number,
      meaning: meaningOf(main.type),
      type: main.type,
      also,
      signals: signalLines(main),
      evidence: evidenceOf(main),
      questions,
    },
    lastEvent: last ?? 0,
  }
}

/** The questions that can be answered about what a finding names. */
function questionsFor(finding: FindingObservation): readonly { lookup: LookupName; entity: EntityRef }[] {
  const { subject, ip } = finding
  const who: EntityRef | null =
    subject !== null
      ? { kind: 'subject', key: exactKey(subject) }
      : ip !== null
        ? { kind: 'ip', key: ip }
        : null
  const first = finding.entities.find((entity) => entity.kind !== 'account' && entity.kind !== 'cluster')
  const named = first ?? finding.entities[0]
  const seen = who ?? (named === undefined ? undefined : { kind: named.kind, key: exactKey(named.key) })
  return [
    ...(subject === null
      ? []
      : [{ lookup: 'subject' as const, entity: { kind: 'subject' as const, key: exactKey(subject) } }]),
    ...(ip === null ? [] : [{ lookup: 'ip' as const, entity: { kind: 'ip' as const, key: ip } }]),
    ...(who === null || finding.scope.cluster === undefined
      ? []
      : [{ lookup: 'secrets' as const, entity: who }]),
    ...(seen === undefined ? [] : [{ lookup: 'seen' as const, entity: seen }]),
  ]
}

function waitingWords({ id, expires_at }: { readonly id: number; readonly expires_at: Micros }): Sentence {
  return [
    `P-${id} waits for approval until ${clockWords(expires_at, expires_at)}; its card stands in the thread.`,
  ]
}

function nextOf(finding: FindingObservation): Sentence {
  if (finding.scope.cluster !== undefined && (finding.subject !== null || finding.ip !== null)) {
    return ['find out which secrets it could read.']
  }
  if (finding.ip !== null) return ['find out what else this address did.']
  if (finding.instance !== null && finding.scope.cluster === undefined) {
    return ['find out what runs on this instance; the finding names no cluster.']
  }
  return ['open the finding in Detective; the clusters here know nothing of it yet.']
}

function didOf(finding: FindingObservation): IncidentView['did'] {
  if (finding.verb === null) return awsCallOf(finding)
  const path = finding.requestUri === null ? '' : ` ${finding.requestUri.split('?')[0] ?? ''}`
  const code = finding.statusCode
  return {
    call: `${finding.verb}${path}`,
    outcome:
      code === null ? null : code < 400 ? 'allowed' : code === 401 || code === 403 ? 'refused' : 'failed',
  }
}

const REFUSED = /denied|unauthorized|forbidden|notauthorized/i

function awsCallOf({ awsCall }: FindingObservation): IncidentView['did'] {
  if (awsCall === null) return null
  const { api, service, error } = awsCall
  return {
    call: service === null ? api : `${api} ${service}`,
    outcome: error === null ? 'allowed' : REFUSED.test(error) ? 'refused' : 'failed',
  }
}

function evidenceOf(finding: FindingObservation): FirstReplyView['evidence'] {
  const { pod } = finding
  const lines: readonly (readonly [label: string, ...values: (string | null)[]])[] = [
    ['Type', finding.type],
    ['GuardDuty says', finding.title],
    ['Description', finding.description],
    ['Finding id', finding.id],
    ['Detector', finding.detector],
    ['Subject', finding.subject],
    ['Address', finding.ip],
    ['Request', finding.verb, finding.verb === null ? null : finding.requestUri],
    ['Status', finding.statusCode === null ? null : String(finding.statusCode)],
    ['User agent', finding.userAgent],
    ['Namespace', pod?.namespace ?? null],
    ['Pod', pod?.name ?? null],
    ['Pod uid', pod?.uid ?? null],
    ['Images', ...(pod?.images ?? [])],
    ['Privileged', pod?.privileged === true ? 'yes' : null],
    ['Host paths', ...(pod?.hostPaths ?? [])],
    ['Instance', finding.instance],
    ['Principal', finding.principal],
  ]
  return [
    ...lines
      .map(([label, ...values]) => ({ label, said: spaced(values) }))
      .filter(({ said }) => said.length > 0),
    ...finding.evidence,
  ]
}

/** Values beside one another, each by itself. */
function spaced(values: readonly (string | null)[]): Sentence {
  const said = values.flatMap((value) => (value === null || value === '' ? [] : [value]))
  return said.flatMap((code, at): readonly Words[] => (at === 0 ? [{ code }] : [' ', { code }]))
}
