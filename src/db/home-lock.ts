import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isAlive } from './alive.ts'

/** How long another process may be busy with the same home, in milliseconds. */
const PATIENCE = 60_000
const PAUSE = 100

/**
 * Does `work` while no other process of this machine sets up or starts PostgreSQL in the same home. The lock is a file
 * that names its process; one left by a process that is gone is taken over.
 */
export async function withHomeLock<T>(home: string, work: () => Promise<T>, patience = PATIENCE): Promise<T> {
  const file = join(home, 'lock')
  await acquire(file, patience)
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function acquire(file: string, patience: number): Promise<void> {
  for (const end = Date.now() + patience; ; ) {
    try {
      const handle = await open(file, 'wx', 0o600)
      try {
        await handle.writeFile(String(process.pid))
      } finally {
        await handle.close()
      }
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = (await readFile(file, 'utf8').catch(() => '')).trim()
    if (holder !== '' && !isAlive(Number(holder))) await removeStale(file, holder)
    else if (Date.now() > end) {
      throw new Error(
        `Another Firebreak (process ${holder === '' ? 'unknown' : holder}) has been starting in this home for ${patience / 1000} s. Wait for it, or remove ${file} when it is gone.`,
      )
    } else await setTimeout(PAUSE)
  }
}

/** Moves the file away first, so that of two who find it stale only one removes it, and never a fresh one. */
async function removeStale(file: string, holder: string): Promise<void> {
  const aside = `${file}.${process.pid}`
  try {
    await rename(file, aside)
  } catch {
    return
  }
  const moved = (await readFile(aside, 'utf8').catch(() => '')).trim()
  if (moved === holder) await rm(aside, { force: true })
  else await rename(aside, file)
}
