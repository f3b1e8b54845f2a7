import { FINDING_WORDS, type FindingType } from './finding-words.ts'

/** Our words for a type; a suffix that the table lacks (`.Custom`, `!DNS`) falls back to the type without it. */
export function findingType(type: string): FindingType | null {
  for (let name = type; name !== ''; name = withoutSuffix(name)) {
    if (Object.hasOwn(FINDING_WORDS, name)) return FINDING_WORDS[name] ?? null
  }
  return null
}

/** `A:B/C.D!E` → `A:B/C.D` → `A:B/C` → nothing. */
function withoutSuffix(type: string): string {
  const end = Math.max(type.lastIndexOf('!'), type.lastIndexOf('.'))
  return end > type.indexOf('/') && type.includes('/') ? type.slice(0, end) : ''
}

/** Our title for a finding type; null for one that the table does not have. */
export function titleOf(type: string): string | null {
  return findingType(type)?.title ?? null
}

/** Our sentence for what a finding type means; null for one that the table does not have. */
export function meaningOf(type: string): string | null {
  return findingType(type)?.meaning ?? null
}

/** All types that have a title of ours. */
export const KNOWN_TYPES: readonly string[] = Object.keys(FINDING_WORDS)

/** GuardDuty's number as the word on the card. */
export function severityWord(severity: number): 'Critical' | 'High' | 'Medium' | 'Low' {
  if (severity >= 9) return 'Critical'
  if (severity >= 7) return 'High'
  return severity >= 4 ? 'Medium' : 'Low'
}
