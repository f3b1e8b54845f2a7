/** What a value had to be, in the form in which blocks.validate tells it. */
export interface Constraint {
  readonly type: string
  readonly expected: unknown
  readonly got?: unknown
}

/** One thing that Slack would refuse. The two codes are those that Slack documents. */
export interface Problem {
  /** A JSON pointer. */
  readonly pointer: string
  readonly code: 'missing_field' | 'failed_constraint'
  /** In Slack's words. */
  readonly message: string
  readonly field?: string
  readonly constraint?: Constraint
}

/**
 * What was found while reading the blocks of one message or view. Written by imitation of Slack and without our
 * builder's own numbers, so that the two can disagree.
 */
export interface Findings {
  /** Whether the higher one of two figures counts; see Most. */
  readonly higherLimits: boolean
  readonly problems: Problem[]
  /** Code points of text in all blocks that share the message's budget. */
  textLength: number
  /** The same for markdown blocks, which have a budget of their own. */
  markdownLength: number
  readonly blockIds: Set<string>
  tables: number
  charts: number
  /** Blocks that ask for input. */
  inputs: number
  /** Elements that want the focus when they appear. */
  focused: number
}

export function newFindings(higherLimits = false): Findings {
  return {
    higherLimits,
    problems: [],
    textLength: 0,
    markdownLength: 0,
    blockIds: new Set(),
    tables: 0,
    charts: 0,
    inputs: 0,
    focused: 0,
  }
}

/** Notes a problem at a pointer; a constraint that failed unless `more` says otherwise. */
export function refuse(
  findings: Findings,
  at: string,
  message: string,
  more: Partial<Omit<Problem, 'pointer' | 'message'>> = {},
): void {
  findings.problems.push({ pointer: at, code: 'failed_constraint', message, ...more })
}

/** A problem as Slack words it beside an error: `must be a string [json-pointer:/blocks/0/text/text]`. */
export function inWords({ message, pointer }: Problem): string {
  return `${message} [json-pointer:${pointer}]`
}
