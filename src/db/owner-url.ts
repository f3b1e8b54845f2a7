/**
 * The owner's connection string with user and password where they belong, before the host: from there each role's own is
 * derived. Returns a sentence when it cannot be used.
 */
export function readOwnerUrl(text: string): { readonly url: string } | { readonly problem: string } {
  const form = 'write postgres://user:password@host:5432/database'
  if (!URL.canParse(text) || !['postgres:', 'postgresql:'].includes(new URL(text).protocol)) {
    return { problem: `is no connection string: ${form}, or unset it for the embedded PostgreSQL` }
  }
  const url = new URL(text)
  const user = url.searchParams.get('user')
  const password = url.searchParams.get('password')
  for (const name of ['user', 'password', 'host', 'port', 'dbname', 'options']) {
    if ((name === 'host' || name === 'dbname' || name === 'options') && url.searchParams.has(name)) {
      return { problem: `names its ${name} behind the question mark: ${form}` }
    }
    url.searchParams.delete(name)
  }
  if (url.hostname === '') return { problem: `names no host: ${form}` }
  if (user !== null) url.username = encodeURIComponent(user)
  if (password !== null) url.password = encodeURIComponent(password)
  if (url.username === '') return { problem: `names no user: ${form}` }
  if (url.pathname === '' || url.pathname === '/') return { problem: `names no database: ${form}` }
  return { url: url.toString() }
}
