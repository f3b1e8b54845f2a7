import type { Message } from '../../blocks/message.ts'
import { notice } from '../../blocks/notice.ts'
import { doneNotice, refusalNotice } from '../../blocks/told.ts'
import { type HoldTarget, heldWords, lock, unlock } from '../approvals/holds.ts'
import type { Actor } from '../approvals/ports.ts'
import { redrawWaiting } from '../approvals/redraw.ts'
import type { Sentence } from '../model/answer.ts'
import { isRefused } from '../model/refusals.ts'
import { personNamed, personOf, type Roster } from '../model/roster.ts'
import { parseScope } from '../model/scope.ts'
import type { DeskPorts } from './actor.ts'

/** What `/firebreak lock` and `unlock` come to. `broadcast`: what everybody has to know; null: nothing new. */
export interface LockAnswer {
  readonly message: Message
  readonly broadcast: Message | null
}

type LockPorts = Pick<DeskPorts, 'approvals' | 'log'>

const USAGE: Sentence = [
  'Lock what? /firebreak lock person @name, /firebreak lock scope ',
  { code: 'prod-payments' },
  ', or /firebreak lock all. It works at once and needs no approval.',
]

/** Locks or unlocks what was typed, at once; words after the name are the reason. */
export async function lockCommand(
  ports: LockPorts,
  actor: Actor,
  verb: 'lock' | 'unlock',
  typed: string,
): Promise<LockAnswer> {
  const roster = ports.approvals.roster.current()
  const read = readTarget(roster, actor, typed)
  if (read === null) return { message: usage(verb), broadcast: null }
  if ('sentence' in read)
    return { message: notice({ sentences: [read.sentence], context: null, buttons: [] }), broadcast: null }
  const { target, words } = read
  const what = target.kind === 'person' ? personWords(roster, target.name) : [heldWords(roster, target)]
  return verb === 'lock' ? locked(ports, actor, target, words, what) : unlocked(ports, actor, target, what)
}

async function locked(
  ports: LockPorts,
  actor: Actor,
  target: HoldTarget,
  words: string,
  what: Sentence,
): Promise<LockAnswer> {
  const result = await lock(ports.approvals, actor, target, words === '' ? null : words)
  if (isRefused(result)) return { message: refusalNotice(result), broadcast: null }
  await redrawn(ports)
  const reason: Sentence = words === '' ? ['.'] : [': ', { code: words }, '.']
  if (!result.isNew)
    return {
      message: doneNotice(
        [['Locked already: ', ...what, ', by ', { person: result.hold.user }, '.']],
        result.trail,
      ),
      broadcast: null,
    }
  const effect = 'Waiting proposals cannot be decided or start. What is contained stays contained.'
  return {
    message: doneNotice([['Locked: ', ...what, `. ${effect}`]], result.trail),
    broadcast: doneNotice(
      [
        ['🔒 ', { person: actor.account.user }, ' locked ', ...what, ...reason],
        [
          `${effect} Two people unlock: /firebreak unlock ${target.kind === 'all' ? 'all' : `${target.kind} `}`,
          ...(target.kind === 'all' ? [] : what),
          '.',
        ],
      ],
      result.trail,
    ),
  }
}

async function unlocked(
  ports: LockPorts,
  actor: Actor,
  target: HoldTarget,
  what: Sentence,
): Promise<LockAnswer> {
  const result = await unlock(ports.approvals, actor, target)
  if (isRefused(result)) return { message: refusalNotice(result), broadcast: null }
  if (result.hold === null)
    return {
      message: doneNotice([['Nothing of that name is locked: ', ...what, '.']], result.trail),
      broadcast: null,
    }
  const by = result.lifters.flatMap((person, at): Sentence => [...(at === 0 ? [] : [' and ']), { person }])
  if (!result.isLifted)
    return {
      message: doneNotice(
        [[`${result.lifters.length} of 2 for unlocking `, ...what, '. Another approver types the same.']],
        result.trail,
      ),
      broadcast: null,
    }
  await redrawn(ports)
  const said = doneNotice(
    [
      [
        'Unlocked: ',
        ...what,
        ', by ',
        ...by,
        '. Proposals whose time is over stay over; propose them again.',
      ],
    ],
    result.trail,
  )
  return { message: said, broadcast: said }
}

/** The lock holds already, whether or not the cards say so yet. */
async function redrawn({ approvals, log }: LockPorts): Promise<void> {
  await redrawWaiting(approvals).catch((err: unknown) => log.error({ err }, 'having cards say of a lock'))
}

function usage(verb: 'lock' | 'unlock'): Message {
  const sentence: Sentence =
    verb === 'lock'
      ? USAGE
      : [
          'Unlock what? /firebreak unlock person @name, /firebreak unlock scope ',
          { code: 'prod-payments' },
          ', or /firebreak unlock all. Two approvers type the same.',
        ]
  return notice({ sentences: [sentence], context: null, buttons: [] })
}

function personWords(roster: Roster, id: string): Sentence {
  const account = personNamed(roster, id)?.accounts.find(({ team }) => team === roster.tenant)
  return account === undefined ? [{ code: id }] : [{ person: account.user }]
}

/** Reads `all …`, `scope NAME …`, `person @NAME …`; a sentence where the name is nobody's, null where nothing can be read. */
function readTarget(
  roster: Roster,
  { account }: Actor,
  typed: string,
): { readonly target: HoldTarget; readonly words: string } | { readonly sentence: Sentence } | null {
  const [, kind = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(typed) ?? []
  if (kind.toLowerCase() === 'all')
    return { target: { kind: 'all', name: '' }, words: rest.trim().slice(0, 500) }
  const [, name = '', more = ''] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? []
  const words = more.trim().slice(0, 500)
  if (name === '') return null
  if (kind.toLowerCase() === 'scope') {
    const scope =
      roster.clusters.find(({ alias }) => alias === name)?.scope ?? (parseScope(name) === null ? null : name)
    return scope === null
      ? { sentence: ['There is no cluster ', { code: name }, '. Write its name, or ACCOUNT/REGION/CLUSTER.'] }
      : { target: { kind: 'scope', name: scope }, words }
  }
  if (kind.toLowerCase() !== 'person') return null
  const user = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(name)?.[1]
  const person =
    user === undefined
      ? personNamed(roster, name.replace(/^@/, ''))
      : personOf(roster, { team: account.team, user })
  return person === null
    ? {
        sentence: [
          'Nobody in the configuration is ',
          { code: name },
          '. Write @name, or the id that the configuration gives.',
        ],
      }
    : { target: { kind: 'person', name: person.id }, words }
}
