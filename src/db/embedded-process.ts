import { execFile, spawn } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { isAlive } from './alive.ts'
import type { Binaries, RunAs } from './embedded-binaries.ts'

const run = promisify(execFile)

/** How long the sessions of a killed server may take to finish their query and notice, in milliseconds. */
const ORPHANS_WAIT = 20_000
const ORPHANS_PAUSE = 200
/** What is kept of a program's complaints, in characters. */
const KEPT = 65_536

/** Whether a PostgreSQL runs on a data folder, as far as can be told. */
export type Postmaster =
  | { readonly state: 'running'; readonly port: number }
  | { readonly state: 'none' }
  /** The pid file names a live process whose command line cannot be read. */
  | { readonly state: 'unclear'; readonly pid: number }

/** Looks at the pid file and at the process that it names. Signals go only to what is surely ours. */
export async function lookForPostmaster(data: string, commandOf = commandLine): Promise<Postmaster> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => null)
  if (text === null) return { state: 'none' }
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return { state: 'none' }
  const command = await commandOf(pid)
  if (command === '') return { state: 'unclear', pid }
  // After a kill -9 and a reboot the number may belong to anybody, one with this folder among its words included.
  if (!/(^|\/)postgres(\.exe)? /.test(command) || !command.includes(`-D ${data}`)) return { state: 'none' }
  return Number.isInteger(port) && port > 0 ? { state: 'running', port } : { state: 'unclear', pid }
}

/** Starts PostgreSQL on a data folder and waits until it answers. */
export async function startPostmaster(
  binaries: Binaries,
  runAs: RunAs,
  data: string,
  port: number,
  settings: readonly string[],
): Promise<void> {
  // PostgreSQL removes a stale pid file itself, unless an unrelated process has that number by now.
  if ((await lookForPostmaster(data)).state === 'none')
    await rm(join(data, 'postmaster.pid'), { force: true })
  const flags = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    "unix_socket_directories=''",
    'timezone=UTC',
    ...settings,
  ]
  const log = join(data, 'server.log')
  const started = Date.now()
  for (;;) {
    const before = (await stat(log).catch(() => null))?.size ?? 0
    try {
      await callProgram(runAs, binaries.pgCtl, [
        'start',
        '--wait',
        '--timeout=60',
        `--pgdata=${data}`,
        `--log=${log}`,
        `--options=${flags.map((flag) => `-c ${flag}`).join(' ')}`,
      ])
      return
    } catch (cause) {
      const said = (await readFile(log).catch(() => Buffer.alloc(0))).subarray(before).toString().trim()
      const tail = said.split('\n').slice(-3).join(' | ')
      // After a kill -9 of the server alone, its sessions live on until they notice.
      const isOrphaned = /shared memory block .* is still in use/.test(said)
      if (isOrphaned && Date.now() - started < ORPHANS_WAIT) {
        await setTimeout(ORPHANS_PAUSE)
        continue
      }
      throw new Error(
        `PostgreSQL did not start in ${data}: ${tail === '' ? reasonOf(cause) : tail} Its log is ${log}; --fresh starts with an empty database.`,
        { cause },
      )
    }
  }
}

/** Stops it: sessions that are leaving may leave, whoever stays for longer is disconnected. */
export async function stopPostmaster(binaries: Binaries, runAs: RunAs, data: string): Promise<void> {
  if ((await lookForPostmaster(data)).state !== 'running') return
  const halt = (mode: 'smart' | 'fast', seconds: number): Promise<void> =>
    callProgram(runAs, binaries.pgCtl, [
      'stop',
      '--wait',
      `--timeout=${seconds}`,
      `--mode=${mode}`,
      `--pgdata=${data}`,
    ])
  await halt('smart', 2).catch(() => halt('fast', 60))
}

/**
 * Runs a program of PostgreSQL to its end, as a group of its own: a Ctrl-C in the terminal is for Firebreak. Rejects with
 * what it complained of.
 */
export function callProgram(runAs: RunAs, program: string, args: readonly string[]): Promise<void> {
  const [first = program, ...rest] = [...runAs.command, program, ...args]
  return new Promise((done, fail) => {
    const child = spawn(first, rest, {
      ...runAs.dropTo,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let complaints = ''
    child.stderr.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString()).slice(-KEPT)
    })
    child.on('error', fail)
    child.on('close', (code) => {
      if (code === 0) done()
      else
        fail(
          new Error(complaints.trim() === '' ? `${program} ended with ${String(code)}` : complaints.trim()),
        )
    })
  })
}

/** The first lines of an error as one sentence. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  const line = text.trim().split('\n').slice(0, 2).join(' ')
  return line.endsWith('.') ? line : `${line}.`
}

async function commandLine(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  if (fromProc !== null && fromProc !== '') return fromProc.replaceAll('\0', ' ')
  return (await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))).stdout
}
