import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isAlive } from '../db/alive.ts'

const shape = z.object({
  /** The workspace's page. */
  url: z.string(),
  /** The simulator's Web API; ends in `/api/`. */
  apiUrl: z.string(),
  botToken: z.string(),
  /** For apps.connections.open: another app of yours can take the bot's place. */
  appToken: z.string(),
  /** With which the simulator signs requests to an app that it reaches over HTTP. */
  signingSecret: z.string(),
  /** The simulator's control API; ends in `/_sim/`. */
  controlUrl: z.string(),
  controlToken: z.string(),
  /** The owner's connection string. */
  database: z.string(),
  pid: z.number().int(),
})

/** What a running Firebreak says of itself in `.firebreak/run.json` (mode 0600). */
export type RunFile = z.infer<typeof shape>

function fileIn(home: string): string {
  return join(home, 'run.json')
}

/** Reads run.json; null when there is none, or the process that wrote it is gone. */
export async function readRunFile(home: string): Promise<RunFile | null> {
  const text = await readFile(fileIn(home), 'utf8').catch(() => null)
  if (text === null) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const run = shape.safeParse(value)
  return run.success && isAlive(run.data.pid) ? run.data : null
}

export async function writeRunFile(home: string, run: RunFile): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  await writeFile(fileIn(home), `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 })
  // An older file keeps its mode when it is written over.
  await chmod(fileIn(home), 0o600)
}

export async function removeRunFile(home: string): Promise<void> {
  await rm(fileIn(home), { force: true })
}
