import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, realpath, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Binaries, RunAs } from './embedded-binaries.ts'
import { callProgram, reasonOf } from './embedded-process.ts'

/** Room that PostgreSQL needs before it is started, in bytes. */
const LEAST_FREE = 200 * 1024 * 1024

/** The role that owns the embedded database. */
export const OWNER = 'firebreak'

/**
 * Makes the home folder and returns its one true path. Throws a sentence when it cannot be made, or has a character in
 * its name that PostgreSQL's own starter, which goes through a shell, would misread.
 */
export async function makeHome(wanted: string): Promise<string> {
  const asked = resolve(wanted)
  try {
    // Its files are for the owner alone; root's PostgreSQL, which runs as somebody else, has to pass through.
    await mkdir(asked, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  } catch (cause) {
    throw new Error(
      `The folder ${asked} cannot be made: ${reasonOf(cause)} Set FIREBREAK_HOME to one that can.`,
      { cause },
    )
  }
  const home = await realpath(asked)
  const odd = /["$`\\\p{Cc}]/u.exec(home)
  if (odd !== null) {
    throw new Error(
      `The folder ${JSON.stringify(home)} has the character ${JSON.stringify(odd[0])} in its name, which PostgreSQL cannot be started with. Set FIREBREAK_HOME to a folder without it.`,
    )
  }
  return home
}

/** The owner's password, made once and kept in the home folder for the owner alone. */
export async function ownerPassword(home: string): Promise<string> {
  const file = join(home, 'owner-password')
  const existing = await readFile(file, 'utf8').catch(() => null)
  if (existing !== null && existing.trim() !== '') return existing.trim()
  const fresh = randomBytes(24).toString('hex')
  await writeFile(file, `${fresh}\n`, { mode: 0o600 })
  return fresh
}

/** Sets up the data folder when there is none. One that was cut short is never taken for a finished one. */
export async function ensureData(
  binaries: Binaries,
  runAs: RunAs,
  data: string,
  password: string,
): Promise<void> {
  if ((await stat(join(data, 'PG_VERSION')).catch(() => null)) !== null) return
  const draft = `${data}.new`
  const passwordFile = `${data}-${randomBytes(4).toString('hex')}`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (runAs.owner !== null) {
    await chown(draft, runAs.owner.uid, runAs.owner.gid)
    await chown(passwordFile, runAs.owner.uid, runAs.owner.gid)
  }
  try {
    await callProgram(runAs, binaries.initdb, [
      `--pgdata=${draft}`,
      '--auth=scram-sha-256',
      `--username=${OWNER}`,
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--lc-messages=C',
      '--no-sync',
    ])
    await rm(data, { recursive: true, force: true })
    await rename(draft, data)
  } catch (cause) {
    throw new Error(
      `PostgreSQL could not set up its data in ${data}: ${reasonOf(cause)} ${cureFor(cause, data)}`,
      { cause },
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** What to do about an initdb that failed. */
export function cureFor(cause: unknown, data: string): string {
  if (String(cause).includes('could not look up effective user ID')) {
    return 'The user that runs Firebreak has no entry in /etc/passwd: give it one, or set DATABASE_URL to a server of your own.'
  }
  return `Free some space or rights at ${data}, or set FIREBREAK_HOME to another folder.`
}

/** Throws a sentence when the disk is nearly full. */
export async function assertRoom(home: string, least = LEAST_FREE): Promise<void> {
  const { bavail, bsize } = await statfs(home)
  const free = bavail * bsize
  if (free >= least) return
  throw new Error(
    `Only ${Math.floor(free / 1024 / 1024)} MB are free on the disk of ${home}, and PostgreSQL needs ${Math.floor(least / 1024 / 1024)} MB. Free some space, or set FIREBREAK_HOME to another disk.`,
  )
}
