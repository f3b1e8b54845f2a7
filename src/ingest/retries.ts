/**
 * The value itself is at fault, not the server or the moment: SQLSTATE class 22, or 54000, which is what a value too
 * long for an index raises.
 */
export function isDataFault(error: unknown): boolean {
  const state = sqlState(error)
  return state.startsWith('22') || state === '54000'
}

/** Runs it again, at most ten times, while what undid it was another writer. */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 10; ; left--) {
    try {
      return await work()
    } catch (error) {
      // Serialization failure, deadlock, a lease that another writer holds: nothing was left behind, so it can run again.
      if (left === 0 || !['40001', '40P01', '55P03'].includes(sqlState(error))) throw error
    }
  }
}

function sqlState(error: unknown): string {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : ''
}
