import type { Sentence, Words } from './answer.ts'

/**
 * Every refusal that a person can be told: what was refused and why, and what to do now. `{name}` is filled with our own words or
 * with a value. The table in docs/refusals.md is generated from this.
 */
export const REFUSALS = {
  'same-person':
    'You proposed {P}, so your approval does not count. {approvers} can approve it until {T}, or you withdraw it.',
  'second-identity':
    "This account belongs to the same person as the requester's. Ask another approver: {approvers}.",
  'not-a-person': 'Bots and workflows cannot vote. A person who may approve has to press: {approvers}.',
  'plan-changed':
    'The plan changed after this card was drawn, so your vote was not counted. Read {P2} and vote there.',
  'plan-altered':
    'The stored plan is not the one that was approved, so nothing ran. Treat it as tampering: lock {cluster}, then call an administrator.',
  'wrong-proposal':
    'This vote was made for another proposal and was not counted. Open its card in the thread of its incident and vote there.',
  'already-counted': 'Your vote of {T} is already counted ({have} of {need}). You have nothing more to do.',
  'vote-final':
    'A vote cannot be changed. To hold {P} back, ask another approver to deny it, or run /firebreak lock scope {cluster}.',
  'already-decided':
    '{P} was {decision} by {who} at {T}, before your vote arrived. If that is wrong, /firebreak lock all stops what would start.',
  expired: "{P} expired at {T}, by the database's clock. Press Contain… again for a fresh plan.",
  'requester-lapsed':
    '{who}, who proposed {P}, may no longer act on {cluster}. Another responder presses Contain….',
  locked: '{scope} is locked by {who} since {T}: "{reason}". Two people unlock it with /firebreak unlock.',
  'policy-changed':
    'The approval rules changed after {P} was proposed, so its votes are void. Press Contain… again to plan under the new rules.',
  'policy-unreadable':
    'The approval rules cannot be read, so nothing can be approved. An administrator runs firebreak doctor; it names the line to repair.',
  'break-glass-elsewhere':
    'That break glass was for {P2} and {who} only. Ask for approval of {P}, or break glass for it yourself.',
  'other-workspace':
    'Your account is from another workspace, and Firebreak answers members of this one only. Ask a responder here.',
  guest: 'Guests cannot ask about clusters or vote. Ask a full member who is a responder.',
  'shared-channel':
    'This channel is shared with another organisation, so nothing is shown or decided here. Go to {channel}.',
  'unknown-button':
    'This button is not known any more, so nothing happened. Open the incident in App Home and use its card.',
  'plan-not-read':
    '{P} ({n} steps) is voted on where the whole plan was opened. Press Read the plan; Approve is at its end.',
  'not-approver': 'You are not among those who approve plans for {cluster}. Ask {approvers}.',
  'not-responder': 'Proposing needs the responder role for {cluster}. Ask {owner}.',
  'no-approvers':
    'Nobody is set as approver for {cluster}. An administrator names approvers in the configuration; until then, nothing can be approved there.',
  'reason-missing': 'A reason of at least {n} characters is needed. Write what you know and what you fear.',
  'evidence-first':
    '{step} waits for evidence: {steps} not done. Preserve first, or choose Contain first, which an approver other than you has to waive with a reason.',
  'target-replaced':
    'That pod was replaced at {T} by one of the same name with another uid. Press Contain… again for the new one; of the old one there is what was saved before.',
  'target-gone':
    'It was gone when Firebreak looked at {T}, so there is nothing to contain. Press Ask… to see what it did before.',
  'already-contained': '{P2} contains it since {T}. Look at {P2} before anything else.',
  'fargate-pod':
    "On Fargate there is no node to cordon, and NetworkPolicy is not enforced. Choose the network ACL, or cut the pod's role.",
  replayed: 'This click came twice and was answered the first time. Read the result on the card.',
  'trail-unavailable':
    'The trail could not be written, so nothing was done. Press again; if it repeats, call an administrator.',
  'own-resource':
    'That belongs to Firebreak itself and is never a target. If it is compromised, run /firebreak lock all and call an administrator.',
  'mode-off':
    '{cluster} is set to off: plans can be read, not proposed. An administrator sets dry run or enforce.',
  'sample-target':
    'This finding is a sample and its targets do not exist. The workspace simulator is the place to practise.',
  'not-requester':
    '{P} was proposed by {who}, who alone can withdraw it. To hold it back, an approver denies it.',
  'outside-scope':
    '{cluster} is outside the clusters that you may ask about. Ask an administrator to add it.',
  'cluster-unread':
    'Nothing here reads {cluster}, so no plan was made. An administrator adds it to the configuration; /firebreak help says what works without.',
  'no-break-glass':
    'Acting alone is not set up for you and plans of this kind on {cluster}. Ask {approvers}, or lock the cluster to stop what runs.',
  'cluster-not-typed':
    'Acting alone needs the name of the cluster, typed as it stands: {cluster}. Nothing was done.',
} as const

export type RefusalCode = keyof typeof REFUSALS

type SlotsOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | SlotsOf<Rest>
  : never

/** What a refusal of the code is filled with. */
export type RefusalSlots<Code extends RefusalCode> = {
  readonly [Slot in SlotsOf<(typeof REFUSALS)[Code]>]: Words | Sentence
}

/** A refusal as it travels: its code, and its sentence with everything filled in. */
export interface Refused {
  readonly refused: RefusalCode
  readonly sentence: Sentence
}

/** Refuses, in the code's sentence. */
export function refuse<Code extends RefusalCode>(code: Code, slots: RefusalSlots<Code>): Refused {
  const parts = REFUSALS[code].split(/\{([^}]+)\}/)
  const filled = slots as { readonly [slot: string]: Words | Sentence }
  const sentence = parts.flatMap((part, at) => (at % 2 === 0 ? part : (filled[part] ?? '')))
  return { refused: code, sentence: sentence.filter((part) => part !== '') }
}

/** True where a result is a refusal. */
export function isRefused(result: object): result is Refused {
  return 'refused' in result
}
