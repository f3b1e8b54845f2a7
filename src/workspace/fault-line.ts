/** A line for the log about what nobody foresaw: its message and where it came from. */
export function faultLine(error: unknown): { readonly fault: string; readonly stack: string | null } {
  if (!(error instanceof Error)) return { fault: String(error), stack: null }
  return { fault: error.message, stack: error.stack ?? null }
}
