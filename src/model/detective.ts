import { type Micros, SECOND } from './time.ts'

const CONSOLES: { readonly [partition: string]: string } = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
}

/**
 * Link to a finding in the Detective console, with the scope time set to its span; null when a part of it does not
 * look like one (findings are written by others, and a link must not be). Form: facts/investigation.md §1.9.
 */
export function detectiveUrl(finding: {
  readonly partition: string
  readonly region: string
  readonly id: string
  readonly firstSeen: Micros
  readonly lastSeen: Micros
}): string | null {
  const console = CONSOLES[finding.partition]
  if (console === undefined || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(finding.region)) return null
  if (!/^[A-Za-z0-9-]{1,100}$/.test(finding.id)) return null
  const seconds = (at: Micros): number => Math.floor(at / SECOND)
  return `https://${console}/detective/home?region=${finding.region}#findings/${finding.id}?scopeStart=${seconds(finding.firstSeen)}&scopeEnd=${seconds(finding.lastSeen)}`
}
