/** Tactics of an attack by every name that records have for them: GuardDuty's purposes, ATT&CK's names and numbers. */
const TACTICS: readonly (readonly [words: string, ...names: string[]])[] = [
  ['Reconnaissance', 'recon', 'reconnaissance', 'ta0043'],
  ['Resource development', 'resourcedevelopment', 'ta0042'],
  ['Initial access', 'initialaccess', 'unauthorizedaccess', 'ta0001'],
  ['Execution', 'execution', 'ta0002'],
  ['Persistence', 'persistence', 'ta0003'],
  ['Privilege escalation', 'privilegeescalation', 'ta0004'],
  ['Defense evasion', 'defenseevasion', 'stealth', 'ta0005'],
  ['Credential access', 'credentialaccess', 'ta0006'],
  ['Discovery', 'discovery', 'ta0007'],
  ['Lateral movement', 'lateralmovement', 'ta0008'],
  ['Collection', 'collection', 'ta0009'],
  ['Exfiltration', 'exfiltration', 'ta0010'],
  ['Command and control', 'commandandcontrol', 'backdoor', 'trojan', 'ta0011'],
  ['Impact', 'impact', 'cryptocurrency', 'ta0040'],
]

const WORDS: ReadonlyMap<string, string> = new Map(
  TACTICS.flatMap(([words, ...names]) => names.map((name) => [name, words] as const)),
)

/** Our words for a tactic: `Credential access` for `CredentialAccess`; null for one that is not known. */
export function tacticWords(said: string): string | null {
  return WORDS.get(said.toLowerCase().replaceAll(/[^a-z0-9]/g, '')) ?? null
}

/** The tactic that the type of a finding begins with: `Persistence:Kubernetes/…`. */
export function tacticOfType(type: string): string | null {
  const colon = type.indexOf(':')
  return colon < 0 ? null : tacticWords(type.slice(0, colon))
}
