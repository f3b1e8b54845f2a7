import { isLookupName, type LookupName, type Window } from '../src/model/answer.ts'
import { type EntityRef, isEntityKind } from '../src/model/entity.ts'
import type { ProposalVerb } from '../src/model/proposal.ts'
import { parseScope } from '../src/model/scope.ts'

/** What a question button asks. Null means: not said by the button, so that the listener decides. */
export interface QuestionValue {
  readonly lookup: LookupName
  readonly entity: EntityRef
  /** The incident in whose thread the answer goes. */
  readonly incident: number | null
  /** `ACCOUNT/REGION/CLUSTER` */
  readonly scope: string | null
  readonly window: Window | null
}

/** Patterns for Bolt's listeners: `app.action(actionPattern.ask, …)`. A url button reports its press too and needs an ack. */
export const actionPattern = {
  ask: /^ask:/,
  open: /^open:/,
  share: /^share:/,
  proposal: /^proposal:/,
} as const

/** Shares an answer that one person sees: in the channel, or in an incident's thread. */
export const SHARE_CHANNEL = 'share:channel'
export const SHARE_INCIDENT = 'share:incident'

/** `Ask…` on a card, the modal that it opens, and the message shortcut that opens the same. */
export const ASK_MODAL = 'modal:ask'
export const ASK_VIEW = 'ask'
export const ASK_SHORTCUT = 'ask_incident'

/** The button in App Home that leads to an incident's card. */
export const OPEN_INCIDENT = 'open:incident'

/** The button that opens the finding in the Detective console. */
export const OPEN_DETECTIVE = 'open:detective'

/** `proposal:approve`; what it is about stands in the opaque value. */
export function proposalAction(verb: ProposalVerb): string {
  return `proposal:${verb}`
}

/** `Contain…` on a card, and the forms on the way to a proposal. */
export const CONTAIN_MODAL = 'modal:contain'
export const CONTAIN_VIEW = 'contain'
export const PREVIEW_VIEW = 'preview'
/** The whole plan, and the forms of a vote. */
export const PLAN_VIEW = 'plan'
export const DENY_VIEW = 'deny'
export const APPROVE_VIEW = 'approve'
export const GLASS_VIEW = 'glass'
export const REVIEW_VIEW = 'review'

/** `ask:secrets`; `ask:secrets:2` for the second such button of one row, since Slack wants each id once. */
export function askAction(lookup: LookupName, nth = 1): string {
  return nth === 1 ? `ask:${lookup}` : `ask:${lookup}:${nth}`
}

/** The lookup of an `ask:` action id; null for any other id. */
export function parseAskAction(id: string): { readonly lookup: LookupName; readonly nth: number } | null {
  const [, name = '', nth = '1'] = /^ask:([a-z]+)(?::([2-9]|[1-9]\d))?$/.exec(id) ?? []
  return isLookupName(name) ? { lookup: name, nth: Number(nth) } : null
}

/** `incident-41.questions.3`: a block's id changes with each revision, as Slack asks of edited messages. */
export function blockId(card: string, part: string, revision = 0): string {
  const id = `${card}.${part}.${revision}`
  if (!BLOCK_ID.test(id)) throw new Error(`not a block id: ${JSON.stringify(id.slice(0, 80))}`)
  return id
}

/** Reads a block id; null for one that is not ours. */
export function parseBlockId(
  id: string,
): { readonly card: string; readonly part: string; readonly revision: number } | null {
  const [, card, part, revision] = BLOCK_ID.exec(id) ?? []
  if (card === undefined || part === undefined || id.length > 255) return null
  return { card, part, revision: Number(revision) }
}

const BLOCK_ID = /^([a-z0-9-]+)\.([a-z0-9-]+)\.(0|[1-9]\d{0,14})$/

/** Slack's limit for a button's value. */
const VALUE = 2000

// Legal JSON in which no reader, however careless, finds markup or a hidden character.
const UNQUIET = /[<>&\u007f-\u009f\u2028\u2029\p{Cf}]/gu

/**
 * The value of a question button. STYLE asks for an opaque id; this compact JSON is the first form of it, and nobody but
 * `decodeQuestion` reads it. Null when it does not fit into a button, which is then left out.
 */
export function encodeQuestion(question: QuestionValue): string | null {
  const { lookup, entity, incident, scope, window } = question
  const { kind, key } = entity
  const fields = {
    v: 1,
    l: lookup,
    k: kind,
    e: key,
    i: incident,
    f: window?.from ?? null,
    t: window?.to ?? null,
    s: scope,
  }
  const text = JSON.stringify(fields).replace(UNQUIET, escapeUnits)
  return text.length <= VALUE && decodeQuestion(text) !== null ? text : null
}

function escapeUnits(point: string): string {
  return Array.from(
    { length: point.length },
    (_, at) => `\\u${point.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('')
}

/** Reads a question button's value; null for anything odd, so that an older button gets its sentence and does nothing. */
export function decodeQuestion(text: string): QuestionValue | null {
  const fields = text.length <= VALUE ? parseFields(text) : null
  if (fields === null || fields['v'] !== 1 || Object.keys(fields).toSorted().join('') !== 'efiklstv')
    return null
  const { l: lookup, k: kind, e: key, i: incident, f: from, t: to, s: scope } = fields
  if (typeof lookup !== 'string' || !isLookupName(lookup)) return null
  if (typeof kind !== 'string' || !isEntityKind(kind) || typeof key !== 'string' || key === '') return null
  if (incident !== null && !(isWhole(incident) && incident > 0)) return null
  if (scope !== null && (typeof scope !== 'string' || parseScope(scope) === null)) return null
  const rest = { lookup, entity: { kind, key }, incident, scope }
  if (from === null && to === null) return { ...rest, window: null }
  return isWhole(from) && isWhole(to) && from <= to ? { ...rest, window: { from, to } } : null
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function parseFields(text: string): { readonly [name: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}
