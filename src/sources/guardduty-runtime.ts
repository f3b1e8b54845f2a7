import type { Sentence } from '../model/answer.ts'
import type { EntityRef } from '../model/entity.ts'
import { entityRef, type Facts } from './facts.ts'
import { between, type Evidence, valued } from './guardduty-evidence.ts'
import { field } from './guardduty-fields.ts'
import { isObject, type JsonObject, list, name, num, obj } from './json.ts'

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
  evidence.sayWords('Process', processWords(process))
  evidence.say('SHA-256', field(process, 'executableSha256'))
  evidence.sayWords('User', userWords(process))
  evidence.say('Working folder', field(process, 'pwd'))
  const lineage = list(field(process, 'lineage')).filter(isObject)
  evidence.sayWords('Started by', between(lineage.slice(0, 12).map(processWords), ' ← '))
  for (const [key, label] of CONTEXT) evidence.say(label, field(context, key))
  evidence.sayWords('Changed by', processWords(obj(field(context, 'modifyingProcess'))))
  evidence.sayWords('Target', processWords(obj(field(context, 'targetProcess'))))

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
function processWords(process: JsonObject | null): Sentence {
  const what = named(field(process, 'name'), valued(field(process, 'executablePath')))
  const pid = num(field(process, 'pid'))
  return what.length === 0 || pid === null ? what : [...what, `, pid ${pid}`]
}

/** `root (0)`, or either of them. */
function userWords(process: JsonObject | null): Sentence {
  const id = num(field(process, 'userId'))
  return named(field(process, 'user'), id === null ? [] : [String(id)])
}

/** A name with more about it in brackets, or either of them. */
function named(called: unknown, more: Sentence): Sentence {
  const words = valued(called)
  return words.length === 0 || more.length === 0 ? [...words, ...more] : [...words, ' (', ...more, ')']
}
