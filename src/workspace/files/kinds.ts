import { own } from '../json.ts'

/** Slack's name for a kind of file, and the name of its type. */
export interface Kind {
  readonly filetype: string
  readonly mimetype: string
  readonly pretty: string
}

const BINARY: Kind = { filetype: 'binary', mimetype: 'application/octet-stream', pretty: 'Binary' }

/** By the ending of the name. Of pictures only these three count, and only when their first bytes agree. */
const KINDS: { readonly [ending: string]: Kind } = {
  png: { filetype: 'png', mimetype: 'image/png', pretty: 'PNG' },
  jpg: { filetype: 'jpg', mimetype: 'image/jpeg', pretty: 'JPEG' },
  jpeg: { filetype: 'jpg', mimetype: 'image/jpeg', pretty: 'JPEG' },
  gif: { filetype: 'gif', mimetype: 'image/gif', pretty: 'GIF' },
  csv: { filetype: 'csv', mimetype: 'text/csv', pretty: 'CSV' },
  txt: { filetype: 'text', mimetype: 'text/plain', pretty: 'Plain Text' },
  log: { filetype: 'text', mimetype: 'text/plain', pretty: 'Plain Text' },
  md: { filetype: 'markdown', mimetype: 'text/markdown', pretty: 'Markdown' },
  json: { filetype: 'json', mimetype: 'application/json', pretty: 'JSON' },
  html: { filetype: 'html', mimetype: 'text/html', pretty: 'HTML' },
  pdf: { filetype: 'pdf', mimetype: 'application/pdf', pretty: 'PDF' },
  gz: { filetype: 'gzip', mimetype: 'application/gzip', pretty: 'Gzip' },
}

const FIRST_BYTES: { readonly [mimetype: string]: string } = {
  'image/png': '89504e470d0a1a0a',
  'image/jpeg': 'ffd8ff',
  'image/gif': '47494638',
}

/** The type of a file, from its name and, for pictures, its first bytes. */
export function mimetypeOf(name: string, bytes: Buffer): string {
  const head = bytes.subarray(0, 8).toString('hex')
  const picture = Object.entries(FIRST_BYTES).find(([, start]) => head.startsWith(start))
  if (picture !== undefined) return picture[0]
  const ending = name.toLowerCase().split('.').at(-1) ?? ''
  const { mimetype } = own(KINDS, ending) ?? BINARY
  return isPicture(mimetype) ? BINARY.mimetype : mimetype
}

/** The kind of a type that mimetypeOf gave. */
export function kindOf(mimetype: string): Kind {
  return Object.values(KINDS).find((kind) => kind.mimetype === mimetype) ?? BINARY
}

/** Whether Slack shows a file of this type in an image block. */
export function isPicture(mimetype: string): boolean {
  return Object.hasOwn(FIRST_BYTES, mimetype)
}
