import type { Scope } from '../../model/scope.ts'
import { Random } from '../random.ts'

/** Where the story plays. */
export const SCOPE: Scope = { account: '111122223333', region: 'eu-west-1', cluster: 'prod-payments' }

/** The role of the nodes, with whose credentials the kubelets call. */
export const NODE_ROLE = 'eks-payments-nodes'

/** The cluster's namespaces that the intruder walks through. */
export const NAMESPACES = ['default', 'kube-system', 'payments', 'orders', 'web', 'monitoring'] as const

/** Somebody of the company, who comes to the cluster through an IAM role. */
export interface Staff {
  readonly username: string
  readonly role: string
  readonly session: string
  /** `AROA…`, the role's id. */
  readonly roleId: string
  readonly accessKey: string
  readonly ip: string
}

export interface Node {
  readonly name: string
  readonly ip: string
  readonly instance: string
  readonly zone: string
  readonly subnet: string
  readonly eni: string
}

/** Names and addresses of one seed. */
export interface Cast {
  /** What all names, and the ids of objects, follow from. */
  readonly seed: number
  readonly scope: Scope
  /** The intruder's addresses, neighbours in `network`. */
  readonly outsiders: readonly [first: string, second: string]
  readonly network: string
  /** Grants too much by mistake, from the office. */
  readonly operator: Staff
  /** Has nothing to do with it, from home. */
  readonly developer: Staff
  /** Strangers who knock at every public endpoint of the internet. */
  readonly scanners: readonly [string, string]
  readonly pool: { readonly ip: string; readonly host: string; readonly port: number }
  /** The operator's bindings for everybody, one of the cluster and one in `payments`. */
  readonly grant: string
  /** Workload in `payments` that reads secrets of its own. */
  readonly service: string
  /** Its neighbour in `payments`. */
  readonly sibling: string
  /** Service account of the deploy pipeline, and the secret in `payments` that holds its token. */
  readonly deployer: string
  readonly deployerSecret: string
  /** All secrets in `payments`. */
  readonly secrets: readonly string[]
  /** Those of them that the intruder reads by name. */
  readonly taken: readonly string[]
  /** The intruder's service account in kube-system, its binding and its pod. */
  readonly rogue: string
  readonly rogueBinding: string
  readonly pod: string
  readonly image: string
  readonly nodes: readonly [Node, Node, Node]
}

/** Where outsiders, staff and pool live: documentation networks, so that they are nobody's. */
const NETS: readonly [string, string, string][] = [
  ['203.0.113', '198.51.100', '192.0.2'],
  ['198.51.100', '192.0.2', '203.0.113'],
  ['192.0.2', '203.0.113', '198.51.100'],
]

/** The cast of a seed. Seed 1 takes the first of every list: README and help speak of it. */
export function castOf(seed: number): Cast {
  const pick = <T>(what: string, list: readonly T[]): T => {
    const at = seed === 1 ? 0 : new Random(`${seed}/cast/${what}`).whole(0, list.length - 1)
    const found = list[at]
    if (found === undefined) throw new Error(`nothing to choose from for ${what}`)
    return found
  }
  const random = new Random(`${seed}/cast`)
  const [outside, office, elsewhere] = pick('nets', NETS)
  const first = pick('outsider', [9, 14, 23, 58, 66, 87, 101])
  const deployer = pick('deployer', ['deployer', 'release-bot', 'ci-runner', 'shipper'])
  const service = pick('service', ['checkout', 'cart', 'billing', 'invoices', 'orders-api'])
  const sibling = pick('sibling', ['ledger', 'refunds', 'payouts', 'settlement'])
  const others = [
    'psp-api-key',
    'jwt-signing-key',
    `${sibling}-db`,
    'smtp-relay',
    'webhook-hmac',
    'fraud-api',
    'tls-payments',
  ]
  const secrets = [`${service}-db`, `${deployer}-token`, ...others]
  const rogue = pick('rogue', ['node-metrics-agent', 'kube-dns-sync', 'cni-watcher', 'lease-reaper'])
  const nodes: readonly [Node, Node, Node] = [nodeOf(random, 'a'), nodeOf(random, 'b'), nodeOf(random, 'c')]
  return {
    seed,
    scope: SCOPE,
    outsiders: [`${outside}.${first}`, `${outside}.${first + pick('neighbour', [32, 3, 11, 47])}`],
    network: `${outside}.0/24`,
    operator: staff(random, {
      username: pick('operator', ['ops-jo', 'ops-kim', 'ops-ines', 'ops-tarek']),
      role: 'PlatformOperator',
      ip: `${office}.${pick('office', [24, 31, 40, 52])}`,
    }),
    developer: staff(random, {
      username: pick('developer', ['dev-dana', 'dev-miro', 'dev-asha', 'dev-paul']),
      role: 'PaymentsDeveloper',
      ip: `${office}.${pick('home', [171, 182, 195, 230])}`,
    }),
    scanners: [`2001:db8:5c::${random.hex(3)}`, `${elsewhere}.${random.whole(150, 240)}`],
    pool: {
      ip: `${elsewhere}.${pick('pool', [77, 80, 91, 112])}`,
      host: pick('host', ['pool.example.net', 'eu.pool.example.org', 'mine.example.com']),
      port: pick('port', [3333, 4444, 14444, 45700]),
    },
    grant: pick('grant', ['status-page', 'uptime-probe', 'public-dashboard', 'health-board']),
    service,
    sibling,
    deployer,
    deployerSecret: `${deployer}-token`,
    secrets,
    taken: secrets.slice(0, pick('taken', [6, 5, 7])),
    rogue,
    rogueBinding: pick('binding', ['system-node-metrics', 'kube-addon-sync', 'eks-lease-admin']),
    pod: `${rogue}-${random.suffix(5)}`,
    image: pick('image', [
      'docker.io/library/alpine:3.20',
      'docker.io/library/ubuntu:24.04',
      'docker.io/library/busybox:1.36',
      'public.ecr.aws/docker/library/debian:12',
    ]),
    nodes,
  }
}

function staff(random: Random, one: Pick<Staff, 'username' | 'role' | 'ip'>): Staff {
  return {
    ...one,
    session: one.username.replace(/^[a-z]+-/, ''),
    roleId: `AROA${random.capitals(10)}EXAMPLE`,
    accessKey: `ASIA${random.capitals(9)}EXAMPLE`,
  }
}

function nodeOf(random: Random, letter: 'a' | 'b' | 'c'): Node {
  const subnet = { a: 16, b: 48, c: 80 }[letter]
  const ip = `10.0.${subnet + random.whole(0, 15)}.${random.whole(10, 240)}`
  return {
    name: `ip-${ip.replaceAll('.', '-')}.${SCOPE.region}.compute.internal`,
    ip,
    instance: `i-0${random.hex(16)}`,
    zone: `${SCOPE.region}${letter}`,
    subnet: `subnet-0${random.hex(16)}`,
    eni: `eni-0${random.hex(16)}`,
  }
}
