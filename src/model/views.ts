import type { Answer, LookupName, Sentence, Window, Words } from './answer.ts'
import type { EntityRef } from './entity.ts'
import type { FeedFaultCode } from './feed.ts'
import type { CoveredLog, EvidenceLine } from './observation.ts'
import type { Micros } from './time.ts'

/**
 * What a card needs, loaded and decided: blocks/ draws views and looks nothing up. Strings are untrusted unless a
 * field says otherwise.
 */

export type Severity = 'Critical' | 'High' | 'Medium' | 'Low'

/** A finding's title from our own table; null for a type that the table does not have. */
export type OwnTitle = string | null

export interface FindingLine {
  readonly title: OwnTitle
  readonly type: string
  readonly severity: Severity
  readonly firstSeen: Micros
}

/** One button that asks a question about one entity. `label` is ours. */
export interface QuestionButton {
  readonly lookup: LookupName
  readonly label: string
  readonly entity: EntityRef
  /** `ACCOUNT/REGION/CLUSTER` and the window to ask about; null: the listener decides. */
  readonly scope: string | null
  readonly window: Window | null
}

/** One step of an attack sequence; the name stands where our table has no title. */
export interface SignalLine {
  readonly firstSeen: Micros
  readonly tactic: string | null
  readonly title: OwnTitle
  readonly name: string
  readonly count: number
}

/** An attack that is told by its signals, from the first to the last of them; how many took part in it. */
export interface SequenceView {
  readonly signals: readonly SignalLine[]
  readonly firstSeen: Micros
  readonly lastSeen: Micros
  readonly subjects: number
  readonly addresses: number
  readonly nodes: number
}

/** The card of an incident that another one took in. */
export interface JoinedView {
  readonly number: number
  readonly revision: number
  readonly into: number
  /** Link to the card of the other; null when it has none yet. */
  readonly url: string | null
}

export interface IncidentView {
  /** The number in `INC-41`. */
  readonly number: number
  /** Grows with every change of the card. */
  readonly revision: number
  readonly state: 'open'
  readonly severity: Severity
  readonly sample: boolean
  readonly title: OwnTitle
  readonly type: string
  /** Cluster name or alias; null when the finding names none. */
  readonly cluster: string | null
  readonly account: string
  readonly region: string
  /** Who line: subject and address of the most severe finding; when both are null, `instance` or `principal` stands there. */
  readonly subject: string | null
  readonly ip: string | null
  readonly instance: string | null
  readonly principal: string | null
  /** Did line: `create pods` with the outcome in words (`allowed`, `refused`, `failed`), or null. */
  readonly did: { readonly call: string; readonly outcome: 'allowed' | 'refused' | 'failed' | null } | null
  readonly pod: string | null
  readonly firstSeen: Micros
  readonly lastSeen: Micros
  /** Sum of the counts that GuardDuty reports. */
  readonly times: number
  readonly findings: number
  /** Of an attack sequence: its signals stand where who and what stand otherwise. */
  readonly sequence: SequenceView | null
  /** Other findings of the incident, most severe first; the card shows three. */
  readonly also: readonly FindingLine[]
  /** When severity rose: what it was before and until when. */
  readonly was: { readonly severity: Severity; readonly until: Micros } | null
  /** Which logs anything is known of in its time: those of its cluster, and of its account and region. */
  readonly logs: { readonly [Log in CoveredLog]: boolean }
  readonly questions: readonly QuestionButton[]
  /** True where something of it can be contained. */
  readonly isContainable: boolean
  /** What happens next, and who does it. */
  readonly next: Sentence
  /** Link to the finding in the Detective console; built by us from checked parts, null when it cannot be. */
  readonly detectiveUrl: string | null
}

/** The first reply in an incident's thread, posted once with the card. */
export interface FirstReplyView {
  readonly number: number
  /** Our own sentence for the finding type; null for an unknown one. */
  readonly meaning: string | null
  readonly type: string
  /** What the first question's answer says for the incident's window; null where no log can answer it. */
  readonly firstAnswer: Sentence | null
  /** The other findings of the incident, most severe first; those that the card does not show are listed. */
  readonly also: readonly FindingLine[]
  /** All signals of an attack sequence. */
  readonly signals: readonly SignalLine[]
  readonly evidence: readonly EvidenceLine[]
  readonly questions: readonly QuestionButton[]
}

/** One line in the thread when a finding joins or severity rises; an attack sequence lists its signals below it. */
export interface ThreadLineView {
  readonly number: number
  readonly line: Sentence
  readonly signals: readonly SignalLine[]
  readonly push: string
}

export interface AnswerView {
  readonly answer: Answer
  /** The lookup's label, ours: `Secrets accessed`. */
  readonly label: string
  /** Labels of the next questions, in the order of `answer.next`. */
  readonly nextLabels: readonly string[]
  /** Number of the incident in whose thread it stands; null for an answer to a slash command. */
  readonly incident: number | null
  /** Alias or name of the cluster asked about, for the entity line; null when several or none. */
  readonly cluster: string | null
  /** Where and when was asked, which the next questions keep; null: everywhere, all that is known. */
  readonly asking: { readonly scope: string | null; readonly window: Window | null }
  /** Slack id of the person who asked. */
  readonly askedBy: string
  readonly askedAt: Micros
  readonly share: Sharing
}

/**
 * How an answer reaches others. An `offer` stands on an answer that one person sees: share it in the channel, or in the
 * thread of the one incident that is open there. `by` stands on the shared copy: who shared it. Null: seen by all anyhow.
 */
export type Sharing =
  | { readonly offer: EntityRef; readonly openIncident: number | null }
  | { readonly by: string }
  | null

/** A short ephemeral answer: usage, refusal or fault. Sentences are ours, `code` parts are what was typed. */
export interface NoticeView {
  readonly sentences: readonly Sentence[]
  /** Small print: `too-slow`, `fault 7f3a`. */
  readonly context: Words | null
  readonly buttons: readonly QuestionButton[]
}

/** What keeps a feed from landing. */
export interface FeedTrouble {
  readonly feed: string
  readonly code: FeedFaultCode
  readonly since: Micros
  readonly words: string
  readonly cure: string
}

/** What the channel is told of Firebreak itself: faults that began, and feeds that work again. */
export interface OpsView {
  readonly troubles: readonly FeedTrouble[]
  /** Names of feeds. */
  readonly well: readonly string[]
}
