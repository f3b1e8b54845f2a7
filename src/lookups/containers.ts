import type { Answer, NextQuestion, Sentence } from '../model/answer.ts'
import { exactKey } from '../model/entity.ts'
import { formatTime } from '../model/time.ts'
import { rangeWords } from '../model/time-words.ts'
import { type ContainerRow, readContainers } from './containers-read.ts'
import type { Lookup, Question } from './lookup.ts'
import { scopesOf } from './match.ts'
import { answerStanding } from './standing.ts'
import { count, placeWords } from './wording.ts'

/** What runs, what of its node it is given, and which policies hold it: as it stood when it was read. */
export const containers: Lookup = {
  name: 'containers',
  label: 'Containers',
  question: 'what runs there, and what may it do',
  about: ['cluster', 'pod', 'workload', 'image', 'node', 'subject'],
  defaultKind: 'cluster',
  fields: {
    pod: 'namespace/name',
    container: 'its name; null where its pod is too large for its containers to be kept',
    image: 'as the pod asks for it',
    imageId: 'what the node pulled, with its digest; null where that is not known',
    privileged: 'true when it has all rights on its node',
    hostPaths: 'paths of the node that its pod mounts',
    host: 'namespaces of the node that its pod works in: network, pid, ipc',
    node: 'the node it runs on',
    account: 'its service account, in the namespace of the pod',
    policies: 'NetworkPolicies that select its pod; null where none were read',
    scope: 'account/region/cluster',
    takenAt: 'when it was read',
    goneAt: 'the first complete reading without it; null while it stands',
  },
  ask: (graph, question): Promise<Answer> =>
    answerStanding(graph, question, 'containers', scopesOf, async ({ match }) => {
      const { rows, over } = await readContainers(graph, question, match)
      const who = placeWords(match)
      return {
        rows: rows.map(({ scope, takenAt, goneAt, ...row }) => ({
          ...row,
          scope: match.scopes.get(scope) ?? '',
          takenAt: formatTime(takenAt),
          goneAt: goneAt === null ? null : formatTime(goneAt),
        })),
        total: over?.total ?? 0,
        table:
          rows.length === 0
            ? null
            : {
                head: ['Pod', 'Image', 'Privileged or host mount ▼', 'Policies that select it'],
                rows: rows.map((row) => [row.pod, row.image ?? '', riskWords(row), policyWords(row)]),
              },
        sentence: over === null ? neverRead(who) : toldOf(who, over, question),
        warnings: [],
        notes: rows.some(({ policies }) => policies === null)
          ? [
              [
                'Where no policies stand, NetworkPolicies were not read, or the labels of the pod were too long to keep.',
              ],
            ]
          : [],
        next: nextOf(rows, question),
        alarming: rows.some(isRisky),
        taken: over === null ? null : { from: over.from, to: over.to },
      }
    }),
}

function toldOf(
  who: Sentence,
  over: { total: number; pods: number; risky: number; from: number; to: number },
  { now }: Question,
): Sentence {
  const risky =
    over.risky === 0
      ? 'none is privileged or sees its node'
      : `${count(over.risky, 'is', 'are')} privileged or given a part of the node`
  return [
    ...who,
    `: ${count(over.total, 'container')} in ${count(over.pods, 'pod')}, as read ${rangeWords(over, now)}; ${risky}.`,
  ]
}

function neverRead(who: Sentence): Sentence {
  return [
    'No pod of ',
    ...who,
    ' stands in what was read. Take in what ',
    { code: 'kubectl get pods,networkpolicies -A -o json' },
    ' prints.',
  ]
}

function isRisky({ privileged, hostPaths, host }: ContainerRow): boolean {
  return privileged || hostPaths.length > 0 || host.length > 0
}

function riskWords({ privileged, hostPaths, host }: ContainerRow): string {
  return [
    ...(privileged ? ['privileged'] : []),
    ...hostPaths,
    ...host.map((namespace) => `host ${namespace}`),
  ].join(', ')
}

function policyWords({ policies }: ContainerRow): string {
  if (policies === null) return 'not known'
  return policies.length === 0 ? 'none' : policies.join(', ')
}

function nextOf(rows: readonly ContainerRow[], { entity }: Question): readonly NextQuestion[] {
  const worst = rows.find((row) => isRisky(row) && row.account !== null)
  const next: NextQuestion[] = []
  if (worst !== undefined) {
    const [namespace = ''] = worst.pod.split('/')
    const key = exactKey(`system:serviceaccount:${namespace}:${worst.account ?? ''}`)
    if (entity.kind !== 'subject') next.push({ lookup: 'subject', entity: { kind: 'subject', key } })
  }
  if (entity.kind === 'cluster') next.push({ lookup: 'cluster', entity })
  else next.push({ lookup: 'seen', entity })
  return next
}
