import type { Sentence } from '../model/answer.ts'
import { approversOf, type Roster, type RosterPerson } from '../model/roster.ts'

/** People named at most; the others are counted. */
const NAMED = 5

/** `P-118` */
export function proposalName(number: number): string {
  return `P-${number}`
}

/** People as Slack names them: `@a, @b or 3 others`; `nobody yet` where there is none. */
export function peopleWords(roster: Roster, people: readonly RosterPerson[]): Sentence {
  const users = people.flatMap((person) => slackUser(roster, person) ?? [])
  if (users.length === 0) return ['nobody yet']
  const named = users.slice(0, NAMED)
  const others = users.length - named.length
  return named.flatMap((person, at) => [
    ...(at === 0 ? [] : [at === named.length - 1 && others === 0 ? ' or ' : ', ']),
    { person },
    ...(at === named.length - 1 && others > 0 ? [` or ${others} ${others === 1 ? 'other' : 'others'}`] : []),
  ])
}

/** Who may vote on what somebody proposed for a scope. */
export function approversWords(roster: Roster, scope: string, requester: string): Sentence {
  return peopleWords(roster, approversOf(roster, scope, requester))
}

/** The account of a person in the roster's own workspace. */
export function slackUser(roster: Roster, { accounts }: RosterPerson): string | null {
  return accounts.find(({ team }) => team === roster.tenant)?.user ?? null
}
