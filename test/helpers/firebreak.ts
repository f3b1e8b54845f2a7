import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './documents.ts'

const PROGRAM = join(ROOT, 'src/cli/firebreak.mjs')

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs; `ended` resolves with what it came to, code -1 when a signal ended it. */
export interface Spawned {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
}

export function spawnFirebreak(args: readonly string[], settings: Readonly<Record<string, string>>): Spawned {
  let end: (ran: Ran) => void = () => undefined
  const ended = new Promise<Ran>((done) => (end = done))
  const child = execFile(
    process.execPath,
    [PROGRAM, ...args],
    { env: environment(settings) },
    (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      end({ code, stdout, stderr })
    },
  )
  return { child, ended }
}

/** Runs one command of the CLI as a person would, with only the given settings. */
export function firebreak(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<Ran> {
  return spawnFirebreak(args, settings).ended
}

export interface Started {
  readonly child: ChildProcess
  /** The workspace page's address, from the ready line. */
  readonly url: string
  /** Resolves with what was printed, once a line matches; rejects when the process ends first. */
  line(pattern: RegExp): Promise<string>
  /** Sends a signal and waits for the end; resolves with the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

/** Starts `firebreak start` and waits for its ready line. */
export async function startFirebreak(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Started> {
  const child = spawn(process.execPath, [PROGRAM, 'start', ...args], { env: environment(settings) })
  let output = ''
  const waiting = new Set<() => void>()
  const hear = (chunk: Buffer): void => {
    output += chunk.toString()
    for (const look of waiting) look()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const exited = new Promise<number | NodeJS.Signals | null>((done) => {
    child.on('exit', (code, signal) => done(signal ?? code))
  })
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((done, fail) => {
      const look = (): void => {
        const match = pattern.exec(output)
        if (match === null) return
        waiting.delete(look)
        done(match[1] ?? match[0])
      }
      waiting.add(look)
      look()
      void exited.then((code) => fail(new Error(`firebreak start ended with ${String(code)}:\n${output}`)))
    })
  const url = await line(/Firebreak is ready: (\S+)/)
  return {
    child,
    url,
    line,
    end(signal) {
      child.kill(signal)
      return exited
    },
  }
}

/** The machine's environment without anything that configures Firebreak, Slack or a database. */
function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(FIREBREAK_|SLACK_|DATABASE_URL|PG)/.test(name),
  )
  return { ...Object.fromEntries(inherited), ...settings }
}
