import type { FindingType } from './finding-words.ts'

/** Where traffic was seen to come from: how a title begins, and how a sentence does. */
const PLACES = {
  EC2: ['Instance', 'An instance'],
  Runtime: ['Process', 'A process'],
  Lambda: ['Function', 'A Lambda function'],
} as const
type Place = keyof typeof PLACES

/** Talk with places that are known for something, in every service that GuardDuty watches for it. */
export const NETWORK_WORDS: Readonly<Record<string, FindingType>> = {
  ...at(['EC2', 'Runtime', 'Lambda'], 'Trojan', 'BlackholeTraffic', 'calls a dead address', [
    'talks to an address that was taken from criminals and swallows what comes',
  ]),
  ...at(['EC2', 'Runtime', 'Lambda'], 'Trojan', 'DropPoint', 'calls a drop for stolen data', [
    'talks to a host that is known to hold data stolen by malware',
  ]),
  ...at(['EC2', 'Runtime'], 'Trojan', 'DGADomainRequest.C!DNS', 'asks for a machine-made name', [
    'asks for names that look made by an algorithm, as malware does to find its server',
  ]),
  ...at(['EC2', 'Runtime'], 'Trojan', 'DriveBySourceTraffic!DNS', 'asks for a drive-by download site', [
    'asks for a name that is known to attack whoever opens it',
  ]),
  ...at(['EC2', 'Runtime'], 'Trojan', 'PhishingDomainRequest!DNS', 'asks for a phishing site', [
    'asks for a name that is known for phishing',
  ]),
  ...at(['EC2', 'Runtime'], 'Impact', 'AbusedDomainRequest.Reputation', 'asks for an abused domain', [
    'asks for a name under a domain that is often abused',
  ]),
  ...at(['EC2', 'Runtime'], 'Impact', 'BitcoinDomainRequest.Reputation', 'asks for a mining domain', [
    'asks for a name that belongs to cryptocurrency',
  ]),
  ...at(['EC2', 'Runtime'], 'Impact', 'MaliciousDomainRequest.Reputation', 'asks for a malicious domain', [
    'asks for a name that is known to be harmful',
  ]),
  ...at(['EC2', 'Runtime'], 'Impact', 'SuspiciousDomainRequest.Reputation', 'asks for a suspicious domain', [
    'asks for a name that may be harmful by its age or its neighbours',
  ]),
  ...at(['EC2'], 'Impact', 'MaliciousDomainRequest.Custom', 'asks for a listed domain', [
    'asks for a name on your own threat list',
  ]),
  ...at(['EC2'], 'Trojan', 'DGADomainRequest.B', 'asks for many machine-made names', [
    'asks for many names that look made by an algorithm, as malware does to find its server',
  ]),
  ...at(['EC2'], 'Trojan', 'DNSDataExfiltration', 'carries data away in names', [
    'hides data in requests for names, so that it leaves without a connection',
  ]),
  ...at(['EC2'], 'Backdoor', 'Spambot', 'sends spam', ['talks to mail servers as a sender of spam does']),
  ...at(['EC2'], 'Behavior', 'NetworkPortUnusual', 'uses an unusual port', [
    'talks on a port that it has not used before',
  ]),
  ...at(['EC2'], 'Behavior', 'TrafficVolumeUnusual', 'sends unusually much', [
    'sends far more to one host than it has done before',
  ]),
  ...at(['EC2'], 'DefenseEvasion', 'UnusualDNSResolver', 'uses an unusual resolver', [
    'asks a public resolver for names, past the one that is watched',
  ]),
  ...at(['EC2'], 'DefenseEvasion', 'UnusualDoHActivity', 'hides names in HTTPS', [
    'asks for names over HTTPS, where nobody sees them, and that is new for it',
  ]),
  ...at(['EC2'], 'DefenseEvasion', 'UnusualDoTActivity', 'hides names in TLS', [
    'asks for names over TLS, where nobody sees them, and that is new for it',
  ]),
  ...at(['EC2'], 'Impact', 'PortSweep', 'sweeps a port', ['tries one port of many hosts']),
  ...at(['EC2'], 'Impact', 'WinRMBruteForce', 'guesses WinRM passwords', [
    'tries many passwords against Windows Remote Management of another host',
  ]),
  ...at(['EC2'], 'UnauthorizedAccess', 'MetadataDNSRebind', 'tricked to its metadata by DNS', [
    'asks for a name that leads to its metadata service, which hands out its credentials',
  ]),
  ...at(['EC2', 'Lambda'], 'UnauthorizedAccess', 'MaliciousIPCaller.Custom', 'talks to a listed address', [
    'talks to an address on your own threat list',
  ]),
  ...at(['Lambda'], 'Backdoor', 'C&CActivity.B', 'contacts a command server', [
    'talks to a server that is known to give commands to malware',
  ]),
  ...at(['Lambda'], 'CryptoCurrency', 'BitcoinTool.B', 'talks to a mining pool', [
    'talks to an address that belongs to cryptocurrency mining',
  ]),
  ...at(['Lambda'], 'UnauthorizedAccess', 'TorClient', 'connects to Tor', ['connects to the Tor network']),
  ...at(['Lambda'], 'UnauthorizedAccess', 'TorRelay', 'relays Tor traffic', [
    'passes on traffic of the Tor network',
  ]),
  ...floods(),
  'Recon:EC2/PortProbeEMRUnprotectedPort': {
    title: 'Open port of an EMR cluster probed',
    meaning: 'A host known for scanning tried a port of an EMR instance that is open to everybody.',
  },
}

function at(
  places: readonly Place[],
  purpose: string,
  what: string,
  does: string,
  [deed]: readonly [string],
): Record<string, FindingType> {
  return Object.fromEntries(
    places.map((place) => {
      const [begins, who] = PLACES[place]
      return [`${purpose}:${place}/${what}`, { title: `${begins} ${does}`, meaning: `${who} ${deed}.` }]
    }),
  )
}

/** Denial of service against others, by protocol. */
function floods(): Record<string, FindingType> {
  const kinds = {
    Dns: 'DNS',
    Tcp: 'TCP',
    Udp: 'UDP',
    UdpOnTcpPorts: 'UDP on ports of TCP',
    UnusualProtocol: 'an unusual protocol',
  }
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, over]) => [
      `Backdoor:EC2/DenialOfService.${kind}`,
      {
        title: `Instance floods others over ${over}`,
        meaning: `An instance sends so much over ${over} that it may be part of an attack on others.`,
      },
    ]),
  )
}
