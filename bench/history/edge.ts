/** An edge, with what was counted of it by outcome and the hours in which it was used first and last. */
export interface HistoryEdge {
  readonly id: number
  readonly subject: number
  readonly ip: number
  readonly call: number
  readonly namespace: number
  /** The secret that is named; 0: none. */
  readonly secret: number
  readonly totals: [success: number, failure: number, unauthorized: number, forbidden: number]
  /** Hours since 1970; before its first use the last one lies before the first. */
  firstHour: number
  lastHour: number
}
