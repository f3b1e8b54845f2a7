/** A piece of SQL. Words are in lower case and may be keywords; quoted names are names and nothing else. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'param' | 'mark'
  readonly text: string
}

/** What stands between parentheses, brackets, or `case` and `end`. */
export interface Group {
  readonly kind: 'group'
  readonly open: '(' | '[' | 'case'
  readonly nodes: readonly Node[]
}

export type Node = Token | Group

const PATTERNS: readonly (readonly [Token['kind'] | null, RegExp])[] = [
  [null, /\s+|--[^\n]*/y],
  ['text', /(?:e|E)'(?:[^'\\]|\\[\s\S]|'')*'/y],
  ['text', /(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'/y],
  ['text', /\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/y],
  ['quoted', /(?:[uU]&)?"(?:[^"]|"")*"/y],
  ['param', /\$\d+/y],
  ['number', /(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y],
  ['word', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['mark', /[()[\],;.]/y],
  ['mark', /[-+*/<>=~!@#%^&|`?:]+/y],
]

/** Reads SQL as PostgreSQL's lexer does; comments and space are dropped. Throws at what is no SQL. */
export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < sql.length) {
    if (sql.startsWith('/*', at)) {
      at = endOfComment(sql, at)
      continue
    }
    const found = firstMatch(sql, at)
    if (found === null) throw new Error(`no SQL at ${JSON.stringify(sql.slice(at, at + 20))}`)
    const [kind, text] = found
    if (kind !== null) tokens.push(token(kind, text))
    at += text.length
  }
  return tokens
}

function firstMatch(sql: string, at: number): readonly [Token['kind'] | null, string] | null {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at
    const text = pattern.exec(sql)?.[0]
    if (text === undefined) continue
    return [kind, kind === 'mark' ? operator(text) : text]
  }
  return null
}

function token(kind: Token['kind'], text: string): Token {
  if (kind === 'word') return { kind, text: text.toLowerCase() }
  if (kind === 'quoted') return { kind, text: text.replace(/^[^"]*"|"$/g, '').replaceAll('""', '"') }
  return { kind, text }
}

/** An operator ends where a comment begins, and a sign behind it belongs to the number. */
function operator(text: string): string {
  const comment = text.search(/--|\/\*/)
  const whole = comment > 0 ? text.slice(0, comment) : text
  return whole.length > 1 && /[-+]$/.test(whole) && !/[~!@#%^&|`?]/.test(whole)
    ? whole.replace(/(?<=.)[-+]+$/, '')
    : whole
}

/** Comments nest. */
function endOfComment(sql: string, from: number): number {
  let depth = 0
  let at = from
  do {
    const here = sql.slice(at, at + 2)
    depth += here === '/*' ? 1 : here === '*/' ? -1 : 0
    at += here === '/*' || here === '*/' ? 2 : 1
  } while (depth > 0 && at < sql.length)
  return at
}

/** Tokens with what is enclosed put into groups. Throws where a parenthesis has no partner. */
export function treeOf(tokens: readonly Token[]): readonly Node[] {
  const stack: { readonly open: Group['open'] | null; readonly nodes: Node[] }[] = [{ open: null, nodes: [] }]
  for (const item of tokens) {
    const open = isMark(item, '(') ? '(' : isMark(item, '[') ? '[' : isWord(item, 'case') ? 'case' : null
    const top = stack.at(-1)
    if (open !== null) stack.push({ open, nodes: [] })
    else if (top !== undefined && closes(item, top.open)) {
      stack.pop()
      if (top.open !== null) stack.at(-1)?.nodes.push({ kind: 'group', open: top.open, nodes: top.nodes })
    } else top?.nodes.push(item)
  }
  const [root, open] = stack
  if (root === undefined || open !== undefined) throw new Error(`no end for ${open?.open ?? 'it'}`)
  return root.nodes
}

function closes(item: Token, open: Group['open'] | null): boolean {
  if (open === 'case') return isWord(item, 'end')
  return (open === '(' && isMark(item, ')')) || (open === '[' && isMark(item, ']'))
}

/** True for one of the given keywords. */
export function isWord(node: Node | undefined, ...words: readonly string[]): boolean {
  return node?.kind === 'word' && words.includes(node.text)
}

/** True for that punctuation or operator. */
export function isMark(node: Node | undefined, text: string): boolean {
  return node?.kind === 'mark' && node.text === text
}

/** A name, quoted or not; null for anything else. */
export function nameIn(node: Node | undefined): string | null {
  return node?.kind === 'word' || node?.kind === 'quoted' ? node.text : null
}

/** True for a parenthesis. */
export function isParens(node: Node | undefined): node is Group {
  return node?.kind === 'group' && node.open === '('
}

/** Nodes cut at every node that `cut` names, which are left out. */
export function splitAt(nodes: readonly Node[], cut: (node: Node) => boolean): readonly (readonly Node[])[] {
  const parts: Node[][] = [[]]
  for (const node of nodes) {
    if (cut(node)) parts.push([])
    else parts.at(-1)?.push(node)
  }
  return parts
}
