import type { EntityRef } from '../model/entity.ts'
import type { CallWritten } from './cloudtrail-call.ts'
import { entityRef, type Facts } from './facts.ts'
import { get, type JsonObject, list, name, obj, said } from './json.ts'

/** The cluster of a call; newer calls say `name`, older ones `clusterName`. */
export function clusterFacts(facts: Facts, call: CallWritten): EntityRef | null {
  return facts.add('cluster', clusterName(call))
}

/** A new cluster, the role that it was given, and who made it: its first administrator. */
export function newClusterFacts(facts: Facts, call: CallWritten): void {
  const cluster = clusterFacts(facts, call)
  const made = obj(get(call.response, 'cluster'))
  const role = said(get(made, 'roleArn')) ?? said(get(call.request, 'roleArn'))
  facts.link(cluster, 'owned-by', call.caller)
  facts.link(cluster, 'uses', entityRef('role', name(role)))
}

/** Who is let into a cluster, and as whom. */
export function accessEntryFacts(facts: Facts, call: CallWritten): void {
  const cluster = clusterName(call)
  clusterFacts(facts, call)
  const principal = facts.name(principalOf(call.request))
  if (!/^(?:Create|Update)/.test(call.verb)) return
  const entry = obj(get(call.response, 'accessEntry'))
  const username = said(get(entry, 'username')) ?? said(get(call.request, 'username'))
  // A name with {{SessionName}} in it stands for many.
  if (username !== null && !username.includes('{{') && !username.startsWith('arn:'))
    facts.link(entityRef('subject', name(username)), 'is', principal)
  const groups = list(get(entry, 'kubernetesGroups') ?? get(call.request, 'kubernetesGroups'))
  for (const group of groups)
    accessTrait(facts, principal, cluster, typeof group === 'string' ? `group:${group}` : null)
}

/** What somebody may do in a cluster. */
export function accessPolicyFacts(facts: Facts, call: CallWritten): void {
  clusterFacts(facts, call)
  const policy = decoded(said(get(call.request, 'policyArn')))
  accessTrait(
    facts,
    principalOf(call.request),
    clusterName(call),
    policy?.slice(policy.lastIndexOf('/') + 1) ?? null,
  )
}

function accessTrait(
  facts: Facts,
  principal: EntityRef | null,
  cluster: string | null,
  may: string | null,
): void {
  if (cluster !== null && may !== null) facts.trait(principal, 'cluster-access', name(`${cluster} ${may}`))
}

function clusterName({ request }: CallWritten): string | null {
  return name(get(request, 'name')) ?? name(get(request, 'clusterName'))
}

/** Whom an access entry is of. The ARN stands in the path of some calls, and is told as it was written there. */
export function principalOf(request: JsonObject | null): EntityRef | null {
  const arn = decoded(said(get(request, 'principalArn')))
  if (arn === null) return null
  return entityRef(/:user\/|:root$/.test(arn) ? 'user' : 'role', name(arn))
}

function decoded(text: string | null): string | null {
  if (text === null || !text.startsWith('arn%3A')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
