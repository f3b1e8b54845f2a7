import { withEmoji } from './emoji.ts'

/** A piece of mrkdwn. Data only: what draws it makes text nodes, never markup. */
export type Piece =
  | { readonly kind: 'text' | 'code' | 'pre'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike' | 'quote'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'link'; readonly url: string; readonly label: string }
  | { readonly kind: 'user' | 'channel' | 'usergroup'; readonly id: string; readonly label: string | null }
  | { readonly kind: 'broadcast'; readonly range: string }
  | {
      readonly kind: 'date'
      readonly timestamp: number
      readonly format: string
      readonly fallback: string
      /** Where the date leads; null for nowhere. */
      readonly url: string | null
    }

/** Longest line in which emphasis is looked for; a longer one stays plain. */
const LONGEST_LINE = 4_000
const DEEPEST = 6
// Stand for a piece that is read already; the same characters in the input are replaced first.
const OPEN = '\ue000'
const CLOSE = '\ue001'

/** Reads mrkdwn as Slack does: code first, then `<tokens>` and, unless it is verbatim, bare addresses, then emphasis. */
export function parseMrkdwn(text: string, isVerbatim = false): readonly Piece[] {
  const held: Piece[] = []
  const hold = (piece: Piece): string => `${OPEN}${held.push(piece) - 1}${CLOSE}`
  const marked = text
    .replace(/[\ue000\ue001]/g, '\ufffd')
    .replace(
      /```([\s\S]*?)```|(?<!`)`([^`\n]+)`(?!`)/g,
      (whole, block: string | undefined, span: string | undefined) => {
        if (block !== undefined && block.trim() !== '')
          return hold({ kind: 'pre', text: decode(block.replace(/^\n/, '').replace(/\n$/, '')) })
        return span === undefined ? whole : hold({ kind: 'code', text: decode(span) })
      },
    )
    // Code was read first: what holds some of it is no token.
    .replace(/<([^<>\n\ue000\ue001]+)>/g, (_whole, inside: string) => hold(readToken(inside)))
  return quotes(isVerbatim ? marked : withBareLinks(marked, hold), held)
}

const BARE = /(?<![\p{L}\p{N}])https?:\/\/(?:(?!&[lg]t;)[^\s<>\ue000\ue001])+/giu

function withBareLinks(text: string, hold: (piece: Piece) => string): string {
  return text.replace(BARE, (found) => {
    const encoded = withoutEnd(found)
    const url = decode(encoded)
    return isLinkable(url) ? hold({ kind: 'link', url, label: url }) + found.slice(encoded.length) : found
  })
}

// What ends a sentence or an emphasis is no part of an address.
function withoutEnd(address: string): string {
  let end = address.length
  while (!address.endsWith('&amp;', end) && '.,;:!?\'")]}*_~'.includes(address.charAt(end - 1))) end--
  return address.slice(0, end)
}

function quotes(text: string, held: readonly Piece[]): readonly Piece[] {
  const pieces: Piece[] = []
  let quoted: string[] = []
  const flush = (): void => {
    if (quoted.length > 0) pieces.push({ kind: 'quote', pieces: lines(quoted, held) })
    quoted = []
  }
  let plain: string[] = []
  const flushPlain = (): void => {
    if (plain.length > 0) pieces.push(...lines(plain, held))
    plain = []
  }
  const all = text.split('\n')
  for (const [at, line] of all.entries()) {
    const [, begun] = /^(?:&gt;|>){3} ?(.*)$/.exec(line) ?? []
    if (begun !== undefined) {
      // Three signs quote all that follows.
      flushPlain()
      quoted.push(begun, ...all.slice(at + 1))
      break
    }
    const [, rest] = /^(?:&gt;|>) ?(.*)$/.exec(line) ?? []
    if (rest === undefined) {
      flush()
      plain.push(line)
    } else {
      flushPlain()
      quoted.push(rest)
    }
  }
  flush()
  flushPlain()
  return pieces
}

function lines(text: readonly string[], held: readonly Piece[]): readonly Piece[] {
  return text.flatMap((line, at) => {
    const read = line.length > LONGEST_LINE ? leaves(line, held) : emphasis(line, held, 0)
    return at === 0 ? read : [{ kind: 'text' as const, text: '\n' }, ...read]
  })
}

const KINDS = { '*': 'bold', _: 'italic', '~': 'strike' } as const
const EMPHASIS = /(?<![\p{L}\p{N}*_~])([*_~])(?!\1)(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u

function emphasis(text: string, held: readonly Piece[], depth: number): readonly Piece[] {
  const match = depth < DEEPEST ? EMPHASIS.exec(text) : null
  const [whole = '', mark = '', inside = ''] = match ?? []
  if (match === null) return leaves(text, held)
  const kind = KINDS[mark as keyof typeof KINDS]
  return [
    ...leaves(text.slice(0, match.index), held),
    { kind, pieces: emphasis(inside, held, depth + 1) },
    ...emphasis(text.slice(match.index + whole.length), held, depth),
  ]
}

function leaves(text: string, held: readonly Piece[]): readonly Piece[] {
  return text.split(/(\ue000\d+\ue001)/).flatMap((part): readonly Piece[] => {
    if (part === '') return []
    const [, index] = /^\ue000(\d+)\ue001$/.exec(part) ?? []
    const piece = index === undefined ? undefined : held[Number(index)]
    return [piece ?? { kind: 'text', text: withEmoji(decode(part)) }]
  })
}

function readToken(inside: string): Piece {
  const bar = inside.indexOf('|')
  const target = bar < 0 ? inside : inside.slice(0, bar)
  const label = bar < 0 || bar === inside.length - 1 ? null : decode(inside.slice(bar + 1))
  const [, range] = /^!(here|channel|everyone)$/.exec(target) ?? []
  if (range !== undefined) return { kind: 'broadcast', range }
  const [, mark, id] = /^([@#])([A-Z0-9]{2,30})$/.exec(target) ?? []
  if (id !== undefined) return { kind: mark === '@' ? 'user' : 'channel', id, label }
  const [, group] = /^!subteam\^([A-Z0-9]{2,30})$/.exec(target) ?? []
  if (group !== undefined) return { kind: 'usergroup', id: group, label }
  const [, seconds, format, leads = ''] = /^!date\^(\d{1,10})\^([^^]+)(?:\^([^^]*))?$/.exec(target) ?? []
  if (format !== undefined) {
    const to = decode(leads)
    return {
      kind: 'date',
      timestamp: Number(seconds),
      format: decode(format),
      fallback: label ?? '',
      url: isLinkable(to) ? to : null,
    }
  }
  const url = decode(target)
  if (isLinkable(url)) return { kind: 'link', url, label: label ?? url }
  return { kind: 'text', text: `<${decode(inside)}>` }
}

/** True for an address that may become a link: nothing that runs, nothing local. */
export function isLinkable(url: string): boolean {
  return /^(https?:\/\/[^\s]+|mailto:[^\s]+)$/i.test(url) && URL.canParse(url)
}

function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
