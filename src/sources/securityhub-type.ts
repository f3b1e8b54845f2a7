/** Names by which Security Hub knows types of GuardDuty in a way of its own. */
const ODD: Readonly<Record<string, string>> = {
  'EC2:Unusual-DNS-Resolver': 'DefenseEvasion:EC2/UnusualDNSResolver',
  'EC2:Unusual-DoH-Activity': 'DefenseEvasion:EC2/UnusualDoHActivity',
  'EC2:Unusual-DoT-Activity': 'DefenseEvasion:EC2/UnusualDoTActivity',
  'Impact:Runtime-SuspiciousDomainRequest.Reputatio': 'Impact:Runtime/SuspiciousDomainRequest.Reputation',
}

/**
 * GuardDuty's type in one of Security Hub's: `TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled` is
 * `Stealth:IAMUser/CloudTrailLoggingDisabled`, `TTPs/Discovery/IAMUser-AnomalousBehavior` is
 * `Discovery:IAMUser/AnomalousBehavior`. Null when it holds none.
 */
export function guarddutyType(said: string): string | null {
  const steps = said.split('/')
  const purposed = steps.findIndex((step) => /^[A-Za-z0-9]+:\S/.test(step))
  if (purposed >= 0) {
    const [head = '', ...rest] = steps.slice(purposed)
    const odd = Object.hasOwn(ODD, head) ? ODD[head] : undefined
    if (odd !== undefined) return odd
    // A few are written with GuardDuty's own slash.
    const type = rest.length > 0 ? [head, ...rest].join('/') : head.replace('-', '/')
    if (!type.includes('/')) return null
    return steps[purposed - 1] === 'AnomalousBehavior'
      ? type.replace(/\/(?!AnomalousBehavior)/, '/AnomalousBehavior.')
      : type
  }
  const last = steps.at(-1) ?? ''
  const purpose = steps.at(-2)?.replaceAll(/[^A-Za-z]/g, '') ?? ''
  return purpose !== '' && /^[A-Za-z0-9]+-[A-Z]\S*$/.test(last)
    ? `${purpose}:${last.replace('-', '/')}`
    : null
}
