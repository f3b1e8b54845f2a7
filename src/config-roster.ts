import { unwatchFile, watchFile } from 'node:fs'
import { readConfigFile } from './config-file.ts'
import type { RosterSource } from './model/roster.ts'

export interface FileRoster extends RosterSource {
  /** Reads the file again, now. */
  reload(): void
  close(): void
}

/** How often the file is looked at, in milliseconds. */
const LOOK = 2_000

/**
 * The roster of a configuration file, read again when the file changes. A file with mistakes leaves who is who as it was, and no
 * vote counts until it is right again. Throws when the file is wrong from the start, or names nobody.
 */
export function fileRoster(path: string): FileRoster {
  const first = readConfigFile(path).roster
  if (first === null) throw new Error(`${path} names no people: add who responds and who approves.`)
  let current = first
  let problem: string | null = null
  const listeners: (() => void)[] = []
  const reload = (): void => {
    try {
      const { roster } = readConfigFile(path)
      if (roster === null) throw new Error(`${path} names no people any more.`)
      if (roster.tenant !== current.tenant)
        throw new Error(`${path} names another workspace: that takes a restart.`)
      current = roster
      problem = null
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error)
    }
    for (const listener of listeners) listener()
  }
  const onChange = (now: { readonly mtimeMs: number }, before: { readonly mtimeMs: number }): void => {
    if (now.mtimeMs !== before.mtimeMs) reload()
  }
  watchFile(path, { interval: LOOK, persistent: false }, onChange)
  return {
    current: () => current,
    problem: () => problem,
    onChange: (listener) => void listeners.push(listener),
    reload,
    close: () => unwatchFile(path, onChange),
  }
}
