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
  'not-a-person': 'Bots and workflows cannot vote. Someone in {group} has to press Approve.',
  'plan-changed':
    'The plan changed after this card was drawn, so your vote was not counted. Read {P2} and vote there.',
  'plan-altered':
    'The stored plan is not the one that was approved, so nothing ran. Treat it as tampering: lock {cluster}, then run /firebreak doctor.',
  'target-drifted':
    '{kind} changed after approval ({what}), so step {n} did not run. Press Propose again: it is planned for what is there now.',
  'wrong-proposal':
    'This vote was made for another proposal and was not counted. Open {P} in App Home and vote there.',
  'already-counted': 'Your vote of {T} is already counted ({have} of {need}). You have nothing more to do.',
  'vote-final':
    'A vote cannot be changed. To hold {P} back, ask another approver to deny it, or run /firebreak lock scope {cluster}.',
  'already-decided':
    '{P} was {decision} by {who} at {T}, before your vote arrived. If that is wrong, press Stop after this step, or Propose again.',
  expired: "{P} expired at {T}, by the database's clock. Press Propose again for a fresh plan.",
  'start-too-late': '{P} was approved but did not start by {T}, so it will not start. Press Propose again.',
  'approver-lapsed':
    '{who} may no longer approve for {cluster}, so that vote is void and nothing ran. {approvers} can vote on the same card.',
  'requester-lapsed':
    '{who}, who proposed {P}, may no longer act on {cluster}. Another responder presses Propose again.',
  locked:
    '{scope} is locked by {who} since {T}: "{reason}". Two people unlock it with /firebreak unlock {scope}.',
  'quorum-fixed':
    'The number of approvers follows from the steps ({need} here) and cannot be set. Leave out the tier {t} steps, or propose it as it is.',
  'policy-changed':
    'The approval rules changed after {P} was proposed, so its votes are void. Press Propose again to plan under the new rules.',
  'policy-unreadable':
    'The approval rules cannot be read, so nothing can be approved. Run /firebreak doctor; it names the line to repair.',
  'break-glass-elsewhere':
    'That break glass was for {P2} and {who} only. Ask for approval of {P}, or break glass for it yourself.',
  'plan-author': 'You wrote the last change to {P}, so someone else approves it. {approvers} can, until {T}.',
  'adds-yourself':
    'This change would make you an approver, so you cannot approve it. Ask one whom it does not add: {approvers}.',
  'other-workspace':
    'Your account is from another workspace, and Firebreak answers members of this one only. Ask a responder here.',
  guest: 'Guests cannot ask about clusters or vote. Ask a full member who is a responder.',
  'shared-channel':
    'This channel is shared with another organisation, so nothing is shown or decided here. Go to {channel}.',
  'unknown-button':
    'This button is not known any more, so nothing happened. Open the incident in App Home and use its card.',
  'plan-not-read': '{P} has {n} steps, more than the card shows. Press Read the plan; Approve is at its end.',
  'not-approver': '{group} approves plans for {cluster}, and you are not in it. Ask {approvers}.',
  'not-responder':
    'Proposing needs the responder role for {cluster}. Ask {owner}, or hand the incident over.',
  'outside-scope': 'That is outside the clusters you may ask about. Ask an administrator to add it.',
  'approvers-unknown':
    'Slack does not tell us who is in {group}, so votes wait and none is lost. Try again in a minute; the lock still works.',
  'no-approvers':
    'Nobody is set as approver for {cluster}. An administrator names approvers in the configuration; until then, break glass.',
  'reason-missing': 'A reason of at least {n} characters is needed. Write what you know and what you fear.',
  'evidence-first':
    '{step} waits for evidence: {steps} not done. Preserve first, or choose Contain first, which an approver other than you has to waive with a reason.',
  'target-replaced':
    "That pod was replaced at {T} by one of the same name with another uid. Press Propose again for the new one; the old one's evidence is {kept or gone}.",
  'target-gone':
    'It is gone since {T}, so there is nothing to contain. Open Timeline to see what it did before.',
  'already-contained': '{P2} contains it since {T}. Open {P2} to keep it longer or undo it.',
  'nacl-full':
    'The network ACL holds {n} of {quota} rules, so a deny rule does not fit and nothing was written. Free a rule, raise the quota, or choose the isolation security group.',
  'nacl-own-subnet':
    "A network ACL cannot cut one pod inside its own subnet. Deny the remote address, or swap the subnet's ACL.",
  'pod-tags-off':
    "Pod Identity tags are off, so one pod's credentials cannot be cut alone. Choose the role-wide step; it touches {n} pods.",
  'spot-node':
    'Spot instances cannot be protected from termination. Capture evidence now; snapshots and the pod steps still work.',
  'auto-mode-node':
    "AWS manages this node, so it cannot be protected and its security groups cannot be swapped. Choose the pod's NetworkPolicy.",
  'fargate-pod':
    "On Fargate there is no node to cordon, and NetworkPolicy is not enforced. Choose the network ACL, or cut the pod's role.",
  interrupted:
    'The executor stopped during step {n}; {done} of {all} changes are recorded. It resumes by itself and repeats none; watch the card.',
  'keep-public-info-viewer':
    "system:public-info-viewer stays, because load balancers use it for health checks. Pick the intruder's binding under Role bindings before.",
  replayed: 'This click came twice and was answered the first time. Read the result on the card.',
  'undo-changed':
    '{who} changed it at {T}, after our step, so it was not put back. Compare the values below, then set it by hand or propose a new plan.',
  'trail-broken':
    'The trail does not verify from entry {seq} on ({rule}). Keep an export, compare it with the last anchor, and call the security lead.',
  'trail-unavailable':
    'The trail could not be written, so nothing was done. Press again; if it repeats, run /firebreak doctor.',
  'permission-missing':
    'Firebreak may not {verb} {resource}, so step {n} did not run. Add the line below to {role}, then press Propose again.',
  'own-resource':
    'That belongs to Firebreak itself and is never a target. If it is compromised, run /firebreak lock all and follow the runbook.',
  'mode-off':
    '{cluster} is set to off: plans can be read, not proposed. An administrator sets dry run or enforce.',
  'live-target':
    'This is a game day and that target is real, so nothing was sent. Choose a target of the scenario.',
  'sample-target':
    'This finding is a sample and its targets do not exist. Use /firebreak gameday to practise.',
  'too-slow':
    'The question ran {n} s and was stopped; nothing was changed. Narrow the scope time or the name, or export it.',
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
