import { asFields, type Fields, parseJson } from './json.ts'
import { SlackRefusal } from './refusal.ts'

/** Reads the arguments of a Web API call: urlencoded, JSON or multipart, and the query of a GET. */
export async function readArguments(
  query: URLSearchParams,
  contentType: string,
  body: Buffer,
): Promise<Fields> {
  const fromQuery: Fields = Object.fromEntries(query)
  if (body.length === 0) return fromQuery
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/json') {
    const fields = asFields(parseJson(body.toString('utf8')))
    if (fields === null) throw new SlackRefusal('invalid_json')
    return { ...fromQuery, ...fields }
  }
  if (type === 'multipart/form-data') {
    const headers = { 'content-type': contentType }
    const form = await new Response(new Uint8Array(body), { headers }).formData().catch(() => {
      throw new SlackRefusal('invalid_form_data')
    })
    return { ...fromQuery, ...Object.fromEntries(form) }
  }
  return { ...fromQuery, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) }
}

/** A text argument; refuses the call when it is missing. */
export function required(args: Fields, name: string): string {
  const value = textArgument(args, name)
  if (value === null || value === '')
    throw new SlackRefusal('invalid_arguments', [`missing required field: ${name}`])
  return value
}

/** A text argument, or null. Numbers are read as their digits, since a ts is often sent unquoted. */
export function textArgument(args: Fields, name: string): string | null {
  const value = args[name]
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw new SlackRefusal('invalid_arguments', [`must be a string [json-pointer:/${name}]`])
}

/** A yes or no; absent is no. */
export function flag(args: Fields, name: string): boolean {
  const value = args[name]
  return value === true || value === 'true' || value === '1' || value === 1
}

/** A whole number between 1 and `most`; `otherwise` when absent. */
export function count(args: Fields, name: string, otherwise: number, most: number): number {
  const text = textArgument(args, name)
  if (text === null || text === '') return otherwise
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0)
    throw new SlackRefusal('invalid_arguments', [`must be an integer [json-pointer:/${name}]`])
  return value === 0 ? otherwise : Math.min(value, most)
}

/** A list or object that may come as JSON text; undefined when absent, `otherwise` is thrown when it cannot be read. */
export function structured(args: Fields, name: string, otherwise: string): unknown {
  const value = args[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') return value
  const parsed = parseJson(value)
  if (parsed === undefined) throw new SlackRefusal(otherwise)
  return parsed
}
