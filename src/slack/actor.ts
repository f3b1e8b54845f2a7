import type { WebClient } from '@slack/web-api'
import { decide } from '../approvals/decide.ts'
import type { Actor, ApprovalPorts, Told } from '../approvals/ports.ts'
import type { Reader } from '../model/action.ts'
import { type Refused, refuse } from '../model/refusals.ts'
import { personOf } from '../model/roster.ts'
import type { ListenerPorts } from './admit.ts'
import { type Person, refusePerson } from './people.ts'

/** What acting needs beside asking: who is who, proposals and their trail, and what reads a cluster. */
export interface DeskPorts extends ListenerPorts {
  readonly approvals: ApprovalPorts
  /** What reads a cluster, by scope; null: nothing here does. */
  readonly readerFor: (scope: string) => Reader | null
}

/** What Slack says of an account that matters for deciding. */
export interface AccountFacts {
  readonly isBot: boolean
  readonly isGuest: boolean
}

/** Milliseconds that Slack's word on an account is good for. */
const GOOD_FOR = 60_000
const REMEMBERED = 1_000

/** Asks Slack what an account is, and remembers it for a minute. Throws when Slack does not say: nobody decides unseen. */
export function accountFacts(client: WebClient, now: () => number): (user: string) => Promise<AccountFacts> {
  const known = new Map<string, AccountFacts & { readonly until: number }>()
  return async (user) => {
    const before = known.get(user)
    if (before !== undefined && before.until > now()) return before
    const { user: told } = await client.users.info({ user })
    const facts = {
      isBot: told?.is_bot === true,
      isGuest:
        told?.is_restricted === true || told?.is_ultra_restricted === true || told?.is_stranger === true,
    }
    known.delete(user)
    known.set(user, { ...facts, until: now() + GOOD_FOR })
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break
      known.delete(oldest)
    }
    return facts
  }
}

/** Whoever pressed, as who decides: the person of the account, and why the account decides nothing here. */
export async function actorOf(
  ports: DeskPorts & { readonly factsOf: (user: string) => Promise<AccountFacts> },
  who: Person,
  channel: string | null,
): Promise<Actor> {
  const team = who.team ?? ports.team ?? ''
  const account = { team, user: who.id }
  const foreign = refusePerson(who, ports.team)
  if (foreign !== null) return { account, person: null, isBot: false, refused: refuse('other-workspace', {}) }
  const facts = await ports.factsOf(who.id)
  return {
    account,
    person: personOf(ports.approvals.roster.current(), account),
    isBot: facts.isBot,
    refused: facts.isGuest
      ? refuse('guest', {})
      : channel !== null && (await ports.isShared(channel))
        ? refuse('shared-channel', { channel: 'a channel of this workspace alone' })
        : null,
  }
}

/** A refusal that was found before anything was decided: told to the person, and a row on the trail like any other. */
export async function refuseActor(
  { approvals }: DeskPorts,
  actor: Actor,
  refused: Refused,
  about: { readonly scope?: string; readonly incident?: number; readonly proposal?: number } = {},
): Promise<Told> {
  const { scope = null, incident = null, proposal = null } = about
  const told = await decide(
    approvals,
    actor,
    () => ({ scope, incident, proposal, detail: {} }),
    () => Promise.resolve(refused),
  )
  return { ...refused, trail: told.trail }
}
