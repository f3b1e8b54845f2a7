import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportTrail, manifestPath, openExport } from '../../src/trail/export.ts'
import { type Entry, verifyTrail } from '../../src/trail/verify.ts'
import { ROOT } from '../helpers/documents.ts'
import { NOW } from '../helpers/seed.ts'
import { anchorAt, chainOf, edited, replaced, seal } from './chains.ts'

const SECOND_VERIFIER = join(ROOT, 'docs/verify_trail.py')

let folder: string
let hasPython = false
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-export-'))
  hasPython = (await python('--version')).code === 0
  if (!hasPython) process.stdout.write('python3 is not here: the second verifier of an export is not tried\n')
})
afterAll(() => rm(folder, { recursive: true }))

function python(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  return new Promise((done) => {
    execFile('python3', args, (error, stdout) => {
      done({ code: error === null ? 0 : Number(error.code ?? 1) || 1, stdout })
    })
  })
}

async function* each(entries: readonly Entry[]): AsyncGenerator<Entry> {
  yield* entries
}

/** Exports a sound chain, then puts other entries in its file. */
async function exported(
  name: string,
  sound: readonly Entry[],
  instead: readonly Entry[] = sound,
): Promise<string> {
  const file = join(folder, `${name}.jsonl.gz`)
  const [last] = sound.slice(-1)
  const witnesses = [
    { sink: 'file', withstands: 'bot-token' as const, anchors: last === undefined ? [] : [anchorAt(last)] },
  ]
  await exportTrail(file, each(sound), witnesses, NOW)
  if (instead !== sound) {
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
    const lines = instead.map(({ seq, prev, hash, body }) =>
      JSON.stringify({ seq, prev: hex(prev), hash: hex(hash), body }),
    )
    await writeFile(file, gzipSync(`${lines.join('\n')}\n`))
  }
  return file
}

/** What both verifiers say. */
async function both(file: string): Promise<unknown> {
  const { entries, witnesses, head } = await openExport(file)
  const { ok, entries: count, head: last, firstBad } = await verifyTrail(entries, witnesses, head)
  const ours = { ok, entries: count, head: last, firstBad }
  if (hasPython) {
    const { code, stdout } = await python(SECOND_VERIFIER, file)
    expect(JSON.parse(stdout)).toEqual(ours)
    expect(code).toBe(ok ? 0 : 1)
  }
  return firstBad
}

describe('an export verifies by itself, by two implementations', () => {
  const sound = chainOf(40)

  test.each([
    ['good', sound, null],
    ['edited', replaced(sound, 20, (entry) => edited(entry)), { seq: 21, rule: 'hash' }],
    ['truncated', sound.slice(0, 30), { seq: 31, rule: 'truncated' }],
    ['resealed', chainOf(40, 'forged'), { seq: 40, rule: 'resealed' }],
    [
      'swapped',
      [...sound.slice(0, 10), ...sound.slice(10, 12).toReversed(), ...sound.slice(12)],
      { seq: 12, rule: 'order' },
    ],
    ['twice', [...sound.slice(0, 10), ...sound.slice(9)], { seq: 10, rule: 'fork' }],
    ['gap', [...sound.slice(0, 10), ...sound.slice(11)], { seq: 11, rule: 'gap' }],
  ] as const)('%s', async (name, instead, expected) => {
    expect(await both(await exported(name, sound, instead))).toEqual(expected)
  })

  test('chains of all lengths with whatever stands in their bodies', async () => {
    for (let length = 1; length <= 40; length++) {
      const lines = chainOf(length).map(({ seq, body }) => ({
        seq,
        body: body.replace(
          'voted',
          `${'ü\u2028"\\'.repeat(length % 5)}😀${length}`.replaceAll('"', '\\"').replaceAll('\\\\"', '\\"'),
        ),
      }))
      expect(await both(await exported('random', seal(lines)))).toBeNull()
    }
  })
})

test('a file that is not the manifest’s own, no manifest, and no entry are told apart', async () => {
  const file = await exported('changed', chainOf(5), chainOf(5))
  expect((await openExport(file)).isWhole).toBe(true)
  await writeFile(file, gzipSync(gunzipSync(await readFile(file)), { level: 1 }))
  expect((await openExport(file)).isWhole).toBe(false)
  await writeFile(manifestPath(file), '{}')
  await expect(openExport(file)).rejects.toThrow(/is no manifest of an export/)
  await expect(exportTrail(join(folder, 'none.gz'), each([]), [], NOW)).rejects.toThrow(/no entry yet/)
})
