/** Slack's limits, and our own where they are tighter (the first group). */
export const LIMITS = {
  /** All text of a message together: Slack refused one of 11,341 characters and names no number. */
  messageText: 9_000,
  incidentBlocks: 12,
  blocks: 20,
  pushText: 150,
  noticeText: 600,
  label: 24,
  /** Other findings on a card; the first reply lists the rest. */
  also: 3,
  alsoInReply: 15,
  tableRows: 10,
  tableColumns: 4,

  header: 150,
  text: 3_000,
  buttonText: 75,
  value: 2_000,
  url: 3_000,
  id: 255,
  actions: 25,
  contextElements: 10,
  containerTitle: 150,
  containerBlocks: 10,
} as const

/** The leading items that fit: at most `most` of them, and `budget` characters in all. Data is cut with it. */
export function fit<T>(items: readonly T[], size: (item: T) => number, budget: number, most: number): T[] {
  const kept: T[] = []
  let used = 0
  for (const item of items.slice(0, most)) {
    used += size(item)
    if (used > budget) break
    kept.push(item)
  }
  return kept
}
