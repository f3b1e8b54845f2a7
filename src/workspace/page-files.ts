import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { send } from './http.ts'

const FOLDER = new URL('./', import.meta.url)

/** Nothing is loaded from elsewhere, nothing inline runs, nobody may frame the page, and its address goes nowhere. */
const POLICY = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

/** Sends a file of the page: the document, its style or a script with the types taken out. False when there is none. */
export async function sendPageFile(response: ServerResponse, name: string): Promise<boolean> {
  if (name === '') {
    send(response, 200, 'text/html; charset=utf-8', await read('page/index.html'), POLICY)
    return true
  }
  if (name === 'style.css') {
    send(response, 200, 'text/css; charset=utf-8', await read('page/style.css'), POLICY)
    return true
  }
  // The scripts, and the one file that they share with the server.
  if (name !== 'json.ts' && !/^page\/[a-z-]+\.ts$/.test(name)) return false
  const source = await readFile(new URL(name, FOLDER), 'utf8').catch(() => null)
  if (source === null) return false
  send(response, 200, 'text/javascript; charset=utf-8', stripTypeScriptTypes(source), POLICY)
  return true
}

function read(name: string): Promise<string> {
  return readFile(new URL(name, FOLDER), 'utf8')
}
