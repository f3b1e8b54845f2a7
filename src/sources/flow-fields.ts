import type { Rejected } from '../model/observation.ts'
import { get, type JsonObject, reject, step, typeName } from './json.ts'

/** Fields of a flow log by the names of its header line; what another field says is left out. */
const NAMES = [
  'version',
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
  'vpc-id',
  'subnet-id',
  'instance-id',
  'tcp-flags',
  'type',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'region',
  'az-id',
  'sublocation-type',
  'sublocation-id',
  'pkt-src-aws-service',
  'pkt-dst-aws-service',
  'flow-direction',
  'traffic-path',
  'ecs-cluster-arn',
  'ecs-cluster-name',
  'ecs-container-instance-arn',
  'ecs-container-instance-id',
  'ecs-container-id',
  'ecs-second-container-id',
  'ecs-service-name',
  'ecs-task-definition-arn',
  'ecs-task-arn',
  'ecs-task-id',
  'reject-reason',
  'resource-id',
  'encryption-status',
] as const
export type FlowField = (typeof NAMES)[number]

/** The fields of a line without a header: version 2, which is what AWS writes unless a format is chosen. */
export const DEFAULT_FIELDS: readonly string[] = NAMES.slice(0, 14)

/** `srcAddr`, `src_addr` and `srcaddr` are one name. */
const BY_BARE_NAME: ReadonlyMap<string, FlowField> = new Map(NAMES.map((name) => [bare(name), name]))

function bare(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase()
}

/** The field that a column or key stands for; null for one that is not known. */
export function fieldNamed(name: string): FlowField | null {
  return name.length > 40 ? null : (BY_BARE_NAME.get(bare(name)) ?? null)
}

/** One record: what its fields say, without those that are absent (`-`), and by which key the record itself calls them. */
export interface FlowRecord {
  readonly said: ReadonlyMap<FlowField, string>
  pointer(field: FlowField): string
}

/** The record of a line; its values stand in the order of the names. Rejected when there are more or fewer. */
export function recordOfLine(
  names: readonly string[],
  values: readonly string[],
  format: 'its format' | 'the default format',
): FlowRecord | Rejected {
  if (names.length !== values.length) {
    const reason = `The line has ${values.length} fields and ${format} names ${names.length}; ingest the file as it was delivered, with its header line.`
    return reject('malformed', '', reason)
  }
  const said = new Map<FlowField, string>()
  for (const [at, name] of names.entries()) {
    const field = fieldNamed(name)
    const value = values[at] ?? ABSENT
    if (field !== null && value !== ABSENT) said.set(field, value)
  }
  return { said, pointer: (field) => step('', field) }
}

const ABSENT = '-'

/** The record of a JSON object, whose keys are those of CloudWatch Logs or of a header line. */
export function recordOfObject(object: JsonObject): FlowRecord | Rejected {
  const said = new Map<FlowField, string>()
  const keys = new Map<FlowField, string>()
  for (const key of Object.keys(object)) {
    const field = fieldNamed(key)
    if (field === null || keys.has(field)) continue
    const value = get(object, key)
    if (value === null) continue
    if (typeof value !== 'string' && typeof value !== 'number') {
      const reason = `The field ${field} is ${typeName(value)}; it must be a text or a number.`
      return reject('malformed', step('', key), reason)
    }
    keys.set(field, key)
    const text = String(value).trim()
    if (text !== ABSENT && text !== '') said.set(field, text)
  }
  return { said, pointer: (field) => step('', keys.get(field) ?? field) }
}
