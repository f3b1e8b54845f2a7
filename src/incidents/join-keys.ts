import { isPublicIp } from '../model/ip.ts'
import type { FindingObservation } from '../model/observation.ts'
import { isSystemComponent } from '../model/system-components.ts'

/**
 * What ties a finding to an incident: in a cluster a pod's uid, a subject that is no system component, a public
 * address or an instance; without a cluster the principal or the instance. `finding.scope` is the resolved one: what
 * `--scope` or a feed added counts as said.
 */
export function joinKeys(finding: FindingObservation): readonly string[] {
  const keys: string[] = []
  if (finding.instance !== null) keys.push(`instance:${finding.instance}`)
  if (finding.scope.cluster === undefined) {
    if (finding.principal !== null) keys.push(`principal:${finding.principal}`)
    return keys
  }
  if (finding.pod?.uid !== null && finding.pod?.uid !== undefined) keys.push(`pod:${finding.pod.uid}`)
  if (finding.subject !== null && !isSystemComponent(finding.subject)) keys.push(`subject:${finding.subject}`)
  if (finding.ip !== null && isPublicIp(finding.ip)) keys.push(`ip:${finding.ip}`)
  return keys
}

/** What ties the findings of one attack sequence, whatever their time and whichever comes first. */
export function attackKeys(finding: FindingObservation): readonly string[] {
  return [finding.id, ...finding.related].map((id) => `finding:${id}`)
}
