import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assertRoom, cureFor } from '../../src/db/embedded-data.ts'
import { lookForPostmaster } from '../../src/db/embedded-process.ts'
import { withHomeLock } from '../../src/db/home-lock.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'firebreak-refusals-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

test('a disk that is nearly full is refused before PostgreSQL is started, with both numbers and a way out', async () => {
  await expect(assertRoom(home)).resolves.toBeUndefined()
  await expect(assertRoom(home, 2 ** 60)).rejects.toThrow(
    /^Only \d+ MB are free on the disk of .*, and PostgreSQL needs 1099511627776 MB\. Free some space, or set FIREBREAK_HOME/,
  )
})

test('a live process that may not be looked at is neither taken for ours nor for gone', async () => {
  const other = spawn('sleep', ['30'])
  try {
    const data = join(home, 'postgres')
    await mkdir(data)
    await writeFile(join(data, 'postmaster.pid'), `${other.pid}\n${data}\n0\n54321\n`)
    const hidden = async (): Promise<string> => ''
    expect(await lookForPostmaster(data, hidden)).toEqual({ state: 'unclear', pid: other.pid })
    expect(await lookForPostmaster(data)).toEqual({ state: 'none' })
  } finally {
    other.kill()
  }
})

test('a home that another process keeps busy is refused in the end, with its number and the file', async () => {
  const other = spawn('sleep', ['30'])
  try {
    await writeFile(join(home, 'lock'), String(other.pid))
    await expect(withHomeLock(home, async () => 'done', 200)).rejects.toThrow(
      `Another Firebreak (process ${other.pid}) has been starting in this home for 0.2 s. Wait for it, or remove ${join(home, 'lock')}`,
    )
  } finally {
    other.kill()
  }
})

test('work that fails leaves no lock behind', async () => {
  await expect(withHomeLock(home, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await withHomeLock(home, async () => 'free', 200)).toBe('free')
})

test('an initdb that failed for want of a user entry is told so, any other for want of room or rights', () => {
  const noEntry = new Error('initdb: error: could not look up effective user ID 65532: user does not exist')
  expect(cureFor(noEntry, '/data')).toMatch(/has no entry in \/etc\/passwd: give it one, or set DATABASE_URL/)
  expect(cureFor(new Error('No space left on device'), '/data')).toMatch(
    /^Free some space or rights at \/data/,
  )
})
