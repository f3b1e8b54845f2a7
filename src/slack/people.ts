import type { NoticeView } from '../model/views.ts'

/** Who pressed or typed, as Slack says it. */
export interface Person {
  readonly id: string
  /** Workspace of the person; null when Slack does not say. */
  readonly team: string | null
}

/** Why somebody is not answered. */
export type Refusal = 'other-workspace' | 'shared-channel'

const SENTENCES: Record<Refusal, string> = {
  'other-workspace':
    'Your account is from another workspace, and Firebreak answers members of this one only. Ask a responder here.',
  'shared-channel':
    'This channel is shared with another organisation, so nothing is shown here. Ask in a channel of this workspace alone.',
}

/** Refuses a person of another workspace (Slack Connect); null when the person may ask. */
export function refusePerson(person: Person, homeTeam: string | null): Refusal | null {
  if (homeTeam !== null && person.team !== null && person.team !== homeTeam) return 'other-workspace'
  return null
}

export function refusalView(code: Refusal): NoticeView {
  return { sentences: [[SENTENCES[code]]], context: code, buttons: [] }
}
