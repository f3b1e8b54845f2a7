import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFirebreak } from '../helpers/firebreak.ts'

let home: string
let settings: Record<string, string>

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'firebreak-signals-'))
  settings = { FIREBREAK_HOME: join(home, 'own'), FIREBREAK_PORT: '0' }
})
afterAll(async () => {
  const pid = await readFile(join(home, 'own/postgres/postmaster.pid'), 'utf8').catch(() => '')
  if (pid !== '') process.kill(Number(pid.split('\n')[0]), 'SIGINT')
  await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('one Ctrl-C that arrives twice, from the terminal and passed on by a parent, still stops cleanly', async () => {
  const started = await startFirebreak(['--no-scenario'], settings)
  const ended = started.end('SIGINT')
  setTimeout(() => started.child.kill('SIGINT'), 20)
  expect(await ended).toBe(0)
  await expect(stat(join(home, 'own/run.json'))).rejects.toThrow('ENOENT')
  await expect(stat(join(home, 'own/postgres/postmaster.pid'))).rejects.toThrow('ENOENT')
})

test('a Firebreak whose database dies says so and ends; the next one starts on the same data', async () => {
  const started = await startFirebreak(['--no-scenario'], settings)
  const postmaster = Number(
    (await readFile(join(home, 'own/postgres/postmaster.pid'), 'utf8')).split('\n')[0],
  )
  process.kill(postmaster, 'SIGKILL')
  await started.line(/The database \(.*\) has not answered for 20 s, so Firebreak stops/)
  expect(await new Promise((done) => started.child.on('exit', done))).toBe(1)
  const again = await startFirebreak(['--no-scenario'], settings)
  expect(await again.end('SIGTERM')).toBe(0)
})
