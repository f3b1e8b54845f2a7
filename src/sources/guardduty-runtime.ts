import type { EntityRef } from '../model/entity.ts'
import { entityRef, type Facts } from './facts.ts'
import type { Evidence } from './guardduty-evidence.ts'
import { field } from './guardduty-fields.ts'
import { isObject, type JsonObject, list, name, num, obj, text } from './json.ts'

/** What the agent on a node adds to a process, with our words for it. */
const CONTEXT: readonly (readonly [key: string, label: string])[] = [
  ['commandLineExample', 'Command line'],
  ['scriptPath', 'Script'],
  ['threatFilePath', 'File known as a threat'],
  ['toolName', 'Tool'],
  ['toolCategory', 'Kind of tool'],
  ['serviceName', 'Service'],
  ['libraryPath', 'Library'],
  ['ldPreloadValue', 'LD_PRELOAD'],
  ['moduleName', 'Kernel module'],
  ['moduleFilePath', 'Path of the module'],
  ['moduleSha256', 'SHA-256 of the module'],
  ['socketPath', 'Socket'],
  ['runcBinaryPath', 'runc'],
  ['releaseAgentPath', 'Release agent'],
  ['mountSource', 'Mounted from'],
  ['mountTarget', 'Mounted at'],
  ['shellHistoryFilePath', 'Shell history'],
]

/** What a process did on a node: itself, who started it, and the files that it ran or touched. */
export function runtimeFacts(
  facts: Facts,
  evidence: Evidence,
  service: JsonObject | null,
  where: EntityRef | null,
): void {
  const details = obj(field(service, 'runtimeDetails'))
  const process = obj(field(details, 'process'))
  const context = obj(field(details, 'context'))
  evidence.say('Process', processWords(process))
  evidence.say('SHA-256', field(process, 'executableSha256'))
  evidence.say('User', userWords(process))
  evidence.say('Working folder', field(process, 'pwd'))
  const lineage = list(field(process, 'lineage')).filter(isObject)
  evidence.sayAll('Started by', lineage.slice(0, 12).map(processWords), ' ← ')
  for (const [key, label] of CONTEXT) evidence.say(label, field(context, key))
  evidence.say('Changed by', processWords(obj(field(context, 'modifyingProcess'))))
  evidence.say('Target', processWords(obj(field(context, 'targetProcess'))))

  fileFacts(facts, where, field(process, 'executableSha256'), field(process, 'executablePath'))
  fileFacts(facts, where, field(context, 'moduleSha256'), field(context, 'moduleFilePath'))
  fileFacts(facts, where, null, field(context, 'threatFilePath'))
}

/** A file by its hash, else by its path; where it was found it stays known for both. */
export function fileFacts(facts: Facts, where: EntityRef | null, hash: unknown, path: unknown): void {
  const file = facts.name(entityRef('file', name(hash) ?? name(path)))
  facts.trait(file, 'path', name(path))
  facts.link(where, 'holds', file)
}

/** `kw (/tmp/.kw/kw), pid 21877` */
function processWords(process: JsonObject | null): string | null {
  const called = text(field(process, 'name'))
  const path = text(field(process, 'executablePath'))
  const pid = num(field(process, 'pid'))
  const what = called === null || path === null ? (called ?? path) : `${called} (${path})`
  if (what === null) return null
  return pid === null ? what : `${what}, pid ${pid}`
}

/** `root (0)`, or either of them. */
function userWords(process: JsonObject | null): string | null {
  const called = text(field(process, 'user'))
  const id = num(field(process, 'userId'))
  if (id === null) return called
  return called === null ? String(id) : `${called} (${id})`
}
