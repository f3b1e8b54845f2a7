/** An edge with the days in which it was used. */
export interface HistoryEdge {
  readonly id: number
  readonly subject: number
  readonly ip: number
  readonly call: number
  readonly namespace: number
  readonly first: number
  readonly last: number
}
