import { field } from './guardduty-fields.ts'
import { flag, isObject, type JsonObject, obj, text } from './json.ts'

/**
 * True for what CreateSampleFindings makes. Names count only where an intruder cannot choose them: somebody who
 * calls a pod `GeneratedFinding…` must not turn a real finding into a sample.
 */
export function isSample(
  finding: JsonObject,
  resource: JsonObject | null,
  service: JsonObject | null,
): boolean {
  const eks = obj(field(resource, 'eksClusterDetails'))
  const accessKey = obj(field(resource, 'accessKeyDetails'))
  const instance = obj(field(resource, 'instanceDetails'))
  return (
    text(field(finding, 'title'))?.startsWith('[SAMPLE]') === true ||
    saysSample(field(service, 'additionalInfo'), 0) ||
    isGenerated(field(eks, 'name')) ||
    isGenerated(field(accessKey, 'accessKeyId')) ||
    isGenerated(field(accessKey, 'principalId')) ||
    field(instance, 'instanceId') === 'i-99999999'
  )
}

function isGenerated(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('GeneratedFinding')
}

const DEEPEST_VALUE = 3
const LONGEST_VALUE = 256 * 1024

/** `additionalInfo` holds its keys itself, or as JSON text in `value`, which may hold such a text again. */
function saysSample(info: unknown, depth: number): boolean {
  if (depth > DEEPEST_VALUE) return false
  if (typeof info === 'string') return info.length <= LONGEST_VALUE && saysSample(parsed(info), depth + 1)
  if (!isObject(info)) return false
  return flag(field(info, 'sample')) || saysSample(field(info, 'value'), depth)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return null
  }
}
