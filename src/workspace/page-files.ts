import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { send } from './http.ts'
import { own } from './json.ts'

const FOLDER = new URL('./', import.meta.url)

/** What the page imports by a bare name, as its import map has it: served from the installed packages, untouched. */
const LIBRARIES: { readonly [path: string]: string } = {
  'lib/preact.js': 'preact',
  'lib/hooks.js': 'preact/hooks',
  'lib/htm.js': 'htm',
  'lib/htm-preact.js': 'htm/preact',
}

const SCRIPT = 'text/javascript; charset=utf-8'

/** Sends a file of the page: the document, a style, a library or a script with the types taken out. False: there is none. */
export async function sendPageFile(response: ServerResponse, name: string): Promise<boolean> {
  const document = await read('page/index.html')
  const headers = policy(document)
  if (name === '') {
    send(response, 200, 'text/html; charset=utf-8', document, headers)
    return true
  }
  const library = own(LIBRARIES, name)
  if (library !== undefined) {
    send(response, 200, SCRIPT, await readFile(new URL(import.meta.resolve(library)), 'utf8'), headers)
    return true
  }
  // The styles and scripts, and the one file that they share with the server.
  if (name !== 'json.ts' && !/^page\/[a-z-]+\.(css|ts)$/.test(name)) return false
  const source = await readFile(new URL(name, FOLDER), 'utf8').catch(() => null)
  if (source === null) return false
  if (name.endsWith('.css')) send(response, 200, 'text/css; charset=utf-8', source, headers)
  else send(response, 200, SCRIPT, scriptOf(source), headers)
  return true
}

const scripts = new Map<string, string>()

// A source is stripped once: the page has many scripts, and each load asks for them all.
function scriptOf(source: string): string {
  const known = scripts.get(source)
  if (known !== undefined) return known
  const script = stripTypeScriptTypes(source)
  scripts.set(source, script)
  return script
}

/**
 * Nothing is loaded from elsewhere, nothing inline runs but the import map by its hash, nobody may frame the page, and
 * its address goes nowhere.
 */
function policy(document: string): { readonly [name: string]: string } {
  const [, importMap = ''] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(document) ?? []
  const hash = createHash('sha256').update(importMap).digest('base64')
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'self' 'sha256-${hash}'`,
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
}

function read(name: string): Promise<string> {
  return readFile(new URL(name, FOLDER), 'utf8')
}
