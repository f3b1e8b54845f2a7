import type { NoticeView } from '../model/views.ts'

/** Who pressed or typed, as Slack says it. */
export interface Person {
  readonly id: string
  /** Workspace of the person; null when Slack does not say. */
  readonly team: string | null
}

/** Why somebody is not answered. */
export type PersonRefusal = 'other-workspace'

const SENTENCES: Record<PersonRefusal, string> = {
  'other-workspace':
    'Your account is from another workspace, and Firebreak answers members of this one only. Ask a responder here.',
}

/** Refuses a person of another workspace (Slack Connect); null when the person may ask. */
export function refusePerson(person: Person, homeTeam: string | null): PersonRefusal | null {
  if (homeTeam !== null && person.team !== null && person.team !== homeTeam) return 'other-workspace'
  return null
}

export function refusalView(code: PersonRefusal): NoticeView {
  return { sentences: [[SENTENCES[code]]], context: code, buttons: [] }
}
