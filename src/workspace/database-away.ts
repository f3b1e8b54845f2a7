// SQLSTATE: connection exceptions, too many connections, a server that stops or starts, a statement that took too long.
const AWAY = /^(?:08...|53300|57P0.|57014)$/
// Node.js, of a socket that breaks; one that cannot be opened is told by its system call.
const SOCKET = /^(?:ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/
// pg and its pool throw these without a code.
const WORDS = /^Connection terminated|^timeout exceeded when trying to connect|is not queryable$/

/** Whether a query failed because the database does not answer, and not because the query is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  if ('syscall' in error && error.syscall === 'connect') return true
  return AWAY.test(code) || SOCKET.test(code) || WORDS.test(error.message)
}
