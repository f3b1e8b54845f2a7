import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import {
  ADDRESSES,
  AGENTS,
  ANONYMOUS,
  IMAGES,
  NAMESPACES,
  RESOURCES,
  SECRETS,
  STRANGERS,
  SUBJECTS,
  VERBS,
} from './cast.ts'

/** Pods that run at any time, and those that come in a day. */
const PODS = 1_500
const NEW_PODS = 80

/** Ids of entities, one kind after the other. */
const IP = SUBJECTS
const AGENT = IP + ADDRESSES + STRANGERS
const SECRET = AGENT + AGENTS
const IMAGE = SECRET + NAMESPACES * SECRETS
const CLUSTER = IMAGE + IMAGES
const POD = CLUSTER + 1

/** Of which cluster, and the days that its history has, both included. */
export interface HistorySpan {
  readonly scope: number
  readonly begin: number
  readonly end: number
}

/** The id of the agent that a subject calls with. */
export function agentOf(subject: number): number {
  return AGENT + 1 + (subject % AGENTS)
}

/**
 * Writes a scope's dictionary under the ids that the edges name: entities with traits and links, calls, and which hours
 * the log covers.
 */
export async function loadNames(owner: pg.Client, span: HistorySpan): Promise<void> {
  const { scope, begin, end } = span
  const pods = PODS + NEW_PODS * (end - begin)
  await owner.query(
    `insert into scope (id, account, region, cluster) overriding system value values ($1, 'bench', 'eu-west-1', $2)`,
    [scope, String(scope)],
  )
  const kinds: readonly (readonly [kind: string, after: number, count: number, key: string, addr: string])[] =
    [
      [
        'subject',
        0,
        SUBJECTS,
        `case n when ${ANONYMOUS} then 'system:anonymous'
         else 'system:serviceaccount:ns-' || n % ${NAMESPACES} || ':account-' || n end`,
        'null',
      ],
      ['ip', IP, ADDRESSES + STRANGERS, `host(${ADDRESS})`, ADDRESS],
      ['agent', AGENT, AGENTS, `'client-' || n || '/v1.32.9 (linux/amd64)'`, 'null'],
      [
        'secret',
        SECRET,
        NAMESPACES * SECRETS,
        `'ns-' || (n - 1) / ${SECRETS} || '/secret-' || 1 + (n - 1) % ${SECRETS}`,
        'null',
      ],
      ['cluster', CLUSTER, 1, `'${scope}'`, 'null'],
      ['image', IMAGE, IMAGES, `'registry.example.com/team/app-' || n || ':1.' || n % 40`, 'null'],
      [
        'pod',
        POD,
        pods,
        `'ns-' || n % ${NAMESPACES} || '/app-' || n % ${IMAGES} || '-' || to_hex(n)`,
        'null',
      ],
    ]
  for (const [kind, after, count, key, addr] of kinds) {
    await owner.query(
      `insert into entity (scope, id, kind, key, addr, first_seen, last_seen)
       select $1, $2 + n, $3, ${key}, ${addr}, ${dayOf('$4')}, ${dayOf('$5')} from generate_series(1, $6::int) n`,
      [scope, after, kind, begin, end + 1, count],
    )
  }
  await loadFacts(owner, span, pods)
  await loadCalls(owner, span)
}

const ADDRESS = `case when n <= ${ADDRESSES} then inet '10.0.0.0' + n else inet '45.64.0.0' + n * 37 end`

/** The beginning of a day since 1970, as SQL says it. */
function dayOf(parameter: string): string {
  return `to_timestamp(${parameter}::int * 86400)`
}

/** What pods and images are found by. */
async function loadFacts(owner: pg.Client, { scope, begin, end }: HistorySpan, pods: number): Promise<void> {
  const [first, last] = [dayOf('$3'), dayOf('$4')]
  await owner.query(
    `insert into trait (scope, entity, name, value, first_seen, last_seen)
     select $1, $2 + n, 'uid', md5('pod ' || n)::uuid::text, ${first}, ${last} from generate_series(1, $5::int) n`,
    [scope, POD, begin, end + 1, pods],
  )
  await owner.query(
    `insert into trait (scope, entity, name, value, first_seen, last_seen)
     select $1, $2 + n, 'digest', 'sha256:' || md5('image ' || n) || md5(n || ' image'), ${first}, ${last}
     from generate_series(1, $5::int) n`,
    [scope, IMAGE, begin, end + 1, IMAGES],
  )
  await owner.query(
    `insert into link (scope, source, tie, target, first_seen, last_seen)
     select $1, $2 + n, 'runs', $6 + 1 + n % $7, ${first}, ${last} from generate_series(1, $5::int) n`,
    [scope, POD, begin, end + 1, pods, IMAGE, IMAGES],
  )
}

async function loadCalls(owner: pg.Client, { scope, begin, end }: HistorySpan): Promise<void> {
  await owner.query(
    `insert into call (scope, id, verb, resource)
     select $1, row_number() over (order by v.nr, r.nr), v.verb, r.resource
     from unnest($2::text[]) with ordinality v (verb, nr), unnest($3::text[]) with ordinality r (resource, nr)`,
    [scope, VERBS, RESOURCES],
  )
  await owner.query(
    `insert into coverage (scope, source, hour, first_at, last_at)
     select $1, 'audit', hour, to_timestamp(hour * 3600), to_timestamp(hour * 3600 + 3599)
     from generate_series($2::int * 24, $3::int * 24 + 23) hour`,
    [scope, begin, end],
  )
}

/** Who wrote all that: nobody who writes on, and the last ids that were handed out. */
export async function loadWriter(
  owner: pg.Client,
  { scope, begin, end }: HistorySpan,
  edges: number,
): Promise<void> {
  await owner.query(
    `insert into writer (scope, holder, turn, entities, calls, edges) values ($1, $2, 1, $3, $4, $5)`,
    [scope, randomUUID(), POD + PODS + NEW_PODS * (end - begin), VERBS.length * RESOURCES.length, edges],
  )
}
