import { canonicalIp } from './ip.ts'

/** How tokens of the workspace simulator begin: in the shape of Slack's, and of nobody's workspace. */
export const PRACTICE_BOT_TOKEN = 'xoxb-sim-'
export const PRACTICE_APP_TOKEN = 'xapp-sim-'

/** True for a token that the simulator made. */
export function isPracticeToken(token: string): boolean {
  return token.startsWith(PRACTICE_BOT_TOKEN) || token.startsWith(PRACTICE_APP_TOKEN)
}

/** True for a name or address that is this machine's own and that no other machine can reach, however it is written. */
export function isLoopback(host: string): boolean {
  const plain = plainHost(host)
  return plain === 'localhost' || plain === '::1' || /^127(?:\.\d{1,3}){3}$/.test(plain)
}

/** True for the address that stands for every one of this machine's own. */
function isUnspecified(host: string): boolean {
  return ['0.0.0.0', '::'].includes(plainHost(host))
}

/** Without the brackets of an IPv6 address and the dot that ends a full name, and IPv4 in IPv6 as IPv4. */
function plainHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  return canonicalIp(bare) ?? bare
}

/**
 * Why these tokens may not be used at this address of a Web API; null when they may. Practice and a real workspace never
 * meet: a mixture is a mistake in the settings, and it is told before anything is sent.
 */
export function tokenProblem(apiUrl: string, tokens: readonly string[]): string | null {
  const url = URL.parse(apiUrl)
  if (url === null) return `The address of Slack's Web API is ${JSON.stringify(apiUrl)}, which is none.`
  const isHere = isLoopback(url.hostname)
  const practice = tokens.filter(isPracticeToken).length
  if (!isHere && practice > 0) {
    return `A token of the workspace simulator would be sent to ${url.hostname}. Use the tokens of your Slack app there.`
  }
  if (practice === tokens.length) return null
  if (isHere || isUnspecified(url.hostname)) {
    return `A token of a real workspace would be sent to ${url.hostname}. The simulator takes the tokens it made itself.`
  }
  if (url.protocol !== 'https:') {
    return `A token of a real workspace would be sent to ${url.hostname} in clear. Use an address that begins with https.`
  }
  return null
}
